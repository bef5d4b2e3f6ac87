/** A row of insights as totals of a window. */
import { isPaidForConversions } from '../../../schemas/index.ts';
import type { Insight } from '../port.ts';
import { actionValue, type ConversionPolicy, type Objective } from './conversions.ts';
import { minorOfMajor } from './money.ts';
import type { InsightRow } from './shapes.ts';
import { dayWindow, hourWindow, type Window } from './zone.ts';

/** A window of an ad is an hour, or a day of its account. */
export type Grain = 'hour' | 'day';

/**
 * Hours leave out what is done off the platform, which is what such campaigns are paid for: their ads are read by the
 * day, all others by the hour. An ad keeps to one of the two, so that nothing counts twice.
 */
export const grainOf = (objective: Objective): Grain => (isPaidForConversions(objective) ? 'day' : 'hour');

export interface RowContext {
  readonly currency: string;
  readonly time_zone: string;
  /** By campaign; a campaign that is not known is read by the hour, without conversions. */
  readonly objectives: ReadonlyMap<string, Objective>;
  readonly conversions: ConversionPolicy;
  readonly now_ms: number;
}

/** `reach` where the window is a day: hours have none. */
export type MetaInsight = Insight & { readonly reach: number | null };

const hour_pattern = /^(\d{2}):\d{2}:\d{2} - /;

function windowOf(row: InsightRow, time_zone: string): Window {
  const hours = row.hourly_stats_aggregated_by_advertiser_time_zone;
  if (hours === undefined) {
    const first = dayWindow(row.date_start, time_zone);
    // Both dates are included.
    return { ...first, window_end_ms: dayWindow(row.date_stop, time_zone).window_end_ms };
  }
  const hour = hour_pattern.exec(hours)?.[1];
  if (hour === undefined) throw new Error(`${JSON.stringify(hours)} is no hour`);
  return hourWindow(row.date_start, Number(hour), time_zone);
}

/** @throws Error that says what about the row cannot be */
export function insightOf(row: InsightRow, context: RowContext): MetaInsight {
  const { campaign_id, adset_id, ad_id } = row;
  if (campaign_id === undefined || adset_id === undefined || ad_id === undefined)
    throw new Error('it does not say which ad it is of');
  const currency = row.account_currency ?? context.currency;
  if (currency !== context.currency) throw new Error(`it is in ${currency}, its account in ${context.currency}`);
  const link_clicks = row.inline_link_clicks ?? Math.round(Number(actionValue(row.actions, 'link_click', []) ?? 0));
  // Both are counted by Meta, each with its own delay: all clicks hold those on the link.
  const clicks = Math.max(row.clicks, link_clicks);
  if (clicks > row.impressions) throw new Error(`it has ${clicks} clicks of ${row.impressions} impressions`);
  const isHour = row.hourly_stats_aggregated_by_advertiser_time_zone !== undefined;
  return {
    campaign_id,
    adset_id,
    ad_id,
    ...windowOf(row, context.time_zone),
    as_of_ms: context.now_ms,
    impressions: row.impressions,
    clicks,
    link_clicks,
    spend_minor: minorOfMajor(row.spend, currency),
    ...conversionsOf(row, context, isHour),
    reach: isHour ? null : Math.min(row.reach ?? 0, row.impressions),
  };
}

const nothing = { conversions: 0, conversion_value_minor: 0 } as const;

/** Modelled conversions may be fractions: they are rounded. */
function conversionsOf(
  row: InsightRow,
  { objectives, conversions: { action_types, windows }, currency }: RowContext,
  isHour: boolean,
): Pick<Insight, 'conversions' | 'conversion_value_minor'> {
  const action_type = action_types[objectives.get(row.campaign_id ?? '') ?? 'unknown'];
  if (isHour || action_type === null) return nothing;
  const conversions = Math.round(Number(actionValue(row.actions, action_type, windows) ?? 0));
  if (conversions === 0) return nothing;
  const value = actionValue(row.action_values, action_type, windows) ?? '0';
  return { conversions, conversion_value_minor: minorOfMajor(value, currency) };
}

/** Whether a row is of the kind that its ad is read by. */
export const isOfGrain = (row: InsightRow, grain: Grain, { objectives }: RowContext): boolean =>
  grainOf(objectives.get(row.campaign_id ?? '') ?? 'unknown') === grain;
