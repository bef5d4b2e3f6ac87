/** What the instances of a Flywheel must agree on, beside the state: words that all of them have, and who plays a part. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { EngineError } from '../../errors.ts';
import { reached } from '../redis/away.ts';
import { connectRedis, runScript, scriptOf, type RedisSecrets } from '../redis/redis.ts';

/** The value of this name: the first that any instance offered. */
export async function agreedOn(redis: Redis, namespace: string, name: string, offered: string): Promise<string> {
  const key = `${namespace}:agreed`;
  await redis.hsetnx(key, name, offered);
  const value = await redis.hget(key, name);
  if (value === null) throw new EngineError('redis.away', `Redis did not keep ${name}`, 'see that Redis takes writes');
  return value;
}

/** `agreedOn` with a connection of its own. */
export async function agreedAt(
  at: { readonly url: string; readonly secrets: RedisSecrets; readonly namespace: string },
  name: string,
  offered: string,
): Promise<string> {
  const redis = connectRedis(at.url, undefined, at.secrets);
  redis.on('error', () => undefined);
  try {
    await reached(redis);
    return await agreedOn(redis, at.namespace, name, offered);
  } finally {
    redis.disconnect();
  }
}

/** Renews or gives up a part only for whoever has it. KEYS: the part. ARGV: holder, milliseconds (0 gives it up). */
const hold_script = scriptOf(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'lost' end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 'held'
`);

/** A part that one instance plays at a time: who stops renewing it gives it up after a while. */
export class Lease {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #for_ms: number;
  readonly #holder = randomUUID();

  constructor(redis: Redis, namespace: string, part: string, for_ms: number) {
    this.#redis = redis;
    this.#key = `${namespace}:part:${part}`;
    this.#for_ms = for_ms;
  }

  /** Whether this instance has the part now. */
  async take(): Promise<boolean> {
    return (await this.#redis.set(this.#key, this.#holder, 'PX', this.#for_ms, 'NX')) === 'OK';
  }

  /** Whether it has it for some more time. */
  async renew(): Promise<boolean> {
    return (await runScript(this.#redis, hold_script, [this.#key], [this.#holder, String(this.#for_ms)])) === 'held';
  }

  async giveUp(): Promise<void> {
    await runScript(this.#redis, hold_script, [this.#key], [this.#holder, '0']);
  }
}
