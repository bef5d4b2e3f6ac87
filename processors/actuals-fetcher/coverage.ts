/**
 * Which hours of a prediction's horizon a window was counted for: bits, 32 of them a number. Windows may be hours or
 * days, and come in several breakdowns; an hour that any of them covers is covered.
 */
import { hour_ms } from '../../schemas/values.ts';

/** Of a prediction: when it was made, and when its horizon ends; UTC epoch milliseconds. */
export interface Horizon {
  readonly at_ms: number;
  readonly matures_ms: number;
}

/** UTC epoch milliseconds; the end is exclusive. */
export interface Span {
  readonly window_start_ms: number;
  readonly window_end_ms: number;
}

const word_bits = 32;

/** Whole hours after the prediction and within its horizon, counted from the epoch; the end is exclusive. */
const hoursOf = ({ at_ms, matures_ms }: Horizon): { readonly first: number; readonly end: number } => ({
  first: Math.ceil(at_ms / hour_ms),
  end: Math.ceil(matures_ms / hour_ms),
});

/** The hours of the horizon that a window touches, counted from the first of the horizon; the end is exclusive. */
function within(
  horizon: Horizon,
  { window_start_ms, window_end_ms }: Span,
): { readonly from: number; readonly to: number } {
  const { first, end } = hoursOf(horizon);
  return {
    from: Math.max(0, Math.floor(window_start_ms / hour_ms) - first),
    to: Math.min(end, Math.ceil(window_end_ms / hour_ms)) - first,
  };
}

const isSet = (covered: readonly number[], hour: number): boolean =>
  ((covered[Math.floor(hour / word_bits)] ?? 0) & (1 << (hour % word_bits))) !== 0;

/** The covered hours with those of a window. */
export function withHours(covered: readonly number[], horizon: Horizon, window: Span): readonly number[] {
  const { from, to } = within(horizon, window);
  const words = [...covered];
  for (let hour = from; hour < to; hour++) {
    const word = Math.floor(hour / word_bits);
    while (words.length <= word) words.push(0);
    words[word] = (words[word] ?? 0) | (1 << (hour % word_bits));
  }
  return words;
}

/** Whether nothing was counted yet for any hour of a window. */
export function isMissing(covered: readonly number[], horizon: Horizon, window: Span): boolean {
  const { from, to } = within(horizon, window);
  for (let hour = from; hour < to; hour++) if (isSet(covered, hour)) return false;
  return true;
}

export interface Coverage {
  /** Hours of the horizon, and those that nothing was counted for. */
  readonly hours: number;
  readonly missing: number;
  /** The horizon in full hours, UTC epoch milliseconds. */
  readonly from_ms: number;
  readonly to_ms: number;
}

export function coverageOf(covered: readonly number[], horizon: Horizon): Coverage {
  const { first, end } = hoursOf(horizon);
  const hours = Math.max(0, end - first);
  let missing = 0;
  for (let hour = 0; hour < hours; hour++) if (!isSet(covered, hour)) missing++;
  return { hours, missing, from_ms: first * hour_ms, to_ms: Math.max(first, end) * hour_ms };
}
