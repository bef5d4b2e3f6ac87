/** The built page: its files, or what to do where it is not built. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Guard } from './guard.ts';
import { missingPage } from './problem.ts';

/** Where `npm run prepare` builds the page. */
export const page_folder = join(import.meta.dirname, '..', 'dashboard', 'dist');

/** Serves the page at `/`; a page that is built while the server runs is there at the next request. */
export async function servePage(app: FastifyInstance, guard: Guard, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    // Names hold a hash of what is in them.
    maxAge: '365d',
    immutable: true,
    // The build has compressed them.
    preCompressed: true,
    index: false,
    decorateReply: true,
  });
  app.get('/', (_request, reply) => {
    if (!existsSync(join(folder, 'index.html')))
      return reply
        .code(503)
        .type('text/html')
        .send(missingPage(join('app', 'dashboard', 'dist', 'index.html')));
    reply.header('set-cookie', guard.cookie()).header('cache-control', 'no-store');
    return reply.sendFile('index.html', folder, { cacheControl: false });
  });
  app.get('/icon.svg', (_request, reply) => reply.sendFile('icon.svg', folder, { maxAge: '1h', immutable: false }));
}
