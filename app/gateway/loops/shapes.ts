/** Shapes that routes of the loops share. */
import { z } from 'zod';
import { minorDecimals } from '../../../schemas/currency.ts';
import type { Totals } from '../../operations/tables/totals.ts';
import { per } from '../../operations/tables/totals.ts';

export const word = z.string().min(1).max(500);
export const copy = z.string().min(1).max(10_000);
export const account_id = word.describe('Ad account');
export const limit = z.int().min(1).max(1_000);

export const text = z.string();
export const num = z.number();
export const maybe = num.nullable();
export const list = <T extends z.ZodType>(of: T): z.ZodReadonly<z.ZodArray<T>> => z.array(of).readonly();
export const time = z.iso.datetime().describe('UTC');

/** A time of the accounts as the answers have it. */
export const iso = (ms: number): string => new Date(ms).toISOString();

/** What an ad got. `ctr` is link clicks per impression, `roas` revenue per spend; money in major units of `currency`. */
export const totalsFields = {
  impressions: num,
  clicks: num,
  conversions: num,
  spend: num,
  revenue: num,
  currency: text.nullable(),
  ctr: maybe,
  cvr: maybe,
  roas: maybe,
  cpa: maybe,
};

const usual_decimals = 2;
const unitOf = (currency: string | null): number =>
  10 ** (currency === null ? usual_decimals : (minorDecimals(currency) ?? usual_decimals));

/** Money as the scripts of before have it: 12.34 for 1234 cents. */
export const major = (minor: number, currency: string | null): number => minor / unitOf(currency);
export const minor = (amount: number, currency: string): number => Math.round(amount * unitOf(currency));

export const withRates = (totals: Totals): z.input<z.ZodObject<typeof totalsFields>> => {
  const { impressions, clicks, conversions, spend_minor, revenue_minor, currency } = totals;
  return {
    impressions,
    clicks,
    conversions,
    spend: major(spend_minor, currency),
    revenue: major(revenue_minor, currency),
    currency,
    ctr: per(clicks, impressions),
    cvr: per(conversions, clicks),
    roas: per(revenue_minor, spend_minor),
    cpa: conversions > 0 ? major(spend_minor, currency) / conversions : null,
  };
};

/** An answer that came before the write was seen by all whom the route names. */
export const accepted = z
  .object({
    status: z.literal('accepted'),
    command_id: text,
    status_url: text.describe('Tells whether the groups have passed it'),
    waits_for: list(text).describe('Groups that have not'),
  })
  .meta({ id: 'Accepted' });

/** Work that goes on: what was begun, and where to look. */
export const begun = {
  job_id: text,
  status_url: text.describe('Tells how far it is'),
};
