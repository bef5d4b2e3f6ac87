/** All figures of the embedded engine. */
import type { Measure } from '../measures.ts';
import { benchArchivist } from './archivist.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { engineThroughput, promoterThroughput, wholeThroughput } from './throughput.ts';

/** How much of each is measured. */
export interface Sizes {
  readonly engine_events: number;
  readonly engine_rounds: number;
  readonly promoter_events: number;
  readonly whole_events: number;
  readonly rounds: number;
  readonly archivist_events: number;
  readonly latency_per_s: number;
  readonly latency_s: number;
  readonly memory_marks: readonly number[];
}

export const full: Sizes = {
  engine_events: 500_000,
  engine_rounds: 5,
  promoter_events: 300_000,
  whole_events: 100_000,
  rounds: 3,
  archivist_events: 1_000_000,
  latency_per_s: 5_000,
  latency_s: 20,
  memory_marks: [1_000_000, 5_000_000],
};

export const quick: Sizes = {
  engine_events: 150_000,
  engine_rounds: 2,
  promoter_events: 100_000,
  whole_events: 30_000,
  rounds: 1,
  archivist_events: 200_000,
  latency_per_s: 5_000,
  latency_s: 4,
  memory_marks: [100_000, 500_000],
};

export type Progress = (text: string) => void;

export async function embedded(sizes: Sizes, onProgress: Progress): Promise<readonly Measure[]> {
  const { rounds } = sizes;
  const engine = { events: sizes.engine_events, rounds: sizes.engine_rounds, onProgress };
  const measures: Measure[] = [...(await engineThroughput(engine))];
  measures.push(await promoterThroughput({ events: sizes.promoter_events, rounds, onProgress }));
  measures.push(await wholeThroughput({ events: sizes.whole_events, rounds, onProgress }));
  measures.push(...(await archivist(sizes, onProgress)));
  measures.push(...(await latency({ events_per_s: sizes.latency_per_s, seconds: sizes.latency_s, onProgress })));
  onProgress('memory');
  measures.push(...(await memory({ marks: sizes.memory_marks })));
  return measures;
}

export async function archivist(sizes: Sizes, onProgress: Progress): Promise<readonly Measure[]> {
  onProgress('archivist');
  return benchArchivist({ events: sizes.archivist_events });
}
