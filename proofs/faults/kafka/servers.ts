/** The broker and Redis of a fault run, and the proxies by which the workers reach them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundled } from '../../../testing/bundled.ts';
import { startKafka, type KafkaServer } from '../../../testing/services/kafka.ts';
import { Proxy } from '../../../testing/services/proxy.ts';
import { startRedis, type RedisServer } from '../../../testing/services/redis.ts';
import { freePort } from '../../../testing/services/tools.ts';

export interface Servers {
  readonly folder: string;
  readonly kafka: KafkaServer;
  readonly redis: RedisServer;
  readonly redis_folder: string;
  /** Ways of the workers to the servers; the oracle goes straight to them. */
  readonly kafkaProxy: Proxy;
  readonly redisProxy: Proxy;
  /** The program that instances run. */
  readonly worker: string;
  stop(): Promise<void>;
}

/** Sessions may be short, so that a member that is gone is missed soon. */
const properties = {
  'group.min.session.timeout.ms': 1_000,
  'log.flush.interval.messages': 1_000_000,
};

export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-faults-'));
  const port = await freePort();
  const kafkaProxy = await Proxy.listen(() => port);
  const redis_folder = join(folder, 'redis');
  const [worker, kafka, redis] = await Promise.all([
    bundled(fileURLToPath(new URL('worker.ts', import.meta.url))),
    startKafka(join(folder, 'kafka'), { light: true, properties, detour: { port, advertised_port: kafkaProxy.port } }),
    startRedis(redis_folder),
  ]);
  const redisProxy = await Proxy.listen(() => Number(new URL(redis.url).port));
  return {
    folder,
    kafka,
    redis,
    redis_folder,
    kafkaProxy,
    redisProxy,
    worker,
    async stop() {
      await Promise.all([kafkaProxy.stop(), redisProxy.stop()]);
      await Promise.all([kafka.program.stop(), redis.program.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
