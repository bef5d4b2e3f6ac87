/** Opens embedded engines for benches and times how fast they take a log that is already there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded, type Embedded } from '../../engine/embedded/embedded.ts';
import type { Versioned } from '../../engine/options.ts';
import type { RowSink } from '../../engine/ports.ts';
import { createCodec } from '../../schemas/codec.ts';
import { topics } from '../../schemas/index.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import { experimentEvents, hourlyEvents, metricsEvents, wide, type World } from './workload.ts';

export interface BenchEngineOptions {
  readonly folder: string;
  readonly processors: readonly AnyProcessor[];
  /** Absent where no handler asks for one. */
  readonly policy?: Versioned;
  readonly rows?: RowSink;
  readonly now_ms?: () => number;
}

export function openBench({
  folder,
  processors,
  policy = { version: 'none' },
  rows,
  now_ms,
}: BenchEngineOptions): Embedded {
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

export interface Fill {
  readonly world: World;
  /** Whether each hour's end is among the events. */
  readonly ticks: boolean;
}

/** Fills a folder's log with `events` metrics, their experiments first. */
export async function fill(
  folder: string,
  events: number,
  { world, ticks }: Fill = { world: wide, ticks: false },
): Promise<void> {
  const { engine } = openBench({ folder, processors: [] });
  await engine.publish({ source: 'bench', position: 'experiments', events: experimentEvents(world) });
  const batch = ticks ? hourlyEvents : metricsEvents;
  for (let i = 0; i < events; i += fill_batch)
    await engine.publish({
      source: 'bench',
      position: String(i),
      events: batch(i, Math.min(fill_batch, events - i), world),
    });
  await engine.stop();
}

export interface Timed {
  readonly events_per_s: number;
}

/** Lets the processors take a filled log from its beginning, and times them. */
export async function take(options: BenchEngineOptions, events: number): Promise<Timed> {
  const { engine } = openBench(options);
  const start = performance.now();
  await engine.start();
  await engine.drain();
  const elapsed_ms = performance.now() - start;
  const stopped = engine.groups().find(({ state }) => state === 'stopped');
  await engine.stop();
  if (stopped !== undefined) throw new Error(`group ${stopped.group} stopped: ${stopped.reason ?? 'no reason given'}`);
  return { events_per_s: (events / elapsed_ms) * 1_000 };
}
