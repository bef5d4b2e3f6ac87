/** The bench of the embedded engine: all its sections, one after the other; and those that are asked for alone. */
import type { Measure } from '../measures.ts';
import { inOwnProcess } from './own-process.ts';
import { sectionNames, type Progress, type Sizes } from './sections.ts';

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
  training_predictions: 64_000,
  training_per_s: 1_000,
  training_s: 10,
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
  training_predictions: 64_000,
  training_per_s: 1_000,
  training_s: 4,
};

export async function embedded(sizes: Sizes, onProgress: Progress): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const name of sectionNames)
    if (name !== 'training') measures.push(...(await inOwnProcess(name, sizes, onProgress)));
  return measures;
}

export const archivist = (sizes: Sizes, onProgress: Progress): Promise<readonly Measure[]> =>
  inOwnProcess('archivist', sizes, onProgress);

export const training = (sizes: Sizes, onProgress: Progress): Promise<readonly Measure[]> =>
  inOwnProcess('training', sizes, onProgress);
