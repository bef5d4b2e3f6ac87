/** Hours at which people are not told what can wait. */
import type { AlertsPolicy } from '../../policy/alerts.ts';
import { localTime } from '../../schemas/zone.ts';

type Hours = Pick<AlertsPolicy, 'time_zone' | 'quiet_from_hour' | 'quiet_to_hour'>;

/** Whether a moment lies in the quiet hours, which may run over midnight. */
export function isQuiet(now_ms: number, { time_zone, quiet_from_hour: from, quiet_to_hour: to }: Hours): boolean {
  if (from === to) return false;
  const { hour } = localTime(now_ms, time_zone);
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}
