/**
 * Events a second of the same job on the same broker, from the first event that a system takes to the moment its last
 * output can be read: our group, Kafka Streams under both guarantees, and kafkajs's own consumer, in turns.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Measure } from '../../measures.ts';
import { spread } from '../statistics.ts';
import { metricsEvents } from '../workload.ts';
import type { FlywheelTask } from './flywheel-worker.ts';
import type { Outputs } from './outputs.ts';
import { MeasuredProgram, ours, type Command } from './program.ts';
import { children, processor_s } from './processor-time.ts';
import { openBenchOnKafka, type Setting } from './setting.ts';
import { node_flags, session_ms } from './settings-of-node.ts';
import { builtPeers, peers, streamsCommand, streams_threads } from './streams.ts';
import { targets } from './targets.ts';

export interface KafkaThroughputSize {
  readonly setting: Setting;
  /** Reads what systems write; the topic holds the events already. */
  readonly outputs: Outputs;
  /** For what systems keep on disk. */
  readonly folder: string;
  readonly events: number;
  readonly rounds: number;
  readonly peers: boolean;
  readonly onProgress: (text: string) => void;
}

/** What each system has of an event once its output can be read. */
const durability = {
  flywheel: 'state in Redis, on disk at each commit; log in the page cache of one broker',
  'flywheel-one-process': 'state in Redis, on disk at each commit; log in the page cache of one broker',
  'kafka-streams-exactly-once': 'state in RocksDB and a changelog in the page cache of one broker, transactions',
  'kafka-streams-at-least-once': 'state in RocksDB and a changelog in the page cache of one broker',
  'raw-consumer': 'none',
} as const;
type System = keyof typeof durability;

const fill_batch = 4_000;
const round_within_ms = 240_000;

/** Appends so many events, as a producer would. */
export async function fillKafka(setting: Setting, events: number, onProgress: (text: string) => void): Promise<void> {
  const { engine, stop } = await openBenchOnKafka(setting, { processors: [], namespace: 'fill', sharing: null });
  for (let i = 0; i < events; i += fill_batch) {
    if (i % (fill_batch * 25) === 0) onProgress(`filling the topic, ${i / 1_000} of ${events / 1_000} thousand`);
    const batch = metricsEvents(i, Math.min(fill_batch, events - i));
    await engine.publish({ source: 'bench', position: String(i), events: batch });
  }
  await stop();
}

interface Round {
  readonly events_per_s: number;
  /** Processor time an event, microseconds: of the system, and of the servers that this process has started. */
  readonly own_us: number;
  readonly servers_us: number;
  readonly peak_mb: number;
}

/** Processes of each system: ours work on one thread each, Kafka Streams on as many of its own. */
const processes = { flywheel: streams_threads, 'flywheel-one-process': 1 };

