/** What is looked at every few seconds of a soak, and whether it stays flat. */
import { readdirSync } from 'node:fs';
import type { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import type { Measure } from '../../measures.ts';
import { ownMemory_mb } from '../own-memory.ts';
import { growthOf, type Growth } from './flat.ts';
import type { SoakInstances } from './instances.ts';
import { bytesIn, type SoakServers } from './servers.ts';

export type Phase = 'full speed' | 'steady';

/** Figures of one moment; NaN where one could not be had. */
export interface Sample {
  readonly phase: Phase;
  readonly at_s: number;
  readonly events: number;
  readonly figures: Readonly<Record<FigureName, number>>;
}

interface Figure {
  readonly unit: string;
  /** A rise that counts as none, where a tenth of the mean is less. */
  readonly allowed: number;
}

const figures = {
  /** Of the instance that is never killed; what files stand behind, a machine takes and gives back as it likes. */
  instance_memory: { unit: 'MB', allowed: 20 },
  instance_open_files: { unit: 'files', allowed: 4 },
  redis_memory: { unit: 'MB', allowed: 2 },
  redis_open_files: { unit: 'files', allowed: 4 },
  redis_keys: { unit: 'keys', allowed: 20 },
  /** In the hashes of all keys: states, outboxes, heads. */
  redis_fields: { unit: 'fields', allowed: 500 },
  outbox: { unit: 'bytes', allowed: 200_000 },
  broker_memory: { unit: 'MB', allowed: 50 },
  broker_open_files: { unit: 'files', allowed: 20 },
  disk: { unit: 'MB', allowed: 200 },
} as const satisfies Readonly<Record<string, Figure>>;

type FigureName = keyof typeof figures;

const answer_within_ms = 2_000;

export interface Watched {
  readonly servers: SoakServers;
  readonly instances: SoakInstances;
  readonly redis: ReturnType<typeof connectRedis>;
}

export async function sampled(watched: Watched, at: Omit<Sample, 'figures'>): Promise<Sample> {
  const { servers, instances, redis } = watched;
  const info = await soon(redis.info('memory'));
  const oldest = instances.oldest?.pid;
  const { own } = servers;
  return {
    ...at,
    figures: {
      instance_memory: ownMemory_mb(oldest) ?? NaN,
      instance_open_files: openFiles(oldest),
      redis_memory: Number(/used_memory:(\d+)/.exec(info ?? '')?.[1] ?? NaN) / 1e6,
      redis_open_files: openFiles(own?.redis.pid),
      redis_keys: (await soon(redis.dbsize())) ?? NaN,
      redis_fields: (await soon(fieldsIn(redis))) ?? NaN,
      outbox: instances.outbox_bytes,
      broker_memory: ownMemory_mb(own?.kafka.pid) ?? NaN,
      broker_open_files: openFiles(own?.kafka.pid),
      disk: own === undefined ? NaN : bytesIn(own.folder) / 1e6,
    },
  };
}

/** Everything of ours is in hashes. */
async function fieldsIn(redis: Watched['redis']): Promise<number> {
  const keys = await redis.keys('*');
  const lengths = await Promise.all(keys.map((key) => redis.hlen(key).catch(() => 0)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Undefined where a server that is paused or away does not answer. */
const soon = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([
    answer.catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), answer_within_ms)),
  ]);

/** Files and sockets that a process has open; NaN where the system does not say. */
function openFiles(pid: number | undefined): number {
  try {
    return readdirSync(`/proc/${pid ?? 0}/fd`).length;
  } catch {
    return NaN;
  }
}

interface Judged {
  readonly phase: Phase | 'whole run';
  readonly name: FigureName;
  readonly growth: Growth;
}

/** The part of a run in which everything comes to its size, what the broker keeps on disk last. */
const begins_part = 1 / 3;

/**
 * Each figure in the second half of each phase that was long enough to tell, and over the whole run but its beginning:
 * faults move what a process holds up and down, which a longer time tells from growth better than a shorter one.
 */
export const judged = (samples: readonly Sample[]): readonly Judged[] =>
  (['full speed', 'steady', 'whole run'] as const).flatMap((phase) =>
    (Object.keys(figures) as FigureName[]).flatMap((name) => {
      const own = phase === 'whole run' ? samples : samples.filter((sample) => sample.phase === phase);
      const looks = own.map((sample) => ({ at_s: sample.at_s, value: sample.figures[name] }));
      const growth = growthOf(looks, figures[name].allowed, phase === 'whole run' ? begins_part : undefined);
      return growth === undefined ? [] : [{ phase, name, growth }];
    }),
  );

/** The level of each figure, and by how much it grew in the time that counts. */
export const measuresOf = (all: readonly Judged[]): readonly Measure[] =>
  all.flatMap(({ phase, name, growth: { mean, growth, low, high, n, verdict } }) => {
    const { unit } = figures[name];
    return [
      { name, labels: { phase }, unit, value: mean, n },
      { name: `${name}_growth`, labels: { phase, verdict }, unit, value: growth, low, high, n },
    ];
  });
