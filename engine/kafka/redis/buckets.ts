/** Token buckets in Redis, from which all instances take: one script, so that two that take at once see each other. */
import type { Redis } from 'ioredis';
import { connectRedis, runScript, scriptOf, type RedisSecrets } from './redis.ts';

/**
 * KEYS: the bucket. ARGV: tokens back each second, most tokens, tokens wanted. Answers whether they were there, and what
 * is left. Time is Redis's own, so that clocks of instances may differ. A bucket that is full again is forgotten.
 */
const take_script = scriptOf(`
local now = redis.call('TIME')
local at = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
local rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if kept[1] then tokens = math.min(burst, tonumber(kept[1]) + math.max(0, at - tonumber(kept[2])) / 1000 * rate) end
local ok = tokens >= wanted
if ok then tokens = tokens - wanted end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(at))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return (ok and 'yes ' or 'no ') .. tostring(tokens)
`);

/** Keeps a text under a name that has none yet; answers what was there. KEYS: the name. ARGV: text, milliseconds. */
const keep_script = scriptOf(`
local kept = redis.call('GET', KEYS[1])
if kept then return kept end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ''
`);

/** How long Redis has to answer: a request waits for it. */
const answer_within_ms = 500;

export interface SharedAt {
  readonly url: string;
  readonly secrets: RedisSecrets;
  readonly namespace: string;
}

/** What instances of the gateway share, on a connection of its own. Rejects while Redis is away. */
export class SharedGateway {
  readonly #redis: Redis;
  readonly #namespace: string;
  #connecting: Promise<void> | undefined;

  constructor({ url, secrets, namespace }: SharedAt) {
    this.#redis = connectRedis(url, answer_within_ms, secrets);
    // Who asks is told by each command.
    this.#redis.on('error', () => undefined);
    this.#namespace = namespace;
  }

  /** Takes `weight` tokens of a bucket, or none where it has fewer; answers what is left. */
  async take(
    key: string,
    rule: { readonly rate_per_s: number; readonly burst: number },
    weight: number,
  ): Promise<{ readonly ok: boolean; readonly tokens: number }> {
    await this.#open();
    const given = [rule.rate_per_s, rule.burst, weight].map(String);
    const [ok, tokens] = (await runScript(this.#redis, take_script, [this.#key('limit', key)], given)).split(' ');
    return { ok: ok === 'yes', tokens: Number(tokens) };
  }

  /** Keeps a text where nothing is kept under the name; answers what was, null where nothing. */
  async keepFirst(name: string, text: string, for_ms: number): Promise<string | null> {
    await this.#open();
    const kept = await runScript(this.#redis, keep_script, [this.#key('reply', name)], [text, String(for_ms)]);
    return kept === '' ? null : kept;
  }

  async keep(name: string, text: string, for_ms: number): Promise<void> {
    await this.#open();
    await this.#redis.set(this.#key('reply', name), text, 'PX', for_ms);
  }

  async forget(name: string): Promise<void> {
    await this.#open();
    await this.#redis.del(this.#key('reply', name));
  }

  close(): void {
    this.#redis.disconnect();
  }

  #key(kind: string, name: string): string {
    return `${this.#namespace}:gateway:${kind}:${name}`;
  }

  #open(): Promise<void> {
    this.#connecting ??= this.#redis.connect().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }
}
