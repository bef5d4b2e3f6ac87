/** A real Redis on a free port of this machine, in a temporary folder; it writes every commit to disk. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Program } from './program.ts';
import { freePort, needs } from './tools.ts';

export interface RedisServer {
  readonly url: string;
  readonly program: Program;
}

/** `settings` are arguments of redis-server, such as `--maxmemory 100mb`. */
export async function startRedis(folder: string, settings: readonly string[] = []): Promise<RedisServer> {
  await needs('redis-server', ['--version']);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const program = new Program({
    name: 'Redis',
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...durable, ...settings],
    cwd: folder,
    log_file: join(folder, 'redis.log'),
    isReady: async () => {
      const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.ping();
      } finally {
        client.disconnect();
      }
    },
    ready_within_ms: 30_000,
  });
  await program.start();
  return { url, program };
}
