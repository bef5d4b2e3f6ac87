/** The last snapshot of each window of an ad's day: what a later snapshot of the same window is compared with. */
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { row_length, type DayBook } from './state.ts';

export interface Snapshot {
  readonly window_start_ms: number;
  readonly as_of_ms: number;
  readonly impressions: number;
  readonly clicks: number;
}

/** What a snapshot adds to what was known of its window. */
export interface Difference {
  readonly book: DayBook;
  readonly impressions: number;
  readonly clicks: number;
  /** The window's factor from impressions to exposure. */
  readonly factor: number;
  /** `as_of` of the snapshot before; null for a window's first. */
  readonly before_ms: number | null;
}

/** Day that a window begins in, days since the epoch. */
export const dayOf = (window_start_ms: number): number => Math.floor(window_start_ms / day_ms);

/**
 * Length of a window in hours, whole days as multiples of 24: a local day has 23 or 25 hours twice a year and is still
 * a day.
 */
export function grainOf(window_start_ms: number, window_end_ms: number): number {
  const length_ms = window_end_ms - window_start_ms;
  return length_ms <= 6 * hour_ms ? length_ms / hour_ms : Math.max(Math.round(length_ms / day_ms), 1) * 24;
}

/**
 * Puts a snapshot in the book. Null where it is no newer than the one there.
 * @param factor used where the window is new
 */
export function entered(book: DayBook | undefined, snapshot: Snapshot, factor: number): Difference | null {
  const { window_start_ms, as_of_ms, impressions, clicks } = snapshot;
  const rows = book?.rows ?? [];
  let at = 0;
  while (at < rows.length && rows[at] !== window_start_ms) at += row_length;
  if (at >= rows.length) {
    const added = [...rows, window_start_ms, as_of_ms, impressions, clicks, factor];
    return { book: { kind: 'day', rows: added }, impressions, clicks, factor, before_ms: null };
  }
  const before_ms = rows[at + 1] ?? 0;
  if (as_of_ms <= before_ms) return null;
  const changed = [...rows];
  changed[at + 1] = as_of_ms;
  changed[at + 2] = impressions;
  changed[at + 3] = clicks;
  return {
    book: { kind: 'day', rows: changed },
    impressions: impressions - (rows[at + 2] ?? 0),
    clicks: clicks - (rows[at + 3] ?? 0),
    factor: rows[at + 4] ?? 1,
    before_ms,
  };
}

/**
 * Hour of day (UTC) that a difference happened in: the window's own where windows are hours; where they are longer, the
 * hour between two snapshots taken within 90 minutes of each other while the window was open. Null where nobody knows.
 */
export function hourOfDay(snapshot: Snapshot, window_end_ms: number, before_ms: number | null): number | null {
  const hourOf = (time_ms: number): number => Math.floor(time_ms / hour_ms) % 24;
  if (window_end_ms - snapshot.window_start_ms <= hour_ms) return hourOf(snapshot.window_start_ms);
  const since_ms = before_ms ?? snapshot.window_start_ms;
  const near = 1.5 * hour_ms;
  if (snapshot.as_of_ms - since_ms > near || snapshot.as_of_ms > window_end_ms + near) return null;
  return hourOf((since_ms + Math.min(snapshot.as_of_ms, window_end_ms)) / 2);
}
