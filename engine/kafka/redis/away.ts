/** A Redis that cannot be reached, in words that say which and what to do. */
import type { Redis } from 'ioredis';
import { EngineError } from '../../errors.ts';
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

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' && error.cause !== undefined ? String(error.cause) : error.message;
}
