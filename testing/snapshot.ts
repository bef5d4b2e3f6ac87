/** Snapshots of ads, as tests write them: what matters to the test, the rest as if nothing were special. */
import type { AdMetrics } from '../schemas/index.ts';
import { day_ms, hour_ms } from '../schemas/values.ts';

/** When the windows of tests begin, UTC epoch milliseconds. */
export const start_ms = 20_000 * day_ms;

export interface Given extends Partial<AdMetrics> {
  /** Hours that the window begins after the start, where it is not given. */
  readonly hour?: number;
}

/** A snapshot of the first hour of ad `x`, with what the test changes. */
export function snapshot({ hour = 0, ...given }: Given): AdMetrics {
  const window_start_ms = given.window_start_ms ?? start_ms + hour * hour_ms;
  const window_end_ms = given.window_end_ms ?? window_start_ms + hour_ms;
  return {
    account_id: 'act',
    campaign_id: 'c',
    adset_id: `set-${given.ad_id ?? 'x'}`,
    ad_id: 'x',
    experiment_id: null,
    as_of_ms: window_end_ms,
    impressions: 1_000,
    clicks: given.link_clicks ?? 15,
    link_clicks: 15,
    spend_minor: 500,
    currency: 'USD',
    conversions: 0,
    conversion_value_minor: 0,
    reach: null,
    context: {},
    ...given,
    window_start_ms,
    window_end_ms,
  };
}
