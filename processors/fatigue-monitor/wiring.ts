/** What the loop reads, keeps and emits. */
import {
  adFatigued,
  adMetrics,
  dnaExtracted,
  dnaFormulaUpdated,
  tickHourly,
  winnerDetected,
  winnerWithdrawn,
} from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf } from '../snapshots/book.ts';
import {
  accountUpcast,
  adName,
  bookName,
  dnaName,
  formula_name,
  initialAccount,
  partUpcast,
  type AccountState,
  type Part,
} from './state.ts';

export const wiring = wire({
  group: 'fatigue-monitor',
  description:
    'Tells when an ad is clicked less than in its first days, beside what happens to the whole account, and how it may be made anew',
  partitionBy: 'account_id',
  reads: [adMetrics, tickHourly, dnaExtracted, dnaFormulaUpdated, winnerDetected, winnerWithdrawn],
  emits: [adFatigued],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 2, initial: initialAccount, upcast: accountUpcast },
  stateKey: {
    'ad.metrics': () => '',
    'tick.hourly': everyKey,
    'dna.extracted': () => '',
    'dna.formula.updated': () => '',
    'winner.detected': () => '',
    'winner.withdrawn': () => '',
  },
  part: { version: 2, initial: (): Part => ({ kind: 'book', rows: [] }), upcast: partUpcast },
  partKeys: {
    'ad.metrics': ({ ad_id, window_start_ms, context }) => [
      adName(ad_id),
      bookName(ad_id, dayOf(window_start_ms), contextName(context)),
    ],
    // Judged once a day, when the day is over.
    'tick.hourly': ({ hour_ms: hour }, state: AccountState) => ((hour + hour_ms) % day_ms === 0 ? judgedBy(state) : []),
  },
});

/** All that an account is judged by. */
const judgedBy = ({ ads, winners }: AccountState): readonly string[] => [
  ...ads.map(adName),
  ...new Set([...ads, ...winners.map(({ ad_id }) => ad_id)].map(dnaName)),
  formula_name,
];
