/** A real Redis on a free port of this machine, in a temporary folder; it writes every commit to disk. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { onFreePorts, Program } from './program.ts';
import { freePort, needs } from './tools.ts';

export interface RedisServer {
  readonly url: string;
  readonly program: Program;
}

/** `settings` are arguments of redis-server, such as `--maxmemory 100mb`. */
export async function startRedis(folder: string, settings: readonly string[] = []): Promise<RedisServer> {
  await needs('redis-server', ['--version']);
  mkdirSync(folder, { recursive: true });
  return onFreePorts(() => started(folder, settings));
}

async function started(folder: string, settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const program: Program = new Program({
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
        const pid = /^process_id:(\d+)/m.exec(await client.info('server'))?.[1];
        // Somebody else's, who was faster: this one will say that its port is taken, and end.
        if (Number(pid) !== program.pid) throw new Error('another Redis has its port: address already in use');
      } finally {
        client.disconnect();
      }
    },
    ready_within_ms: 30_000,
  });
  await program.start();
  return { url, program };
}
