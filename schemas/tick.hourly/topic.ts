import { topic } from '../../topology/topic.ts';
import type { TickHourly } from '../generated/types.ts';
import { days } from '../values.ts';

export const tickHourly = topic<TickHourly>()({
  name: 'tick.hourly',
  partitionKey: null,
  version: 1,
  retention: { keep_ms: days(90), compact: false },
  description: 'An hour has ended: a recorded clock.',
  check: () => undefined,
});
