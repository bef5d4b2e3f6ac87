/** The bench of the Kafka engine: one broker and one Redis for all of it, names of its own for each part. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Services } from '../../../testing/services/services.ts';
import type { Measure } from '../../measures.ts';
import type { Progress } from '../sections.ts';
import { pauses, throughputOfInstances } from './instances.ts';
import { kafkaLatency } from './latency.ts';
import { Outputs } from './outputs.ts';
import { partOf, type Setting } from './setting.ts';
import { fillKafka, kafkaThroughput } from './throughput.ts';

export interface KafkaSizes {
  /** Events of one round; a multiple of 20 for each of 12,800 ads, so that the last event of each tells something. */
  readonly events: number;
  readonly rounds: number;
  readonly instances: readonly number[];
  readonly per_s: number;
  readonly latency_s: number;
  readonly latency_runs: number;
  /** Seconds of steady work after each change of instances; 0: no change is measured. */
  readonly pause_s: number;
}

export const fullKafka: KafkaSizes = {
  events: 1_024_000,
  rounds: 5,
  instances: [1, 2, 4],
  per_s: 5_000,
  latency_s: 10,
  latency_runs: 5,
  pause_s: 5,
};

export const quickKafka: KafkaSizes = { ...fullKafka, events: 512_000, rounds: 2, latency_s: 4, latency_runs: 3 };

/** Who joins a new group within this time shares it from its beginning; a third of what brokers wait by default. */
const join_delay_ms = 1_000;

/** Runs `work` on servers of the environment where addresses are given (TEST_KAFKA, TEST_REDIS), else on its own. */
export async function onServers<T>(work: (setting: Setting, folder: string) => Promise<T>): Promise<T> {
  const services = new Services();
  try {
    const properties = { 'group.initial.rebalance.delay.ms': join_delay_ms };
    const [brokers, redis_url] = await Promise.all([services.kafka({ properties }), services.redis()]);
    const folder = join(services.folder, 'systems');
    mkdirSync(folder);
    return await work({ brokers: [...brokers], redis_url, topic_prefix: `bench-${Date.now()}.` }, folder);
  } finally {
    await services.stop();
  }
}

export interface KafkaBenchOptions {
  readonly peers: boolean;
  readonly onProgress: Progress;
}

const latencyOn = (
  setting: Setting,
  folder: string,
  { per_s, latency_s, latency_runs }: KafkaSizes,
  options: KafkaBenchOptions,
): Promise<readonly Measure[]> =>
  kafkaLatency({
    ...{ setting: partOf(setting, 'latency'), folder, ...options },
    ...{ events_per_s: per_s, seconds: latency_s, runs: latency_runs },
  });

/** Latency alone. */
export const latencyBench = (sizes: KafkaSizes, options: KafkaBenchOptions): Promise<readonly Measure[]> =>
  onServers((setting, folder) => latencyOn(setting, folder, sizes, options));

export const kafkaBench = (sizes: KafkaSizes, options: KafkaBenchOptions): Promise<readonly Measure[]> =>
  onServers(async (setting, folder) => {
    const { events, rounds, instances, per_s, pause_s } = sizes;
    const { peers, onProgress } = options;
    await fillKafka(setting, events, onProgress);
    const outputs = await Outputs.open(setting);
    const measures = [...(await kafkaThroughput({ setting, outputs, folder, events, rounds, peers, onProgress }))];
    measures.push(...(await throughputOfInstances({ setting, events, counts: instances, onProgress }, outputs)));
    await outputs.close();
    measures.push(...(await latencyOn(setting, folder, sizes, options)));
    if (pause_s === 0) return measures;
    const paused = { setting: partOf(setting, 'pauses'), events_per_s: per_s, seconds: pause_s, onProgress };
    return [...measures, ...(await pauses(paused))];
  });
