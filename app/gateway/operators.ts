/** What operators' tools ask; it holds no events, so that they need no token. */
import type { FastifyInstance } from 'fastify';
import type { ServeWith } from '../assemble.ts';
import { healthOf, readinessOf } from './health.ts';
import { Metrics } from './metrics.ts';

export const operatorPaths: ReadonlySet<string> = new Set(['/healthz', '/live', '/ready', '/metrics']);

export function serveOperators(app: FastifyInstance, { operations, running, measures }: ServeWith): void {
  const metrics = new Metrics(measures);
  // That it answers is the answer: what it waits for does not go away by starting it again.
  app.get('/live', async (_request, reply) => reply.header('cache-control', 'no-store').send({ live: true }));
  app.get('/ready', async (_request, reply) => {
    const readiness = await readinessOf(running ?? null);
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
  app.get('/healthz', async (_request, reply) => {
    const health = healthOf(await operations.status());
    return reply
      .code(health.status === 'failing' ? 503 : 200)
      .header('cache-control', 'no-store')
      .send(health);
  });
  app.get('/metrics', async (_request, reply) =>
    reply
      .type(metrics.content_type)
      .send(await metrics.text(await operations.status(), (await running?.engine.standings()) ?? [])),
  );
}
