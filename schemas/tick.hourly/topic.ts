import { topic } from '../../topology/topic.ts';
import type { TickHourly } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, clock_skew_ms, fullHour, notAfterLog, times } from '../rules/index.ts';

export const tickHourly = topic<TickHourly>()({
  name: 'tick.hourly',
  partitionKey: null,
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'An hour has ended: a recorded clock.',
  writtenBy: 'the ticker',
  check: all<TickHourly>(times('hour_ms'), fullHour('hour_ms'), notAfterLog(clock_skew_ms, 'hour_ms')),
});
