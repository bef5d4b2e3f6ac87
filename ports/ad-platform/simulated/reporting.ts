/**
 * How totals come in: most of an hour at once, nearly all after some hours, all after a day; now and then a correction
 * up to four weeks later, when clicks turn out to be invalid and late orders are found.
 */
import { binomial, hash32, type Random } from '../../../learning/numeric.ts';
import type { Totals } from './delivery.ts';
import { drawsAt } from './noise.ts';

/** Hours after its end at which an hour is reported again. */
export const second_report_hours = 5;
export const final_report_hours = 26;
/** Days after which the last corrections come. */
export const longest_correction_days = 28;
/** Share of the hours of a campaign that are corrected later. */
const corrected_share = 1 / 150;
const earliest_correction_days = 2;

/** How far the report of an hour has come: 0 first, 1 second, 2 final, 3 corrected; −1 not reported yet. */
export type Stage = -1 | 0 | 1 | 2 | 3;

/** Hours after its end at which an hour of a campaign is corrected; undefined for most. */
export function correctionAge(seed: number, hour: number): number | undefined {
  const random = drawsAt(hash32('correction', seed), hour);
  if (random() >= corrected_share) return undefined;
  const days = earliest_correction_days + (longest_correction_days - earliest_correction_days) * random();
  return Math.floor(days * 24);
}

/** The stage of an hour's report at an age in hours since the hour's end. */
export function stageAt(age: number, correction: number | undefined): Stage {
  if (age < 0) return -1;
  if (correction !== undefined && age >= correction) return 3;
  if (age >= final_report_hours) return 2;
  return age >= second_report_hours ? 1 : 0;
}

/** Shares that have come in by the first and second report. */
interface Arrived {
  readonly first: number;
  readonly second: number;
}

/** How many of `total` are in the report of a stage: what is late in one is never gone in the next. */
function part(total: number, stage: Stage, { first, second }: Arrived, random: Random): number {
  const late = binomial(total, 1 - first, random);
  const later = binomial(late, (1 - second) / (1 - first), random);
  return stage === 0 ? total - late : stage === 1 ? total - later : total;
}

/** What the platform says of an ad's hour at a stage. `seed` is the ad's. */
export function reported(final: Totals, stage: Stage, seed: number, hour: number): Totals {
  if (stage === 2) return final;
  const random = drawsAt(hash32('report', seed), hour);
  if (stage === 3) return corrected(final, random);
  const arrived = { first: 0.92 + 0.06 * random(), second: 0.985 + 0.013 * random() };
  const link_clicks = part(final.link_clicks, stage, arrived, random);
  const others = part(final.clicks - final.link_clicks, stage, arrived, random);
  const conversions = part(final.conversions, stage, { first: 0.45, second: 0.75 }, random);
  const clicks = link_clicks + others;
  const share = stage === 0 ? arrived.first : arrived.second;
  return {
    impressions: Math.max(clicks, Math.round(final.impressions * share)),
    clicks,
    link_clicks,
    spend_minor: Math.round(final.spend_minor * share),
    conversions,
    conversion_value_minor: valueOf(final, conversions),
  };
}

/** Invalid traffic taken off, orders that took long put on. */
function corrected(final: Totals, random: Random): Totals {
  const invalid = 0.005 + 0.02 * random();
  const link_clicks = final.link_clicks - binomial(final.link_clicks, invalid, random);
  const clicks = link_clicks + final.clicks - final.link_clicks;
  const conversions = final.conversions + binomial(link_clicks, 0.003, random);
  return {
    impressions: Math.max(clicks, Math.round(final.impressions * (1 - invalid))),
    clicks,
    link_clicks,
    spend_minor: Math.round(final.spend_minor * (1 - invalid)),
    conversions,
    conversion_value_minor: valueOf(final, conversions),
  };
}

/** Value of some of an hour's orders, at their mean. */
const valueOf = ({ conversions, conversion_value_minor }: Totals, counted: number): number =>
  conversions === 0 ? 0 : Math.round((conversion_value_minor / conversions) * counted);
