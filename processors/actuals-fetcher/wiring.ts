/** What the loop reads, keeps and emits. */
import {
  accuracyDrifted,
  accuracyMeasured,
  actualsFetched,
  actualsRequested,
  actualsReturned,
  adMetrics,
  cycleStepFinished,
  cycleStepRequested,
  modelRetrainRequested,
  predictionMade,
  tickHourly,
} from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf } from '../snapshots/book.ts';
import { adName, bookName, initialAccount, scoredName, stages, type AccountState, type Part } from './state.ts';

export const wiring = wire({
  group: 'actuals-fetcher',
  description: 'Counts what came of predictions, says how accurate they were, and when their errors drift',
  partitionBy: 'account_id',
  reads: [predictionMade, adMetrics, actualsReturned, tickHourly, cycleStepRequested],
  emits: [
    actualsFetched,
    actualsRequested,
    accuracyMeasured,
    accuracyDrifted,
    modelRetrainRequested,
    cycleStepFinished,
  ],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 2, initial: initialAccount },
  stateKey: {
    'prediction.made': () => '',
    'ad.metrics': () => '',
    'actuals.returned': () => '',
    'tick.hourly': everyKey,
    'cycle.step.requested': () => '',
  },
  part: { version: 2, initial: (): Part => ({ kind: 'book', rows: [] }) },
  partKeys: {
    'prediction.made': ({ ad_id }) => [adName(ad_id)],
    'ad.metrics': ({ ad_id, window_start_ms, context }) => [
      adName(ad_id),
      bookName(ad_id, dayOf(window_start_ms), contextName(context)),
    ],
    'actuals.returned': ({ ad_id, windows }) => [
      adName(ad_id),
      ...new Set(windows.map(({ window_start_ms }) => bookName(ad_id, dayOf(window_start_ms), ''))),
    ],
    'tick.hourly': (tick, state: AccountState) => {
      const now_ms = tick.hour_ms + hour_ms;
      const daily = now_ms % day_ms === 0;
      const ads = dueAds(state, now_ms, daily);
      return [...ads.map(adName), ...(daily || ads.length > 0 ? stages.map(scoredName) : [])];
    },
    'cycle.step.requested': ({ step, at_ms }, state: AccountState) => {
      if (step === 'fetch_actuals') return [...dueAds(state, at_ms, true).map(adName), ...stages.map(scoredName)];
      return step === 'calculate_accuracy' || step === 'auto_retrain' ? stages.map(scoredName) : [];
    },
  },
});

/** Ads with something to count, and those whose counts were restated. */
function dueAds({ due, restated }: AccountState, now_ms: number, with_restated: boolean): readonly string[] {
  const ads = due.filter(({ at_ms }) => at_ms <= now_ms).map(({ ad_id }) => ad_id);
  return [...new Set(with_restated ? [...ads, ...restated] : ads)];
}
