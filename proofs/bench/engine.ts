/** Opens embedded engines for benches and times how fast they take a log that is already there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded, type Embedded } from '../../engine/embedded/embedded.ts';
import type { RowSink } from '../../engine/ports.ts';
import { createCodec } from '../../schemas/codec.ts';
import * as schemas from '../../schemas/index.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import type { Topic } from '../../topology/topic.ts';
import { experimentEvents, metricsEvents } from './workload.ts';

const topics: readonly Topic[] = [
  schemas.adCreated,
  schemas.experimentDeclared,
  schemas.adMetrics,
  schemas.tickHourly,
  schemas.policyChanged,
  schemas.evidenceChanged,
  schemas.winnerDetected,
  schemas.winnerWithdrawn,
  schemas.allocationProposed,
  schemas.deadLetter,
];

export interface BenchEngineOptions {
  readonly folder: string;
  readonly processors: readonly AnyProcessor[];
  readonly policy: unknown;
  readonly rows?: RowSink;
  readonly now_ms?: () => number;
}

export function openBench({ folder, processors, policy, rows, now_ms }: BenchEngineOptions): Embedded {
  return openEmbedded({
    folder,
    topology: { topics, processors },
    codec: createCodec({ topics }),
    clock: { now_ms: now_ms ?? ((): number => Date.now()) },
    partitions: 4,
    code: 'bench',
    policy: { topic: 'policy.changed', parse: () => policy, initial: policy },
    deadLetters: {
      topic: 'dead.letter',
      event: ({ message, group }) => {
        throw new Error(`the workload must have no dead letters, group ${group} refused: ${message}`);
      },
    },
    ...(rows === undefined ? {} : { rows }),
    onFailure: (error) => {
      throw error;
    },
  });
}

/** Runs `work` in a folder of its own, removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Events per append while the log is filled. */
const fill_batch = 4_000;

/** Fills a folder's log with `events` metrics, their experiments first. */
export async function fill(folder: string, events: number): Promise<void> {
  const { engine } = openBench({ folder, processors: [], policy: null });
  await engine.publish({ source: 'bench', position: 'experiments', events: experimentEvents() });
  for (let i = 0; i < events; i += fill_batch)
    await engine.publish({
      source: 'bench',
      position: String(i),
      events: metricsEvents(i, Math.min(fill_batch, events - i)),
    });
  await engine.stop();
}

export interface Timed {
  readonly events_per_s: number;
  readonly elapsed_ms: number;
  /** Resident memory after the first tenth and at the end, MB. */
  readonly rss_early_mb: number;
  readonly rss_end_mb: number;
}

const rss_mb = (): number => process.memoryUsage().rss / 1e6;

/** Lets the processors take a filled log from its beginning, and times them. */
export async function take(options: BenchEngineOptions, events: number): Promise<Timed> {
  const { engine } = openBench(options);
  let rss_early_mb = 0;
  const watch = setInterval(() => {
    const done = engine.groups().reduce((most, group) => Math.max(most, group.events_total), 0);
    if (rss_early_mb === 0 && done > events / 10) rss_early_mb = rss_mb();
  }, 50);
  const start = performance.now();
  await engine.start();
  await engine.drain();
  const elapsed_ms = performance.now() - start;
  clearInterval(watch);
  await engine.stop();
  return { events_per_s: (events / elapsed_ms) * 1_000, elapsed_ms, rss_early_mb, rss_end_mb: rss_mb() };
}
