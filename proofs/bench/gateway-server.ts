/** A server of its own process, for benches of the gateway: ours with or without groups, or Fastify alone. */
import Fastify from 'fastify';
import { z } from 'zod';
import { page_folder } from '../../app/gateway/page.ts';
import { runningProgram, token, type ProgramOptions } from '../../testing/running-program.ts';

/** `live`: all groups, in the time of this machine, with the page. */
export const server_kinds = ['gateway', 'gateway without groups', 'live', 'bare'] as const;

const plenty = { rate_per_s: 1e9, burst: 1e9 };
const limits = { read: plenty, write: plenty, heavy: plenty, events: plenty, live: plenty, guesses: plenty };

async function gateway(options: ProgramOptions): Promise<void> {
  const program = await runningProgram(options);
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
else if (kind === 'live') await gateway({ days: 0, now_ms: () => Date.now(), gateway: { limits, page_folder } });
else if (kind === 'gateway') await gateway({ days: 2, gateway: { limits } });
else await gateway({ days: 0, gateway: { limits }, groups: () => false });
