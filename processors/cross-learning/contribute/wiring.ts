/** What the group reads, keeps and emits. */
import {
  accountChanged,
  actualsFetched,
  adCreated,
  cycleStepFinished,
  cycleStepRequested,
  dnaFormulaUpdated,
  nicheContribution,
  tickHourly,
  winnerDetected,
} from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { everyKey, wire } from '../../../topology/processor.ts';
import { adName, formula_name, initialAccount, initialPart } from './state.ts';

export const wiring = wire({
  group: 'cross-learning.contribute',
  description: 'Finds the niche of an account, and says to it what the account has learned where its people agreed',
  partitionBy: 'account_id',
  reads: [accountChanged, adCreated, dnaFormulaUpdated, actualsFetched, winnerDetected, tickHourly, cycleStepRequested],
  emits: [nicheContribution, cycleStepFinished],
  writes: [],
  // What it says are totals: a later event makes up for one that was left out.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'account.changed': () => '',
    'ad.created': () => '',
    'dna.formula.updated': () => '',
    'actuals.fetched': () => '',
    'winner.detected': () => '',
    'tick.hourly': everyKey,
    'cycle.step.requested': () => '',
  },
  part: { version: 1, initial: initialPart },
  partKeys: {
    'account.changed': () => [formula_name],
    'ad.created': ({ ad_id }) => [adName(ad_id)],
    'dna.formula.updated': () => [],
    'actuals.fetched': ({ ad_id }) => [adName(ad_id)],
    'winner.detected': () => [formula_name],
    'tick.hourly': ({ hour_ms: hour }) => ((hour + hour_ms) % day_ms === 0 ? [formula_name] : []),
    'cycle.step.requested': ({ step }) => (step === 'cross_learning' ? [formula_name] : []),
  },
});
