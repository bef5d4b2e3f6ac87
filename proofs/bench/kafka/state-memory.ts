/**
 * What a key of state costs in Redis: states of simulated accounts, made by the whole topology in memory, are put into a
 * real Redis as the engine keeps them, and Redis is asked what they take.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { openSimulated } from '../../../app/sources/simulated.ts';
import { Driver } from '../../../engine/driver/driver.ts';
import { state_kinds, type StateKind, type StoredEntry } from '../../../engine/ledger.ts';
import { RedisTaskLedger } from '../../../engine/kafka/redis/ledger.ts';
import { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { day_ms, days } from '../../../schemas/values.ts';
import { Services } from '../../../testing/services/services.ts';
import { newlyWritten, optionsFor } from '../../equal/outside.ts';
import type { Measure } from '../../measures.ts';

type Redis = ReturnType<typeof connectRedis>;

export interface StateMemorySize {
  /** Simulated events at least. */
  readonly events: number;
  readonly onProgress: (text: string) => void;
}

export async function stateMemory({ events, onProgress }: StateMemorySize): Promise<readonly Measure[]> {
  const services = new Services();
  const redis = connectRedis(await services.redis());
  await redis.connect();
  onProgress('events');
  const driver = await played(events);
  try {
    onProgress('Redis');
    const namespace = randomUUID();
    const before = await used(redis);
    const found = await kept(driver.engine, redis, namespace);
    const all = found.reduce((sum, { keys }) => sum + keys, 0);
    const total = (await used(redis)) - before;
    return [
      ...found.flatMap(({ group, kind, keys, value_bytes, redis_bytes }): Measure[] => [
        { name: 'redis_bytes_per_key', labels: { group, kind }, value: redis_bytes / keys, unit: 'bytes', n: keys },
        { name: 'value_bytes_per_key', labels: { group, kind }, value: value_bytes / keys, unit: 'bytes', n: keys },
      ]),
      { name: 'redis_bytes_per_key', labels: { group: 'all', kind: 'all' }, value: total / all, unit: 'bytes', n: all },
    ];
  } finally {
    await driver.stop();
    redis.disconnect();
    await services.stop();
  }
}

async function played(events: number): Promise<Driver> {
  const first_ms = Math.floor(Date.now() / day_ms) * day_ms - days(28);
  const driver = new Driver({ ...optionsFor(newlyWritten(), () => null), start_ms: first_ms });
  await driver.start();
  const { engine, clock } = driver;
  const now_ms = (): number => first_ms;
  const source = await openSimulated({ seed: 1, speed: 'max', engine, now_ms, clock, first_ms });
  const playing = source.play();
  while (source.status().events_total < events) await sleep(20);
  await source.stop();
  await playing;
  await engine.drain();
  return driver;
}

interface Kept {
  readonly group: string;
  readonly kind: StateKind;
  readonly keys: number;
  readonly value_bytes: number;
  readonly redis_bytes: number;
}

/** Puts the states of all groups into Redis, and asks for each hash what it takes. */
async function kept({ topology, options, ledger }: Runtime, redis: Redis, namespace: string): Promise<readonly Kept[]> {
  const found: Kept[] = [];
  for (const { wiring } of topology.processors) {
    const sums = new Map<StateKind, Kept>();
    for (let partition = 0; partition < options.partitions; partition++) {
      const entries: StoredEntry[] = [];
      for (const kind of state_kinds)
        for await (const [key, value] of ledger.task(wiring.group, partition).scan(kind, ''))
          entries.push([kind, key, value]);
      const task = new RedisTaskLedger(
        { redis, namespace, owner: 'bench', answer_within_ms: 10_000, journal: () => Promise.resolve(1) },
        wiring.group,
        partition,
      );
      await task.claim(1);
      await task.replace(0, entries);
      for (const kind of state_kinds) {
        const own = entries.filter(([of]) => of === kind);
        if (own.length === 0) continue;
        const sum = sums.get(kind);
        sums.set(kind, {
          group: wiring.group,
          kind,
          keys: (sum?.keys ?? 0) + own.length,
          value_bytes: (sum?.value_bytes ?? 0) + own.reduce((total, [, , value]) => total + value.length, 0),
          redis_bytes:
            (sum?.redis_bytes ?? 0) + (await usage(redis, `{${namespace}:${wiring.group}:${partition}}:${kind}`)),
        });
      }
    }
    found.push(...sums.values());
  }
  return found;
}

const usage = async (redis: Redis, key: string): Promise<number> =>
  z.number().parse(await redis.memory('USAGE', key, 'SAMPLES', 0));

/** Bytes that Redis holds, its own included. */
async function used(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? NaN);
}