function commandsOf(
  system: Exclude<System, 'raw-consumer'>,
  { setting, folder }: KafkaThroughputSize,
  built: string,
): readonly Command[] {
  const name = `${system}-${randomUUID().slice(0, 8)}`;
  if (system === 'flywheel' || system === 'flywheel-one-process') {
    const task: FlywheelTask = { setting, namespace: name, processor: 'totals', round: 0, session_ms, report_ms: null };
    return Array.from({ length: processes[system] }, () => ours(system, './flywheel-worker.ts', task, node_flags));
  }
  return [
    streamsCommand({
      ...{ built, setting, peer: system, application: name, folder: join(folder, name) },
      processor: 'totals',
    }),
  ];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Notes processor time from now on. */
function timed(programs: readonly MeasuredProgram[], events: number): () => Pick<Round, 'own_us' | 'servers_us'> {
  const own = programs.map(({ pid }) => pid);
  const servers = children().filter((pid) => !own.includes(pid));
  const used = (): readonly [number, number] => [sum(own.map(processor_s)), sum(servers.map(processor_s))];
  const before = used();
  return () => {
    const after = used();
    const us = (i: 0 | 1): number => ((after[i] - before[i]) / events) * 1e6;
    return { own_us: us(0), servers_us: us(1) };
  };
}

const peak = (programs: readonly MeasuredProgram[]): number => sum(programs.map(({ peak_mb }) => peak_mb));

async function runSystem(
  system: Exclude<System, 'raw-consumer'>,
  size: KafkaThroughputSize,
  built: string,
): Promise<Round> {
  const { events, outputs } = size;
  const programs = commandsOf(system, size, built).map((command) => new MeasuredProgram(command));
  const begun = await Promise.race(programs.map((program) => program.says('begun')));
  const time = timed(programs, events);
  const ended_ms = await outputs.all(events, round_within_ms);
  const found = { ...time(), peak_mb: peak(programs) };
  await Promise.all(programs.map((program) => program.end()));
  outputs.verify(events, system);
  return { events_per_s: (events / (ended_ms - begun.at_ms)) * 1_000, ...found };
}

async function runRaw({ setting, events }: KafkaThroughputSize): Promise<Round> {
  const task = { setting, group: `raw-${randomUUID()}`, events };
  const program = new MeasuredProgram(ours('raw-consumer', './raw-worker.ts', task));
  const begun = await program.says('begun');
  const time = timed([program], events);
  const done = await program.says('done');
  const found = { ...time(), peak_mb: program.peak_mb };
  await program.end();
  return { events_per_s: (events / (done.at_ms - begun.at_ms)) * 1_000, ...found };
}

export async function kafkaThroughput(size: KafkaThroughputSize): Promise<readonly Measure[]> {
  const { rounds, onProgress } = size;
  const built = size.peers ? await builtPeers() : '';
  const systems: readonly System[] = ['flywheel', 'flywheel-one-process', ...(size.peers ? peers : []), 'raw-consumer'];
  const found = new Map<System, Round[]>(systems.map((system) => [system, []]));
  for (let round = 1; round <= rounds; round++)
    for (const system of systems) {
      const one = system === 'raw-consumer' ? await runRaw(size) : await runSystem(system, size, built);
      found.get(system)?.push(one);
      const { events_per_s, own_us, servers_us } = one;
      onProgress(
        `round ${round} of ${rounds}: ${system} ${Math.round(events_per_s)} events/s, ${own_us.toFixed(1)} + ${servers_us.toFixed(1)} us an event`,
      );
    }
  return measuresOf(found);
}

function measuresOf(found: ReadonlyMap<System, readonly Round[]>): readonly Measure[] {
  const rates = (system: System): readonly number[] => found.get(system)?.map((one) => one.events_per_s) ?? [];
  const own = rates('flywheel');
  const throughput = [...found.keys()].map((system): Measure => ({
    name: 'throughput',
    labels: { system, durability: durability[system] },
    unit: 'events/s',
    ...spread(rates(system)),
  }));
  const ratio = [...found.keys()]
    .filter((system) => system !== 'flywheel')
    .map((to): Measure => {
      const others = rates(to);
      const target = targets.ratio[to];
      return {
        name: 'ratio',
        labels: { of: 'flywheel', to },
        unit: '1',
        ...spread(own.map((rate, i) => rate / (others[i] ?? NaN))),
        ...(target === undefined ? {} : { target }),
      };
    });
  const memory = [...found].map(([system, all]): Measure => ({
    name: 'memory',
    labels: { system, kind: 'most resident' },
    unit: 'MB',
    ...spread(all.map((one) => one.peak_mb)),
  }));
  const time = [...found].flatMap(([system, all]): Measure[] => {
    const measure = (of: string, us: readonly number[]): Measure => ({
      name: 'processor_time',
      labels: { system, of },
      unit: 'us/event',
      ...spread(us),
    });
    const servers = all.map((one) => one.servers_us);
    const own = measure(
      'system',
      all.map((one) => one.own_us),
    );
    // Of servers that somebody else has started it is not known.
    return servers.some((us) => us > 0) ? [own, measure('broker and Redis', servers)] : [own];
  });
  return [...throughput, ...ratio, ...time, ...memory];
}
