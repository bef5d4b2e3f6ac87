/** What ads got, from the analytics: of each window the newest snapshot counts. */
import { z } from 'zod';
import type { SqlReader } from '../context.ts';

export interface Totals {
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions: number;
  readonly spend_minor: number;
  readonly revenue_minor: number;
  /** Of the spend; null where nothing was spent. */
  readonly currency: string | null;
}

const number = z.coerce.number();
const row = z.tuple([z.string(), number, number, number, number, number, z.string()]);

async function totalsBy(
  analytics: SqlReader,
  account_id: string,
  { by, filter = '', parameters = {} }: { readonly by: string; readonly filter?: string; readonly parameters?: object },
): Promise<ReadonlyMap<string, Totals>> {
  const { rows } = await analytics.query(
    `SELECT ${by} AS name, sum(impressions), sum(link_clicks), sum(conversions), sum(spend_minor),
      sum(conversion_value_minor), any(currency)
    FROM ad_metrics_newest WHERE account_id = {account:String} ${filter} GROUP BY name ORDER BY name`,
    { parameters: { account: account_id, ...parameters } },
  );
  return new Map(
    rows.map((one) => {
      const [name, impressions, clicks, conversions, spend_minor, revenue_minor, currency] = row.parse(one);
      return [name, { impressions, clicks, conversions, spend_minor, revenue_minor, currency }] as const;
    }),
  );
}

/** Totals of each ad of an account, or of one campaign's. */
export const totalsByAd = (
  analytics: SqlReader,
  account_id: string,
  campaign_id?: string,
): Promise<ReadonlyMap<string, Totals>> =>
  totalsBy(analytics, account_id, {
    by: 'ad_id',
    ...(campaign_id === undefined
      ? {}
      : { filter: 'AND campaign_id = {campaign:String}', parameters: { campaign: campaign_id } }),
  });

/** Totals of an account by day, `2026-01-31`, UTC. */
export const totalsByDay = (analytics: SqlReader, account_id: string): Promise<ReadonlyMap<string, Totals>> =>
  totalsBy(analytics, account_id, { by: "toString(toDate(fromUnixTimestamp64Milli(window_start_ms), 'UTC'))" });

export const noTotals: Totals = {
  impressions: 0,
  clicks: 0,
  conversions: 0,
  spend_minor: 0,
  revenue_minor: 0,
  currency: null,
};

export const sumOf = (all: Iterable<Totals>): Totals =>
  [...all].reduce(
    (sum, one) => ({
      impressions: sum.impressions + one.impressions,
      clicks: sum.clicks + one.clicks,
      conversions: sum.conversions + one.conversions,
      spend_minor: sum.spend_minor + one.spend_minor,
      revenue_minor: sum.revenue_minor + one.revenue_minor,
      currency: sum.currency ?? one.currency,
    }),
    noTotals,
  );

/** A ratio; null where it is of nothing. */
export const per = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
