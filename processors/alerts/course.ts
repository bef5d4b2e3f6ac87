/**
 * The course of one rule about one thing: when its condition becomes an alert, and when the alert is over. A condition
 * must hold for a while, must have ended for a while, and alerts of it keep a distance that doubles as they come often.
 */
import { day_ms, hour_ms } from '../../schemas/values.ts';

export interface Course {
  /** Since when the condition holds without an alert; null where it does not. */
  readonly since_ms: number | null;
  /** When the open alert was raised; null where none is open. */
  readonly raised_ms: number | null;
  /** When the condition held last. */
  readonly met_ms: number;
  /** When it was known last whether it held. */
  readonly known_ms: number;
  /** Alerts of the last day, oldest first, and at least the last one. */
  readonly raises: readonly number[];
}

export interface Timing {
  readonly hold_hours: number;
  readonly clear_hours: number;
  readonly cooldown_hours: number;
}

/** `forget`: an alert of which nothing was known for long. */
export type Turn = 'raise' | 'resolve' | 'forget' | null;

/** How long nothing may be known of an open alert. */
export const unknown_hours = 72;

export const newCourse = (now_ms: number): Course => ({
  since_ms: null,
  raised_ms: null,
  met_ms: now_ms,
  known_ms: now_ms,
  raises: [],
});

/** From when on another alert may come, UTC epoch milliseconds. */
export function nextRaise({ raises }: Pick<Course, 'raises'>, { cooldown_hours }: Timing): number {
  const last_ms = raises.at(-1);
  if (last_ms === undefined) return 0;
  const often = raises.filter((at_ms) => at_ms > last_ms - day_ms).length;
  const hours = Math.min(cooldown_hours * 2 ** (often - 1), Math.max(cooldown_hours, 24));
  return last_ms + hours * hour_ms;
}

/** @param met whether the condition holds; null where that is not known, which is never an alarm */
export function step(
  course: Course,
  met: boolean | null,
  now_ms: number,
  timing: Timing,
): { readonly course: Course; readonly turn: Turn } {
  if (met === null) return unknown(course, now_ms);
  const known = { ...course, known_ms: now_ms, ...(met && { met_ms: now_ms }) };
  if (course.raised_ms !== null) {
    const over = !met && now_ms - course.met_ms >= timing.clear_hours * hour_ms;
    return over ? { course: ended(known), turn: 'resolve' } : { course: known, turn: null };
  }
  if (!met) return { course: { ...known, since_ms: null }, turn: null };
  const since_ms = course.since_ms ?? now_ms;
  const due = now_ms - since_ms >= timing.hold_hours * hour_ms && now_ms >= nextRaise(course, timing);
  if (!due) return { course: { ...known, since_ms }, turn: null };
  const raises = [...course.raises.filter((at_ms) => at_ms > now_ms - day_ms), now_ms];
  return { course: { ...known, since_ms, raised_ms: now_ms, raises }, turn: 'raise' };
}

function unknown(course: Course, now_ms: number): { readonly course: Course; readonly turn: Turn } {
  if (course.raised_ms === null) return { course: { ...course, since_ms: null }, turn: null };
  const forgotten = now_ms - course.known_ms >= unknown_hours * hour_ms;
  return forgotten ? { course: ended(course), turn: 'forget' } : { course, turn: null };
}

/** The course after its alert, whoever ended it. */
export const ended = (course: Course): Course => ({ ...course, since_ms: null, raised_ms: null });

/** Whether nothing of it is needed any more. */
export function isIdle(course: Course, now_ms: number, timing: Timing): boolean {
  if (course.raised_ms !== null || course.since_ms !== null) return false;
  const last_ms = course.raises.at(-1);
  return last_ms === undefined || now_ms >= Math.max(nextRaise(course, timing), last_ms + day_ms);
}
