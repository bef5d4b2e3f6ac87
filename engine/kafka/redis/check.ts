/** Whether a Redis keeps what it is given: one that evicts keys or forgets them with a restart must not hold state. */
import type { Redis } from 'ioredis';
import { EngineError } from '../../errors.ts';

export interface RedisStanding {
  readonly version: string;
  /** Null where this user may not ask for it. */
  readonly maxmemory_policy: string | null;
  readonly appendonly: boolean | null;
  readonly appendfsync: string | null;
  /** Bytes used, and the most that may be; 0: as much as there is. */
  readonly used_bytes: number;
  readonly maxmemory_bytes: number;
}

/** Lines `name:value` of an answer to INFO. */
function linesOf(info: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const line of info.split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) lines.set(line.slice(0, at), line.slice(at + 1));
  }
  return lines;
}

/** One setting; null where CONFIG is not allowed, as on some hosted ones. */
async function setting(redis: Redis, name: string): Promise<string | null> {
  try {
    const answer: unknown = await redis.config('GET', name);
    const value: unknown = Array.isArray(answer) ? answer[1] : Reflect.get(Object(answer), name);
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return null;
    throw error;
  }
}

export async function redisStanding(redis: Redis): Promise<RedisStanding> {
  const info = linesOf(await redis.info());
  const appendonly = info.get('aof_enabled');
  return {
    version: info.get('redis_version') ?? 'unknown',
    maxmemory_policy: info.get('maxmemory_policy') ?? (await setting(redis, 'maxmemory-policy')),
    appendonly: appendonly === undefined ? null : appendonly === '1',
    appendfsync: await setting(redis, 'appendfsync'),
    used_bytes: Number(info.get('used_memory') ?? 0),
    maxmemory_bytes: Number(info.get('maxmemory') ?? 0),
  };
}

/** How it may lose state, in words; empty where it does not. */
export function waysToForget({ maxmemory_policy, appendonly }: RedisStanding): readonly string[] {
  const ways: string[] = [];
  if (maxmemory_policy !== null && maxmemory_policy !== 'noeviction')
    ways.push(`it evicts keys when memory is short (maxmemory-policy ${maxmemory_policy})`);
  if (appendonly === false) ways.push('it forgets with a restart what it was told since its last dump (appendonly no)');
  return ways;
}

/** @throws EngineError `redis.may_forget` */
export async function refuseForgetful(redis: Redis): Promise<void> {
  const ways = waysToForget(await redisStanding(redis));
  if (ways.length > 0)
    throw new EngineError(
      'redis.may_forget',
      `Redis may lose state: ${ways.join('; ')}`,
      'set maxmemory-policy noeviction and appendonly yes there, or redis_may_forget to true for a trial',
    );
}
