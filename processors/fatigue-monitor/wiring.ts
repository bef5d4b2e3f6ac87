/** What the loop reads, keeps and emits. */
import { adFatigued, adMetrics, tickHourly } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf } from '../snapshots/book.ts';
import { adName, bookName, initialAccount, type AccountState, type Part } from './state.ts';

export const wiring = wire({
  group: 'fatigue-monitor',
  description: 'Tells when an ad is clicked less than in its first days, beside what happens to the whole account',
  partitionBy: 'account_id',
  reads: [adMetrics, tickHourly],
  emits: [adFatigued],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: { 'ad.metrics': () => '', 'tick.hourly': everyKey },
  part: { version: 1, initial: (): Part => ({ kind: 'book', rows: [] }) },
  partKeys: {
    'ad.metrics': ({ ad_id, window_start_ms, context }) => [
      adName(ad_id),
      bookName(ad_id, dayOf(window_start_ms), contextName(context)),
    ],
    // Judged once a day, when the day is over.
    'tick.hourly': ({ hour_ms: hour }, { ads }: AccountState) =>
      (hour + hour_ms) % day_ms === 0 ? ads.map(adName) : [],
  },
});
