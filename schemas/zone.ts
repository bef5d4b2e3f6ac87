/**
 * What clocks of a time zone show. The zones are those of the runtime (ICU): the same for a moment on every machine of
 * one version of Node.
 */
import { hour_ms } from './values.ts';

export interface LocalTime {
  /** `2026-11-27`. */
  readonly date: string;
  /** 0 to 23. */
  readonly hour: number;
  readonly minute: number;
  /** 0 is Sunday. */
  readonly weekday: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(time_zone: string): Intl.DateTimeFormat {
  let format = formats.get(time_zone);
  if (format === undefined) {
    const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: time_zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      ...digits,
    });
    formats.set(time_zone, format);
  }
  return format;
}

/** @param time_zone IANA name. Throws where there is no such zone. */
export function localTime(at_ms: number, time_zone: string): LocalTime {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(time_zone).formatToParts(at_ms)) parts[type] = value;
  const { year = '1970', month = '01', day = '01', hour = '0', minute = '0' } = parts;
  const date = `${year}-${month}-${day}`;
  return { date, hour: Number(hour), minute: Number(minute), weekday: new Date(`${date}T00:00:00Z`).getUTCDay() };
}

/**
 * The hour at which the day of a moment began, UTC epoch milliseconds: clocks show 0 at it, or the first hour that a day
 * has whose midnight is skipped.
 */
export function dayStart(at_ms: number, time_zone: string): number {
  const { date, hour, minute } = localTime(at_ms, time_zone);
  // Where clocks were changed since, the hours that they show are not those that passed.
  let start_ms = at_ms - (at_ms % 60_000) - minute * 60_000 - hour * hour_ms;
  while (localTime(start_ms, time_zone).date !== date) start_ms += hour_ms;
  while (localTime(start_ms - hour_ms, time_zone).date === date) start_ms -= hour_ms;
  return start_ms;
}
