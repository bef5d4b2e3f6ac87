/** Rules of times and windows. */
import { day_ms, hour_ms } from '../values.ts';
import { broken, type Rule, type With } from './rule.ts';

/** How far a producer's clock may run ahead of the log's before a time counts as in the future. */
export const clock_skew_ms = hour_ms;
/** No ad event is older. Seconds given for milliseconds fall before it. */
export const earliest_ms = Date.UTC(2000, 0, 1);
/** The longest window of totals. */
export const longest_window_ms = 31 * day_ms;
/** Windows begin on the quarter hour: all time zones are whole quarters of an hour from UTC. */
const quarter_ms = hour_ms / 4;

export const print_ms = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`);

/** A span in the largest unit that leaves more than one of it, rounded up. */
function spanWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.ceil(ms / hour_ms);
  if (hours < 48) return `${hours} hours`;
  const whole_days = Math.ceil(ms / day_ms);
  return whole_days < 730 ? `${whole_days} days` : `${Math.round(whole_days / 365)} years`;
}

/** Times since 2000 in milliseconds. */
export const times =
  <K extends string>(...fields: readonly K[]): Rule<With<K, number>> =>
  (value) => {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      if (field === undefined || value[field] >= earliest_ms) continue;
      const rule = `must be at least ${earliest_ms} (${print_ms(earliest_ms)})`;
      return broken(field, value[field], rule, 'give UTC epoch milliseconds: seconds times 1000');
    }
    return undefined;
  };

/** Times at most `ahead_ms` after the record reached the log. */
export const notAfterLog =
  <K extends string>(ahead_ms: number, ...fields: readonly K[]): Rule<With<K, number>> =>
  (value, at_ms) => {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      if (field === undefined || value[field] <= at_ms + ahead_ms) continue;
      const rule = `must not be in the future: it is ${spanWords(value[field] - at_ms)} after the record arrived (${print_ms(at_ms)}), allowed are ${spanWords(ahead_ms)}`;
      return broken(field, value[field], rule, 'set the clock of the producer, or check the unit and time zone');
    }
    return undefined;
  };

/** A time on the full hour. */
export const fullHour =
  <K extends string>(field: K): Rule<With<K, number>> =>
  (value) =>
    value[field] % hour_ms === 0
      ? undefined
      : broken(field, value[field], `must be a full hour (${print_ms(value[field])})`, 'round it down to the hour');

/**
 * A window of totals: begins on a quarter hour, lasts whole hours (a day is 23 to 25 of them) and at most 31 days.
 * It may still be running: then its end is ahead and the totals are those so far.
 */
export const window =
  <S extends string, E extends string>(start: S, end: E): Rule<With<S | E, number>> =>
  (value) => {
    const from = value[start];
    const length = value[end] - from;
    if (length <= 0)
      return broken(
        end,
        value[end],
        `must be after ${start} (${from})`,
        'the end is exclusive: an hour ends when the next begins',
      );
    if (from % quarter_ms !== 0)
      return broken(start, from, `must fall on a quarter hour (${print_ms(from)})`, 'use hours or days of the account');
    if (length % hour_ms !== 0)
      return broken(
        end,
        value[end],
        `must be whole hours after ${start} (${length / hour_ms})`,
        'use windows of hours or days',
      );
    if (length > longest_window_ms)
      return broken(
        end,
        value[end],
        `must be at most 31 days after ${start} (${length / day_ms})`,
        'split the totals into days',
      );
    return undefined;
  };

/** A time at or after another. */
export const notBefore =
  <K extends string, L extends string>(field: K, first: L, remedy: string): Rule<With<K | L, number>> =>
  (value) =>
    value[field] >= value[first]
      ? undefined
      : broken(field, value[field], `must be at least ${first} (${value[first]})`, remedy);
