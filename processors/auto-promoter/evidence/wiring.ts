/** What the group reads, keeps and emits. */
import { adMetrics, evidenceChanged, experimentDeclared, tickHourly } from '../../../schemas/index.ts';
import { everyKey, wire } from '../../../topology/processor.ts';
import { booksOf, dueHours } from './due.ts';
import { partsOf } from './on-metrics.ts';
import { initialExperiment, type ExperimentState, type Part } from './state.ts';

const emptyBook = (): Part => ({ kind: 'book', rows: [] });

export const wiring = wire({
  group: 'auto-promoter.evidence',
  description: 'Follows what the data of each experiment say, block by block',
  partitionBy: 'account_id',
  reads: [experimentDeclared, adMetrics, tickHourly],
  emits: [evidenceChanged],
  writes: [],
  // A later snapshot replaces an earlier one: nothing is gained by holding up the rest of the experiment.
  onError: 'skip',
  state: { version: 2, initial: initialExperiment },
  stateKey: {
    'experiment.declared': ({ experiment_id }) => experiment_id,
    // Metrics of no experiment keep nothing.
    'ad.metrics': ({ experiment_id }) => experiment_id ?? '',
    'tick.hourly': everyKey,
  },
  part: { version: 1, initial: emptyBook },
  partKeys: {
    'ad.metrics': (event, state: ExperimentState) => (event.experiment_id === null ? [] : partsOf(event, state)),
    'tick.hourly': (tick, state: ExperimentState) => {
      const due = dueHours(state, tick.hour_ms);
      return due === null || state.following === null ? [] : booksOf(state.following, state.ads, due);
    },
  },
});
