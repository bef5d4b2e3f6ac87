/** What the group reads, keeps and emits. */
import { dnaExtracted, dnaFormulaUpdated, evidenceChanged, tickHourly } from '../../../schemas/index.ts';
import { everyKey, wire } from '../../../topology/processor.ts';
import { adName, contestName, initialAccount, type AccountState, type Part } from './state.ts';

export const wiring = wire({
  group: 'creative-dna.formula',
  description: 'Learns which traits go with a better click rate, from contrasts inside experiments',
  partitionBy: 'account_id',
  reads: [dnaExtracted, evidenceChanged, tickHourly],
  emits: [dnaFormulaUpdated],
  writes: [],
  // What an experiment says stands for itself and is said again: nothing is gained by holding up the rest.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: { 'dna.extracted': () => '', 'evidence.changed': () => '', 'tick.hourly': everyKey },
  part: { version: 1, initial: (): Part => ({ kind: 'ad', extractor_version: 0, traits: [] }) },
  partKeys: {
    'evidence.changed': ({ arms, experiment_id }) => [
      contestName(experiment_id),
      ...arms.map(({ ad_id }) => adName(ad_id)),
    ],
    'tick.hourly': (_, state: AccountState) => (state.changed ? state.contests.map(contestName) : []),
  },
});
