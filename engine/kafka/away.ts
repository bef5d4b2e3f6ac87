/** Servers that cannot be reached, in words that say which and what to do. */
import type { Redis } from 'ioredis';
import { EngineError } from '../errors.ts';
import { opened } from './redis.ts';

/** Rejects with `redis.away` where Redis does not answer, and as `opened` does where it does not let us in. */
export async function reached(redis: Redis): Promise<void> {
  try {
    await opened(redis);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const { host = '', port = 0 } = redis.options;
    throw new EngineError(
      'redis.away',
      `Redis at ${host}:${port} does not answer: ${reasonOf(error)}`,
      'see that it runs and can be reached from here',
    );
  }
}

/** An error of the broker's client that says that no broker can be reached or none takes us, as one of ours. */
export function asAway(error: unknown): unknown {
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return error;
  const refused = /SASL|authoriz/i.test(`${error.name} ${error.message}`);
  return new EngineError(
    refused ? 'kafka.refused' : 'kafka.away',
    `${refused ? 'the brokers refuse this process' : 'no broker answers'}: ${reasonOf(error)}`,
    refused ? 'see its name, password and permissions' : 'see that the brokers run and can be reached from here',
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' && error.cause !== undefined ? String(error.cause) : error.message;
}
