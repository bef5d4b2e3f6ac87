/** What the loop reads, keeps and emits. */
import {
  adCreated,
  adMetrics,
  allocationProposed,
  nichePatternUpdated,
  predictionMade,
  tickHourly,
} from '../../schemas/index.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { hour_ms } from '../../schemas/values.ts';
import { contextName } from '../snapshots/ads.ts';
import { dayOf } from '../snapshots/book.ts';
import {
  campaignPartName,
  dayPartName,
  initialAccount,
  partUpcast,
  type AccountState,
  type DayBook,
  type Part,
} from './state.ts';

const emptyDay = (): DayBook => ({ kind: 'day', rows: [] });

export const wiring = wire({
  group: 'thompson-sampling',
  description: 'Splits the budget of a campaign over its ad sets, by how probably each is the best',
  partitionBy: 'account_id',
  reads: [adCreated, predictionMade, adMetrics, nichePatternUpdated, tickHourly],
  emits: [allocationProposed],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'ad.created': () => '',
    'prediction.made': () => '',
    'ad.metrics': () => '',
    'niche.pattern.updated': () => '',
    'tick.hourly': everyKey,
  },
  part: { version: 4, initial: (): Part => emptyDay(), upcast: partUpcast },
  partKeys: {
    'ad.created': ({ campaign_id }) => [campaignPartName(campaign_id)],
    'prediction.made': ({ campaign_id }) => [campaignPartName(campaign_id)],
    'ad.metrics': ({ campaign_id, ad_id, window_start_ms, context }) => [
      campaignPartName(campaign_id),
      dayPartName(campaign_id, ad_id, dayOf(window_start_ms), contextName(context)),
    ],
    // The campaigns that a proposal is due for, and those whose time is over.
    'tick.hourly': (tick, state: AccountState) => {
      const now_ms = tick.hour_ms + hour_ms;
      return state.campaigns
        .filter(({ active_until_ms, keep_until_ms }) => active_until_ms >= now_ms || keep_until_ms < now_ms)
        .map(({ campaign_id }) => campaignPartName(campaign_id));
    },
  },
});
