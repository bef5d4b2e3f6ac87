/** The budget of calls of all instances, in Redis, by Redis' own clock. */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { CallBudget, CallBudgetOptions } from '../port.ts';

/**
 * KEYS: the account's hash. ARGV: points asked for (0: only pause), points in all, period, pause, points to keep;
 * milliseconds.
 * Answers the wait in milliseconds, 0 where the points were taken.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local asked, most, period, pause = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local needed = math.min(most, math.min(asked, most) + tonumber(ARGV[5]))
local kept = redis.call('HMGET', KEYS[1], 'points', 'at', 'paused')
local points, at, paused = tonumber(kept[1]) or most, tonumber(kept[2]) or now, tonumber(kept[3]) or 0
points = math.min(most, points + math.max(0, now - at) * most / period)
local wait = 0
if asked == 0 then
  paused = math.max(paused, now + pause)
elseif paused > now then
  wait = paused - now
elseif points < needed then
  wait = math.ceil((needed - points) * period / most)
else
  points = points - math.min(asked, most)
end
redis.call('HSET', KEYS[1], 'points', string.format('%.6f', points), 'at', now, 'paused', paused)
redis.call('PEXPIRE', KEYS[1], math.max(period, paused - now) + 1000)
return wait
`;

const wait = z.int().min(0);

export class RedisCallBudget implements CallBudget {
  readonly #redis: Redis;
  readonly #namespace: string;
  readonly #options: CallBudgetOptions;

  constructor(redis: Redis, namespace: string, options: CallBudgetOptions) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#options = options;
  }

  take(account_id: string, points: number, keep = 0): Promise<number> {
    return this.#run(account_id, points, 0, keep);
  }

  async pause(account_id: string, for_ms: number): Promise<void> {
    await this.#run(account_id, 0, Math.ceil(for_ms), 0);
  }

  async #run(account_id: string, points: number, pause_ms: number, keep: number): Promise<number> {
    const { points: most, period_ms } = this.#options;
    const key = `${this.#namespace}:calls:${account_id}`;
    return wait.parse(await this.#redis.eval(script, 1, key, points, most, period_ms, pause_ms, keep));
  }
}
