/** A winner's days after it could have been promoted, against those before. */

export interface PromotionDay {
  /** Days since the epoch. */
  readonly day: number;
  /** What it is run for: link clicks, conversions, or their value in minor units. */
  readonly results: number;
  readonly spend_minor: number;
}

/** Both ends included. */
export interface Span {
  readonly first_day: number;
  readonly last_day: number;
}

export interface Spans {
  readonly before: Span;
  readonly after: Span;
}

/** How many days are compared. */
export interface Lengths {
  readonly before_days: number;
  readonly settle_days: number;
  readonly after_days: number;
  /** Share of the days of each side that it must have been delivered on, fraction. */
  readonly delivered_share: number;
}

/** The days that are compared of a winner that was announced on `day`. That day is on neither side. */
export const spansOf = (
  day: number,
  { before_days, settle_days, after_days }: Omit<Lengths, 'delivered_share'>,
): Spans => ({
  before: { first_day: day - before_days, last_day: day - 1 },
  after: { first_day: day + settle_days, last_day: day + settle_days + after_days - 1 },
});

const length = ({ first_day, last_day }: Span): number => last_day - first_day + 1;

export interface Compared {
  /** Logs of what it got, and spent, a day of delivery after, over the same before. */
  readonly results: number;
  readonly spend: number;
  /** Totals of the days after. */
  readonly results_after: number;
  readonly spend_after_minor: number;
}

/** Added to both counts, so that a day without any is no infinite change (Haldane 1956). */
const continuity = 0.5;

/** @returns null where it was delivered on too few days of either side to compare */
export function comparedOf(days: readonly PromotionDay[], spans: Spans, delivered_share: number): Compared | null {
  const [before, after] = [spans.before, spans.after].map((span) => {
    const delivered = days.filter(
      ({ day, spend_minor }) => day >= span.first_day && day <= span.last_day && spend_minor > 0,
    );
    const total = (of: (day: PromotionDay) => number): number => delivered.reduce((sum, day) => sum + of(day), 0);
    return {
      days: delivered.length,
      enough: delivered.length >= Math.max(1, delivered_share * length(span)),
      results: total(({ results }) => results),
      spend_minor: total(({ spend_minor }) => spend_minor),
    };
  });
  if (before?.enough !== true || after?.enough !== true) return null;
  const perDay = (total: number, of: number): number => Math.log((total + continuity) / of);
  return {
    results: perDay(after.results, after.days) - perDay(before.results, before.days),
    spend: perDay(after.spend_minor, after.days) - perDay(before.spend_minor, before.days),
    results_after: after.results,
    spend_after_minor: after.spend_minor,
  };
}
