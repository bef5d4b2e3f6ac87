/** Days and hours of an account as moments. A day has 23 or 25 hours where clocks are changed. */
import { day_ms, hour_ms } from '../../../schemas/values.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(time_zone: string): Intl.DateTimeFormat {
  let format = formats.get(time_zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: time_zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(time_zone, format);
  }
  return format;
}

/** What clocks of the zone show, as if it were UTC, epoch milliseconds. Throws where there is no such zone. */
function shown(at_ms: number, time_zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(time_zone).formatToParts(at_ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When clocks of the zone show a time. Of one that they show twice it is the first; of one that they skip, the moment
 * at which they skip it.
 * @param shown_ms the time as if it were UTC, epoch milliseconds
 */
function momentOf(shown_ms: number, time_zone: string): number {
  const found: number[] = [];
  for (const around of [shown_ms - day_ms, shown_ms + day_ms]) {
    const offset_ms = shown(around, time_zone) - around;
    found.push(shown_ms - offset_ms);
  }
  const [before = 0, after = 0] = found;
  const right = found.filter((at_ms) => shown(at_ms, time_zone) === shown_ms);
  return right.length > 0 ? Math.min(...right) : Math.max(before, after);
}

/** An account's date, `2026-03-29`. */
export type LocalDate = string;

const isDate = /^\d{4}-\d{2}-\d{2}$/;

/** Midnight of a date as if it were UTC. Throws where it is none. */
function midnightOf(date: LocalDate): number {
  const at_ms = isDate.test(date) ? Date.parse(date) : Number.NaN;
  if (Number.isNaN(at_ms)) throw new Error(`${JSON.stringify(date)} is no date`);
  return at_ms;
}

export const dateAt = (at_ms: number, time_zone: string): LocalDate =>
  new Date(shown(at_ms, time_zone)).toISOString().slice(0, 10);

/** A date some days later; earlier where `days` is below zero. */
export const daysLater = (date: LocalDate, days: number): LocalDate =>
  new Date(midnightOf(date) + days * day_ms).toISOString().slice(0, 10);

/** All dates from one to another, both included. */
export function datesBetween(since: LocalDate, until: LocalDate): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = since; date <= until; date = daysLater(date, 1)) dates.push(date);
  return dates;
}

export interface Window {
  readonly window_start_ms: number;
  readonly window_end_ms: number;
}

const days = new Map<string, Window>();
/** Windows that are remembered: dates of a few zones. */
const most_days = 4_096;

/** A date from its first moment to the first of the next. */
export function dayWindow(date: LocalDate, time_zone: string): Window {
  const name = `${date} ${time_zone}`;
  let found = days.get(name);
  if (found === undefined) {
    const at_ms = midnightOf(date);
    found = { window_start_ms: momentOf(at_ms, time_zone), window_end_ms: momentOf(at_ms + day_ms, time_zone) };
    if (days.size >= most_days) days.clear();
    days.set(name, found);
  }
  return found;
}

/**
 * An hour of a date. Where an hour comes twice, Meta has one row for both: it is given to the first, so that windows
 * keep one length.
 * @param hour 0 to 23, as clocks show it
 */
export function hourWindow(date: LocalDate, hour: number, time_zone: string): Window {
  const { window_start_ms: start_ms, window_end_ms: end_ms } = dayWindow(date, time_zone);
  const isPlain = end_ms - start_ms === day_ms;
  const at_ms = isPlain ? start_ms + hour * hour_ms : momentOf(midnightOf(date) + hour * hour_ms, time_zone);
  return { window_start_ms: at_ms, window_end_ms: at_ms + hour_ms };
}
