/** Whether the servers answer at this moment. */
import type { Admin } from 'kafkajs';
import type { Redis } from 'ioredis';

export interface Probe {
  readonly name: string;
  readonly ok: boolean;
  /** What it is, or why it does not answer. */
  readonly said: string;
  readonly needed: true;
}

const within_ms = 2_000;

export const probeServers = (admin: Admin, redis: Redis): Promise<readonly Probe[]> =>
  Promise.all([
    probe('Kafka', async () => {
      const { brokers } = await admin.describeCluster();
      return brokers.map(({ host, port }) => `${host}:${port}`).join(', ');
    }),
    probe('Redis', async () => {
      await redis.ping();
      return `${redis.options.host ?? ''}:${redis.options.port ?? ''}`;
    }),
  ]);

async function probe(name: string, ask: () => Promise<string>): Promise<Probe> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${within_ms} ms`)), within_ms);
  });
  const asked = ask();
  asked.catch(() => undefined);
  try {
    return { name, ok: true, said: await Promise.race([asked, late]), needed: true };
  } catch (error) {
    return { name, ok: false, said: error instanceof Error ? error.message : String(error), needed: true };
  } finally {
    clearTimeout(timer);
  }
}
