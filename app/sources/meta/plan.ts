/** Which days of an account are read next. Pure: what was read and what time it is decide. */
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { dateAt, daysLater, type LocalDate } from '../../../ports/ad-platform/meta/zone.ts';
import type { AccountPosition, Sweep } from './position.ts';

export interface PlanSettings {
  /** Between two reads of the last days, milliseconds: Meta refreshes them every quarter of an hour. */
  readonly poll_ms: number;
  /** Days that a new account is read back. */
  readonly backfill_days: number;
  /** Rows that one step brings about, so that little is read again after a crash. */
  readonly rows_a_step: number;
}

export interface Step {
  readonly kind: 'sweep' | 'recent';
  readonly since: LocalDate;
  /** Included. */
  readonly until: LocalDate;
}

/** Meta restates for so long. */
const restated_days = 28;
/** Days before today that are read with it each time: most of what is late comes in them. */
const recent_days = 2;
/** Between two reads of all that may be restated. */
const sweep_every_ms = day_ms;
const most_days_a_step = 7;

/** Where an account stands that was never read. */
export function begun(time_zone: string, now_ms: number, { backfill_days }: PlanSettings): AccountPosition {
  const until = dateAt(now_ms, time_zone);
  const since = daysLater(until, -backfill_days);
  return {
    time_zone,
    zone_since_ms: 0,
    sweep: { kind: 'back-fill', since, until, next: since },
    swept_ms: null,
    recent_ms: null,
  };
}

/** An account may have another time zone than when it was read last: from now on its days begin at other moments. */
export const inZone = (position: AccountPosition, time_zone: string, now_ms: number): AccountPosition =>
  position.time_zone === time_zone ? position : { ...position, time_zone, zone_since_ms: now_ms };

/**
 * Whether a window may be told after a change of the time zone. Days of the new zone overlap those of the old: they are
 * told from the first that begins after the change. Hours do where the zones differ by part of an hour.
 */
export function mayTell(
  { window_start_ms, window_end_ms }: { readonly window_start_ms: number; readonly window_end_ms: number },
  { zone_since_ms }: AccountPosition,
): boolean {
  if (zone_since_ms === 0 || window_start_ms >= zone_since_ms) return true;
  return window_end_ms - window_start_ms === hour_ms && window_start_ms % hour_ms === 0;
}

/** The next days to read; null where nothing is due. */
export function nextStep(
  position: AccountPosition,
  now_ms: number,
  rows_a_day: number,
  { poll_ms, rows_a_step }: PlanSettings,
): Step | null {
  const { sweep, recent_ms, time_zone } = position;
  const today = dateAt(now_ms, time_zone);
  const isRecentDue = recent_ms === null || now_ms - recent_ms >= poll_ms;
  // While history is read, its end is what will be recent.
  if (isRecentDue && sweep?.kind !== 'back-fill')
    return { kind: 'recent', since: daysLater(today, -recent_days), until: today };
  if (sweep === null) return null;
  const days = Math.min(most_days_a_step, Math.max(1, Math.floor(rows_a_step / Math.max(1, rows_a_day))));
  const until = daysLater(sweep.next, days - 1);
  return { kind: 'sweep', since: sweep.next, until: until < sweep.until ? until : sweep.until };
}

/** Begins to read all again that may be restated, once a day. */
export function withSweep(position: AccountPosition, now_ms: number): AccountPosition {
  const { sweep, swept_ms, time_zone } = position;
  if (sweep !== null || (swept_ms !== null && now_ms - swept_ms < sweep_every_ms)) return position;
  const until = dateAt(now_ms, time_zone);
  const since = daysLater(until, -restated_days);
  return { ...position, sweep: { kind: 'restatement', since, until, next: since } };
}

/** Where the account stands once a step was read and told. */
export function after(position: AccountPosition, step: Step, now_ms: number): AccountPosition {
  if (step.kind === 'recent') return { ...position, recent_ms: now_ms };
  const { sweep } = position;
  if (sweep === null) return position;
  const next = daysLater(step.until, 1);
  if (next <= sweep.until) return { ...position, sweep: { ...sweep, next } };
  const isToday = sweep.until === dateAt(now_ms, position.time_zone);
  return { ...position, sweep: null, swept_ms: now_ms, recent_ms: isToday ? now_ms : position.recent_ms };
}

/** Share of a sweep that is read. */
export function shareOf({ since, until, next }: Sweep): number {
  const days = (a: LocalDate, b: LocalDate): number => (Date.parse(b) - Date.parse(a)) / day_ms;
  return days(since, next) / (days(since, until) + 1);
}
