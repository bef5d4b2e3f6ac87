/** Training data out of rows in memory, for tests on the driver. */
import type { ActualsFetched, ModelRollbackRequested, ModelTrained, PredictionMade } from '../../../schemas/index.ts';
import type { Row } from '../../../topology/coordinates.ts';
import { Gathering, type Example } from '../gather.ts';
import type { ExampleQuery, ExampleSet, ModelEvent, TrainingData } from '../port.ts';

/** Rows of the archive's tables, as they were sent. */
export interface ArchivedRows {
  rows(table: string): readonly Row[];
}

export function memoryTrainingData(archive: ArchivedRows): TrainingData {
  /** What is archived under a topic's name is of its type: the codec checked it on its way to the log. */
  const of = <T extends { readonly account_id: string }>(
    table: string,
    account_id: string,
  ): readonly (readonly [T, Row])[] =>
    archive
      .rows(table)
      .map((row) => [row.value as T, row] as const)
      .filter(([value]) => value.account_id === account_id);
  const predictions = (account_id: string): readonly PredictionMade[] =>
    of<PredictionMade>('prediction_made', account_id).map(([value]) => value);
  return {
    examples: (query) =>
      Promise.resolve(
        gathered(
          query,
          predictions(query.account_id),
          of<ActualsFetched>('actuals_fetched', query.account_id).map(([value]) => value),
        ),
      ),
    history: (account_id) => {
      const events = [
        ...of<ModelTrained>('model_trained', account_id).map(([trained, row]) => ({
          row,
          event: { kind: 'trained', trained } as const,
        })),
        ...of<ModelRollbackRequested>('model_rollback_requested', account_id).map(([rollback, row]) => ({
          row,
          event: { kind: 'rollback', rollback } as const,
        })),
      ];
      events.sort((a, b) => a.row.at_ms - b.row.at_ms || a.row.name.offset - b.row.name.offset);
      return Promise.resolve(events.map(({ event }): ModelEvent => event));
    },
    model: (account_id, model_id) => {
      const found = of<ModelTrained>('model_trained', account_id)
        .map(([value]) => value)
        .find((model) => model.model_id === model_id && model.status === 'trained');
      return Promise.resolve(
        found === undefined ? null : { features_version: found.features_version, columns: found.columns, trees: found },
      );
    },
  };
}

function gathered(query: ExampleQuery, all: readonly PredictionMade[], actuals: readonly ActualsFetched[]): ExampleSet {
  const made = all
    .filter(({ at_ms }) => at_ms >= query.from_ms && at_ms <= query.to_ms)
    .sort((a, b) => a.at_ms - b.at_ms || (a.prediction_id < b.prediction_id ? -1 : 1));
  const newest = made.at(-1);
  const version = newest?.features_version ?? 0;
  const columns = newest?.features.length ?? 0;
  const examples = made.flatMap((prediction): readonly Example[] => {
    if (prediction.features_version !== version || prediction.features.length !== columns) return [];
    const revisions = actuals.filter(
      ({ prediction_id, at_ms }) => prediction_id === prediction.prediction_id && at_ms <= query.to_ms,
    );
    const last = revisions.reduce<ActualsFetched | undefined>(
      (found, one) => (found === undefined || one.revision > found.revision ? one : found),
      undefined,
    );
    if (last === undefined || last.impressions === 0) return [];
    const { ad_id, features, baseline_rate, at_ms } = prediction;
    const known_ms = Math.min(...revisions.map((one) => one.known_ms));
    const { impressions, clicks } = last;
    return [{ ad_id, features, baseline_rate, impressions, clicks, predicted_ms: at_ms, known_ms }];
  });
  const gathering = new Gathering(query, examples.length, version, columns);
  for (const example of examples) if (gathering.isNextTaken()) gathering.add(example);
  return gathering.set();
}
