/**
 * The last snapshot of each window of an ad's day: what a later snapshot of the same window is compared with, so that
 * totals move by differences. A book is rows of numbers: window start and `as_of` (UTC epoch milliseconds), the
 * totals, then what is kept from the window's first snapshot.
 */
import { day_ms, hour_ms } from '../../schemas/values.ts';

export interface Window {
  readonly window_start_ms: number;
  readonly window_end_ms: number;
  readonly as_of_ms: number;
}

/** What a snapshot adds to what was known of its window. */
export interface Entered {
  /** The book with the snapshot in it. */
  readonly rows: readonly number[];
  /** New totals less old ones, in their order. */
  readonly differences: readonly number[];
  /** What the window's first snapshot kept. */
  readonly kept: readonly number[];
  /** `as_of` of the snapshot before; null for a window's first. */
  readonly before_ms: number | null;
}

/** Numbers before the totals of a row. */
export const head_length = 2;

/** Day that a window begins in, days since the epoch. */
export const dayOf = (window_start_ms: number): number => Math.floor(window_start_ms / day_ms);

/**
 * Length of a window in hours, whole days as multiples of 24: a local day has 23 or 25 hours twice a year and is still
 * a day.
 */
export function grainOf({ window_start_ms, window_end_ms }: Window): number {
  const length_ms = window_end_ms - window_start_ms;
  return length_ms <= 6 * hour_ms ? length_ms / hour_ms : Math.max(Math.round(length_ms / day_ms), 1) * 24;
}

/**
 * Puts a snapshot in the book. Null where it is no newer than the one there. Throws where its window overlaps another.
 * @param kept stored with a window that is new
 */
export function entered(
  rows: readonly number[],
  window: Window,
  totals: readonly number[],
  kept: readonly number[] = [],
): Entered | null {
  const { window_start_ms, as_of_ms } = window;
  const length = head_length + totals.length + kept.length;
  let at = 0;
  while (at < rows.length && rows[at] !== window_start_ms) at += length;
  if (at >= rows.length) {
    refuseOverlap(rows, length, window);
    return {
      rows: [...rows, window_start_ms, as_of_ms, ...totals, ...kept],
      differences: totals,
      kept,
      before_ms: null,
    };
  }
  const before_ms = rows[at + 1] ?? 0;
  if (as_of_ms <= before_ms) return null;
  const changed = [...rows];
  changed[at + 1] = as_of_ms;
  const first = at + head_length;
  const differences = totals.map((total, i) => {
    changed[first + i] = total;
    return total - (rows[first + i] ?? 0);
  });
  return { rows: changed, differences, kept: rows.slice(first + totals.length, at + length), before_ms };
}

/**
 * Rows with so much more in the one whose first number is that of `head`, else with a new one. Rows are a head and as
 * many totals as there are differences.
 */
export function added(
  rows: readonly number[],
  head: readonly [time: number, ...others: number[]],
  differences: readonly number[],
): readonly number[] {
  const length = head.length + differences.length;
  // Mostly it is the newest.
  let at = rows.length - length;
  while (at >= 0 && rows[at] !== head[0]) at -= length;
  if (at < 0) return [...rows, ...head, ...differences];
  const changed = [...rows];
  differences.forEach((difference, i) => {
    const place = at + head.length + i;
    changed[place] = (changed[place] ?? 0) + difference;
  });
  return changed;
}

function refuseOverlap(rows: readonly number[], length: number, { window_start_ms, window_end_ms }: Window): void {
  const length_ms = window_end_ms - window_start_ms;
  for (let at = 0; at < rows.length; at += length) {
    const start_ms = rows[at] ?? 0;
    if (Math.abs(start_ms - window_start_ms) < length_ms && length_ms <= day_ms / 2)
      throw new Error(
        `window_start_ms ${window_start_ms} begins within the window of the same ad that starts at ${start_ms}: they ` +
          'would count twice; let windows follow one another',
      );
  }
}
