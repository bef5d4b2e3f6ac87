/** The document of the API and a page that shows it, both of this server alone. They hold no events: no token is needed. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.ts';
import { referencePage, referenceStyle } from './reference-page.ts';

export function serveReference(app: FastifyInstance): void {
  const document = openApiDocument();
  const text = JSON.stringify(document);
  const page = referencePage(document);
  for (const [path, type, body] of [
    ['/openapi.json', 'application/json', text],
    ['/docs', 'text/html; charset=utf-8', page],
    ['/docs.css', 'text/css; charset=utf-8', referenceStyle],
  ] as const) {
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    app.get(path, (request, reply) => {
      void reply.header('etag', etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}
