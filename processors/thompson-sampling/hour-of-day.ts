/** When within the day something happened, as far as snapshots tell. */
import { hour_ms } from '../../schemas/values.ts';
import type { Window } from '../snapshots/book.ts';

/**
 * Hour of day (UTC) that a difference happened in: the window's own where windows are hours; where they are longer, the
 * hour between two snapshots taken within 90 minutes of each other while the window was open. Null where nobody knows.
 */
export function hourOfDay(window: Window, before_ms: number | null): number | null {
  const { window_start_ms, window_end_ms, as_of_ms } = window;
  const hourOf = (time_ms: number): number => Math.floor(time_ms / hour_ms) % 24;
  if (window_end_ms - window_start_ms <= hour_ms) return hourOf(window_start_ms);
  const since_ms = before_ms ?? window_start_ms;
  const near = 1.5 * hour_ms;
  if (as_of_ms - since_ms > near || as_of_ms > window_end_ms + near) return null;
  return hourOf((since_ms + Math.min(as_of_ms, window_end_ms)) / 2);
}
