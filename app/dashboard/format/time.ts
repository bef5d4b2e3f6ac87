/** Times as people read them: in their own zone, with the zone's name; UTC for those who compare. */

const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const zoned = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZoneName: 'short', hourCycle: 'h23' });

/** The zone's short name at that moment: CET, GMT+5:30. */
export const zoneName = (at_ms: number): string =>
  zoned.formatToParts(at_ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';

/** 23 Nov 2026, 09:14 */
export const localTime = (at_ms: number): string => `${day.format(at_ms)}, ${clock.format(at_ms)}`;

/** 2026-11-23 08:14:05 UTC */
export const utcTime = (at_ms: number): string => `${new Date(at_ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** "now", "12 s ago", "3 min ago": how long before `now_ms`. */
export function ago(at_ms: number, now_ms: number): string {
  const s = Math.floor((now_ms - at_ms) / 1_000);
  if (s < 2) return 'now';
  if (s < 90) return `${s} s ago`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min ago`;
  return s < 48 * 3_600 ? `${Math.round(s / 3_600)} h ago` : `${Math.round(s / 86_400)} days ago`;
}

/** "about 2 days", "about 5 hours", "less than an hour". */
export function aboutDays(days: number): string {
  const hours = days * 24;
  if (hours < 1) return 'less than an hour';
  if (hours < 36) return `about ${plural(Math.round(hours), 'hour')}`;
  return `about ${plural(Math.round(days), 'day')}`;
}

const utc_day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** 4 Nov: a day as reports count them, which begins at midnight UTC. */
export const utcDay = (at_ms: number): string => utc_day.format(at_ms);

const plural = (n: number, noun: string): string => `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;

const dayMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const day_s = 86_400;

/** Labels of a time axis whose ticks are `step_s` apart: days, or times of day with the day under the first of each. */
export function axisLabels(times_s: readonly number[], step_s: number): readonly string[] {
  let before = '';
  return times_s.map((at_s) => {
    const date = dayMonth.format(at_s * 1_000);
    if (step_s >= day_s) return date;
    const time = clock.format(at_s * 1_000);
    const label = date === before ? time : `${time}\n${date}`;
    before = date;
    return label;
  });
}
