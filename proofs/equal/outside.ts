/** The whole topology of a run with its outside: a simulated platform, a trainer, vectors of its own. */
import type { EngineOptions } from '../../engine/options.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { memoryTrainingData } from '../../ports/training-data/memory/memory.ts';
import { xgboostTrainer } from '../../ports/trainer/xgboost/xgboost.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import { topologyOf, type Outside } from '../../processors/index.ts';
import type { Written } from '../../testing/equal/redone.ts';
import { testOptions } from '../../testing/options.ts';

export const newlyWritten = (): Written => ({ rows: [], vectors: new InProcessVectors(hashedEmbeddings.dimensions) });

/** Engine options; a dead letter ends the run. `platform` as the fetcher of actuals asks it. */
export function optionsFor(
  { rows, vectors }: Written,
  platform: Outside['actuals']['platform'],
): Omit<EngineOptions, 'clock' | 'rows'> {
  const data = memoryTrainingData({ rows: (table) => rows.filter((row) => row.table === table) });
  const memory = { embeddings: hashedEmbeddings, vectors, lacking: () => null, later: () => undefined };
  const budgets = { platform: () => null, stopped: () => Promise.resolve(null) };
  const notify = { channels: () => ({}) };
  const outside = { notify, memory, budgets, actuals: { platform }, training: { trainer: xgboostTrainer(), data } };
  return testOptions(topologyOf(outside, 'secret').processors);
}
