/** Times of an account: its days and hours, which are not those of UTC. */
import { day_ms, hour_ms } from '../../schemas/values.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(time_zone: string): Intl.DateTimeFormat {
  let format = formats.get(time_zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: time_zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(time_zone, format);
  }
  return format;
}

/** `2026-03-29` and the hour 0 to 23 that clocks of the account show. */
export function localHour(at_ms: number, time_zone: string): { readonly date: string; readonly hour: number } {
  const parts = Object.fromEntries(
    formatOf(time_zone)
      .formatToParts(at_ms)
      .map(({ type, value }) => [type, value]),
  );
  return { date: `${parts['year']}-${parts['month']}-${parts['day']}`, hour: Number(parts['hour']) };
}

export const localDate = (at_ms: number, time_zone: string): string => localHour(at_ms, time_zone).date;

/** Every hour of the account, full by its own clocks, that lies in a span of its dates, both included. */
export function* hoursOfDates(since: string, until: string, time_zone: string): Generator<HourOfDate> {
  const quarter_ms = hour_ms / 4;
  const from_ms = Date.parse(since) - day_ms;
  const to_ms = Date.parse(until) + 2 * day_ms;
  // Zones differ from UTC by whole quarters of an hour: the first full local hour gives the beat.
  let at_ms = from_ms;
  while (minuteOf(at_ms, time_zone) !== 0) at_ms += quarter_ms;
  for (; at_ms < to_ms; at_ms += hour_ms) {
    const { date, hour } = localHour(at_ms, time_zone);
    if (date >= since && date <= until) yield { start_ms: at_ms, date, hour };
  }
}

export interface HourOfDate {
  readonly start_ms: number;
  readonly date: string;
  readonly hour: number;
}

const minuteOf = (at_ms: number, time_zone: string): number =>
  Number(
    formatOf(time_zone)
      .formatToParts(at_ms)
      .find(({ type }) => type === 'minute')?.value,
  );

/** `2026-03-29T01:00:00+0000`, as Graph writes times. */
export const graphTime = (at_ms: number): string => new Date(at_ms).toISOString().replace(/\.\d{3}Z$/, '+0000');
