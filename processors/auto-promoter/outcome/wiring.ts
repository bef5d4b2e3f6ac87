/** What the group reads, keeps and emits. */
import {
  adMetrics,
  budgetChangeProgressed,
  experimentDeclared,
  promotionMeasured,
  tickHourly,
  winnerDetected,
} from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { everyKey, wire } from '../../../topology/processor.ts';
import { contextName } from '../../snapshots/ads.ts';
import { dayOf } from '../../snapshots/book.ts';
import { adName, bookName, initialAccount, type AccountState, type Part } from './state.ts';

export const wiring = wire({
  group: 'auto-promoter.outcome',
  description: 'Measures what promotions of winners earn against winners that were held out at random',
  partitionBy: 'account_id',
  reads: [experimentDeclared, adMetrics, winnerDetected, budgetChangeProgressed, tickHourly],
  emits: [promotionMeasured],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'experiment.declared': () => '',
    'ad.metrics': () => '',
    'winner.detected': () => '',
    'budget.change.progressed': () => '',
    'tick.hourly': everyKey,
  },
  part: { version: 1, initial: (): Part => ({ kind: 'book', rows: [] }) },
  partKeys: {
    'experiment.declared': ({ arms }) => arms.map(({ ad_id }) => adName(ad_id)),
    'ad.metrics': ({ ad_id, window_start_ms, context }) => [
      adName(ad_id),
      bookName(ad_id, dayOf(window_start_ms), contextName(context)),
    ],
    // Once a day, when the day is over.
    'tick.hourly': ({ hour_ms: hour }, { winners }: AccountState) =>
      (hour + hour_ms) % day_ms === 0 ? winners.map(({ ad_id }) => adName(ad_id)) : [],
  },
});
