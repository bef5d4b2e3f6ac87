/**
 * Milliseconds from an event's append to the moment a consumer has the decision that it causes, at a steady rate: of our
 * group, of what the log alone takes on this machine, and of Kafka Streams doing the same.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { redisStanding } from '../../../engine/kafka/redis/check.ts';
import { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import type { Measure } from '../../measures.ts';
import { quantile, spread } from '../statistics.ts';
import { instance } from './instance.ts';
import { PacedStream } from './paced.ts';
import { MeasuredProgram, ours } from './program.ts';
import { partOf, type Setting } from './setting.ts';
import { builtPeers, peers, streamsCommand, type Peer } from './streams.ts';
import { targets } from './targets.ts';

export interface KafkaLatencySize {
  readonly setting: Setting;
  /** For what systems keep on disk. */
  readonly folder: string;
  readonly peers: boolean;
  readonly events_per_s: number;
  readonly seconds: number;
  /** Of our group; the others have up to three. */
  readonly runs: number;
  readonly onProgress: (text: string) => void;
}

/** Before the first run: the compilers of broker and system are warm after about half a minute of it. */
const warm_runs = 3;
const most_runs_of_others = 3;

/** Ours, and ours where Redis flushes to disk once a second: what is lost then, the journal brings back. */
type Own = 'flywheel' | 'flywheel-flushed-each-second';
type System = Own | 'log-alone' | Peer;

const quantiles = [
  { label: 'p10', q: 0.1 },
  { label: 'p50', q: 0.5, target: targets.p50_ms },
  { label: 'p90', q: 0.9 },
  { label: 'p95', q: 0.95 },
  { label: 'p99', q: 0.99, target: targets.p99_ms },
  { label: 'p99.9', q: 0.999 },
  { label: 'max', q: 1 },
];

/** The figure is the median of the runs' quantiles, with the least and the greatest. */
export async function kafkaLatency(size: KafkaLatencySize): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  const own = ['flywheel', 'flywheel-flushed-each-second', 'log-alone'] as const;
  for (const system of [...own, ...(size.peers ? peers : [])])
    measures.push(...measuresOf(system, size.events_per_s, await runsOf(system, size)));
  return measures;
}

/** Times of each run in order, milliseconds. */
function runsOf(system: System, size: KafkaLatencySize): Promise<readonly Float64Array[]> {
  if (system !== 'flywheel-flushed-each-second') return timesOf(system, size);
  return flushing(size.setting.redis_url, 'everysec', () => timesOf(system, size));
}

/** Lets Redis flush so while `work` is under way, and then as before. */
async function flushing<T>(redis_url: string, when: 'everysec', work: () => Promise<T>): Promise<T> {
  const redis = connectRedis(redis_url);
  await redis.connect();
  const { appendfsync } = await redisStanding(redis);
  try {
    await redis.config('SET', 'appendfsync', when);
    return await work();
  } finally {
    if (appendfsync !== null) await redis.config('SET', 'appendfsync', appendfsync);
    redis.disconnect();
  }
}

async function timesOf(system: System, size: KafkaLatencySize): Promise<readonly Float64Array[]> {
  const { events_per_s, seconds, onProgress } = size;
  const runs = system === 'flywheel' ? size.runs : Math.min(size.runs, most_runs_of_others);
  const setting = partOf(size.setting, system);
  // Makes the topics, which Kafka Streams wants to find.
  const stream = await PacedStream.open(setting);
  const program = await started(system, { ...size, setting });
  const found: Float64Array[] = [];
  try {
    for (let run = 1 - warm_runs; run <= runs; run++) {
      onProgress(`latency, ${system}, ${run < 1 ? 'warming up' : `run ${run} of ${runs}`}`);
      const [from, to] = await stream.run(events_per_s, seconds);
      const took_ms = Float64Array.from({ length: to - from }, (_, n) => {
        const arrival = stream.arrivals.get(from + n);
        return (arrival?.read_ms ?? NaN) - (arrival?.appended_ms ?? NaN);
      });
      if (run >= 1) found.push(took_ms.sort());
    }
  } finally {
    await stream.close();
    await program.end();
  }
  return found;
}

async function started(system: System, { setting, folder }: KafkaLatencySize): Promise<MeasuredProgram> {
  const program = await programOf(system, setting, folder);
  await program.says('started');
  return program;
}

async function programOf(system: System, setting: Setting, folder: string): Promise<MeasuredProgram> {
  const name = `latency-${randomUUID()}`;
  if (system === 'flywheel' || system === 'flywheel-flushed-each-second')
    return instance({ setting, namespace: name, processor: 'answer', report_ms: null });
  if (system === 'log-alone') return new MeasuredProgram(ours(system, './log-alone-worker.ts', { setting }));
  const task = { setting, peer: system, application: name, folder: join(folder, name), processor: 'answer' } as const;
  return new MeasuredProgram(streamsCommand({ built: await builtPeers(), ...task }));
}

const measuresOf = (system: System, events_per_s: number, runs: readonly Float64Array[]): readonly Measure[] =>
  quantiles.map(({ label, q, target }) => ({
    name: 'latency',
    labels: { system, from: 'append', to: 'readable', quantile: label, events_per_s: String(events_per_s) },
    unit: 'ms',
    ...spread(runs.map((sorted) => quantile(sorted, q))),
    ...(target === undefined || system !== 'flywheel' ? {} : { target }),
  }));
