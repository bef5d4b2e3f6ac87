/** Rows of insights, as Graph makes them: texts for numbers, days and hours of the account, nothing where nothing was. */
import { minorDecimals } from '../../schemas/currency.ts';
import { day_ms } from '../../schemas/values.ts';
import { hoursOfDates, localDate, type HourOfDate } from './clock.ts';
import { invalid } from './errors.ts';
import { chosen } from './fields.ts';
import { adsOf, type Found, type HourTotals } from './world.ts';

export const levels = ['account', 'campaign', 'adset', 'ad'] as const;
export type Level = (typeof levels)[number];

const hourly_breakdown = 'hourly_stats_aggregated_by_advertiser_time_zone';
/** Those that return something; `7d_view` and `28d_view` return nothing since 12 January 2026. */
const windows_alive: ReadonlySet<string> = new Set(['1d_click', '7d_click', '28d_click', '1d_view', '1d_ev']);
const longest_days = 37 * 31;

export interface InsightsAsk {
  readonly level: Level;
  readonly since: string;
  readonly until: string;
  readonly daily: boolean;
  readonly hourly: boolean;
  readonly windows: readonly string[];
  readonly fields: string | undefined;
  readonly ids: Readonly<Partial<Record<Level, ReadonlySet<string>>>>;
}

type Params = Readonly<Record<string, string>>;

/** @throws GraphError where the parameters make no sense */
export function parseAsk(found: Found, params: Params, now_ms: number): InsightsAsk {
  const { since, until } = datesOf(params, localDate(now_ms, found.account.time_zone));
  if (since > until) throw invalid('since must be before until');
  if (Date.parse(since) < now_ms - longest_days * day_ms) throw invalid('The start date is too far in the past');
  const level = levels.find((one) => one === (params['level'] ?? levelOf(found)));
  if (level === undefined) throw invalid('Param level must be one of {ad, adset, campaign, account}');
  const { breakdowns } = params;
  const named = breakdowns === undefined ? [] : listOf(breakdowns);
  if (named.some((one) => one !== hourly_breakdown)) throw invalid('Invalid combination of breakdowns', 1504041);
  const increment = params['time_increment'];
  return {
    level,
    since,
    until,
    daily: increment === '1',
    hourly: named.length > 0,
    windows: listOf(params['action_attribution_windows'] ?? '[]').filter((one) => windows_alive.has(one)),
    fields: params['fields'],
    ids: idsOf(params['filtering']),
  };
}

const levelOf = ({ ad, adset, campaign }: Found): Level =>
  ad ? 'ad' : adset ? 'adset' : campaign ? 'campaign' : 'account';

function datesOf(params: Params, today: string): { readonly since: string; readonly until: string } {
  const range = params['time_range'];
  if (range !== undefined) {
    const { since, until } = JSON.parse(range) as { since?: unknown; until?: unknown };
    if (!isDate(since) || !isDate(until)) throw invalid('Param time_range must be non-empty.');
    return { since, until };
  }
  const before = (days: number): string => new Date(Date.parse(today) - days * day_ms).toISOString().slice(0, 10);
  const preset = params['date_preset'] ?? 'last_30d';
  if (preset === 'today') return { since: today, until: today };
  if (preset === 'yesterday') return { since: before(1), until: before(1) };
  const days = /^last_(\d+)d$/.exec(preset)?.[1];
  if (days === undefined) throw invalid(`Param date_preset: ${preset} is unknown`);
  return { since: before(Number(days)), until: before(1) };
}

const isDate = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);

/** A list as JSON or with commas. */
const listOf = (text: string): string[] =>
  text.startsWith('[') ? (JSON.parse(text) as string[]) : text.split(',').filter((one) => one !== '');

function idsOf(filtering: string | undefined): InsightsAsk['ids'] {
  const found: Partial<Record<Level, ReadonlySet<string>>> = {};
  if (filtering === undefined) return found;
  for (const { field, value } of JSON.parse(filtering) as { field: string; value: string | string[] }[]) {
    const level = levels.find((one) => field === `${one}.id`);
    if (level !== undefined) found[level] = new Set(Array.isArray(value) ? value : [value]);
  }
  return found;
}

const none: HourTotals = {
  impressions: 0,
  clicks: 0,
  link_clicks: 0,
  spend_minor: 0,
  reach: 0,
  conversions: 0,
  conversion_value_minor: 0,
};

const plus = (a: HourTotals, b: HourTotals): HourTotals => ({
  impressions: a.impressions + b.impressions,
  clicks: a.clicks + b.clicks,
  link_clicks: a.link_clicks + b.link_clicks,
  spend_minor: a.spend_minor + b.spend_minor,
  reach: a.reach + b.reach,
  conversions: a.conversions + b.conversions,
  conversion_value_minor: a.conversion_value_minor + b.conversion_value_minor,
});

