/** A server of its own process, for the bench of the gateway: ours with or without groups, or Fastify alone. */
import Fastify from 'fastify';
import { z } from 'zod';
import { runningProgram, token } from '../../testing/running-program.ts';

export const server_kinds = ['gateway', 'gateway without groups', 'bare'] as const;

const plenty = { rate_per_s: 1e9, burst: 1e9 };
const limits = { read: plenty, write: plenty, heavy: plenty, events: plenty, live: plenty, guesses: plenty };

async function gateway(groups: boolean): Promise<void> {
  const program = await runningProgram({ days: groups ? 2 : 0, gateway: { limits }, groups: () => groups });
  process.stdout.write(`${JSON.stringify({ url: program.url, token })}\n`);
}

/** Answers `answer`, made to text for each request as ours is. */
async function bare(answer: string): Promise<void> {
  const value: unknown = JSON.parse(answer);
  const app = Fastify();
  app.get('/', () => value);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`${JSON.stringify({ url, token })}\n`);
}

const kind = z.enum(server_kinds).parse(process.argv[2]);
if (kind === 'bare') await bare(process.argv[3] ?? '{}');
else await gateway(kind === 'gateway');
