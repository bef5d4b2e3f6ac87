/** What the loop reads, keeps and emits. */
import {
  actualsFetched,
  adMetrics,
  cycleStepFinished,
  cycleStepRequested,
  dnaExtracted,
  dnaFormulaUpdated,
  ensembleReweighted,
  improvementMeasured,
  memoryRecalled,
  modelRollbackRequested,
  modelTrained,
  nichePatternUpdated,
  predictionMade,
  tickHourly,
} from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf } from '../snapshots/book.ts';
import {
  adName,
  baseline_name,
  bookName,
  days_name,
  empty_baseline,
  formula_name,
  initialAccount,
  matured_name,
  modelName,
  niche_name,
  partUpcast,
  recalls_name,
  type AccountState,
  type Part,
} from './state.ts';

/** All that a prediction is made from beside the ad itself. */
const knowledge = ({ registry: { champion } }: AccountState): readonly string[] => [
  baseline_name,
  recalls_name,
  formula_name,
  niche_name,
  ...(champion === null ? [] : [modelName(champion)]),
];

export const wiring = wire({
  group: 'compound-learner',
  description: 'Predicts click rates by experts that are weighted by how well they predicted',
  partitionBy: 'account_id',
  reads: [
    dnaExtracted,
    memoryRecalled,
    dnaFormulaUpdated,
    nichePatternUpdated,
    adMetrics,
    actualsFetched,
    modelTrained,
    modelRollbackRequested,
    tickHourly,
    cycleStepRequested,
  ],
  emits: [predictionMade, ensembleReweighted, improvementMeasured, cycleStepFinished],
  writes: [],
  // One ad that cannot be predicted is no reason to hold up the others of its account.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'dna.extracted': () => '',
    'memory.recalled': () => '',
    'dna.formula.updated': () => '',
    'niche.pattern.updated': () => '',
    'ad.metrics': () => '',
    'actuals.fetched': () => '',
    'model.trained': () => '',
    'model.rollback.requested': () => '',
    'tick.hourly': everyKey,
    'cycle.step.requested': () => '',
  },
  part: { version: 2, initial: (): Part => empty_baseline, upcast: partUpcast },
  partKeys: {
    'dna.extracted': ({ ad_id }, state) => [adName(ad_id), ...knowledge(state)],
    'memory.recalled': ({ ad_id }, state) => [adName(ad_id), ...knowledge(state)],
    'niche.pattern.updated': () => [niche_name],
    'ad.metrics': ({ ad_id, window_start_ms, context }) => [
      adName(ad_id),
      bookName(ad_id, dayOf(window_start_ms), contextName(context)),
      baseline_name,
    ],
    'actuals.fetched': () => [matured_name, days_name, baseline_name],
    'tick.hourly': (tick, state: AccountState) => {
      const now_ms = tick.hour_ms + hour_ms;
      return [...dueBy(state, now_ms), ...(now_ms % day_ms === 0 ? [days_name] : [])];
    },
    'cycle.step.requested': ({ step, at_ms }, state: AccountState) =>
      step === 'compound_learning' ? [...dueBy(state, at_ms), days_name] : [],
  },
});

/** Ads that are due, and what they are predicted from; nothing where none is. */
function dueBy(state: AccountState, now_ms: number): readonly string[] {
  const due = state.due.filter(({ at_ms }) => at_ms <= now_ms).map(({ ad_id }) => adName(ad_id));
  return due.length > 0 ? [...due, ...knowledge(state)] : [];
}