interface Group {
  readonly place: Required<Found>;
  readonly date: string;
  readonly hour: number | null;
  readonly totals: HourTotals;
}

const hours = new Map<string, readonly HourOfDate[]>();

function hoursIn(since: string, until: string, time_zone: string): readonly HourOfDate[] {
  const name = `${since} ${until} ${time_zone}`;
  let found = hours.get(name);
  if (found === undefined) hours.set(name, (found = [...hoursOfDates(since, until, time_zone)]));
  return found;
}

/** All rows, in an order that stays. */
export function rowsOf(found: Found, ask: InsightsAsk, now_ms: number): Record<string, unknown>[] {
  const groups = new Map<string, Group>();
  const span = hoursIn(ask.since, ask.until, found.account.time_zone);
  for (const place of adsOf(found)) {
    if (!isAsked(place, ask.ids)) continue;
    const id = idAt(place, ask.level);
    for (const { start_ms, date, hour } of span) {
      if (start_ms >= now_ms) break;
      const got = place.ad.reported(start_ms, now_ms);
      if (got === undefined) continue;
      const name = `${id} ${ask.daily ? date : ''} ${ask.hourly ? hour : ''}`;
      const before = groups.get(name);
      groups.set(name, {
        place,
        date,
        hour: ask.hourly ? hour : null,
        totals: plus(before?.totals ?? none, got),
      });
    }
  }
  return [...groups.values()].filter(({ totals }) => isDelivery(totals)).map((group) => rowOf(group, ask));
}

const isDelivery = ({ impressions, spend_minor, conversions }: HourTotals): boolean =>
  impressions > 0 || spend_minor > 0 || conversions > 0;

const idAt = ({ ad, adset, campaign, account }: Required<Found>, level: Level): string =>
  ({ ad: ad.id, adset: adset.id, campaign: campaign.id, account: account.id })[level];

const isAsked = (place: Required<Found>, ids: InsightsAsk['ids']): boolean =>
  levels.every((level) => ids[level]?.has(idAt(place, level)) ?? true);

const two = (n: number): string => String(n).padStart(2, '0');

function rowOf({ place, date, hour, totals }: Group, ask: InsightsAsk): Record<string, unknown> {
  const { account, campaign, adset, ad } = place;
  const depth = levels.indexOf(ask.level);
  const all: Record<string, unknown> = {
    account_id: account.id.replace('act_', ''),
    account_currency: account.currency,
    ...(depth >= 1 && { campaign_id: campaign.id, objective: campaign.objective }),
    ...(depth >= 2 && { adset_id: adset.id, optimization_goal: adset.optimization_goal }),
    ...(depth >= 3 && { ad_id: ad.id, ad_name: ad.name }),
    impressions: String(totals.impressions),
    clicks: String(totals.clicks),
    inline_link_clicks: String(totals.link_clicks),
    // Hours have no people: Graph says none rather than nothing.
    reach: hour === null ? String(totals.reach) : '0',
    frequency: hour === null && totals.reach > 0 ? String(totals.impressions / totals.reach) : '0',
    spend: major(totals.spend_minor, account.currency),
    attribution_setting: '7d_click_1d_view',
    ...actionsOf(totals, hour !== null, ask.windows, account.currency),
  };
  return {
    ...withoutId(chosen(all, ask.fields)),
    date_start: ask.daily ? date : ask.since,
    date_stop: ask.daily ? date : ask.until,
    ...(hour !== null && {
      hourly_stats_aggregated_by_advertiser_time_zone: `${two(hour)}:00:00 - ${two(hour)}:59:59`,
    }),
  };
}

const withoutId = ({ id: _, ...row }: Record<string, unknown>): Record<string, unknown> => row;

/** Roll-ups overlap, as they do on the platform: one purchase stands under three types. */
function actionsOf(
  { link_clicks, conversions, conversion_value_minor }: HourTotals,
  hourly: boolean,
  windows: readonly string[],
  currency: string,
): Record<string, unknown> {
  const entry = (action_type: string, value: string): Record<string, string> => ({
    action_type,
    value,
    ...Object.fromEntries(windows.map((window) => [window, window.endsWith('click') ? value : '0'])),
  });
  const purchases =
    hourly || conversions === 0 ? [] : ['omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'];
  const actions = [
    ...(link_clicks > 0 ? [entry('link_click', String(link_clicks))] : []),
    ...purchases.map((type) => entry(type, String(conversions))),
  ];
  const values = purchases.map((type) => entry(type, major(conversion_value_minor, currency)));
  return {
    ...(actions.length > 0 && { actions }),
    ...(values.length > 0 && { action_values: values }),
  };
}

/** Minor units as Graph writes money of insights: in major units, without zeros that say nothing. */
export function major(minor: number, currency: string): string {
  const decimals = minorDecimals(currency) ?? 2;
  const digits = String(minor).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return rest === '' ? whole : `${whole}.${rest}`;
}
