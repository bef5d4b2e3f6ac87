import { topic } from '../../topology/topic.ts';
import type { AdMetrics } from '../generated/types.ts';
import { days } from '../values.ts';

export const adMetrics = topic<AdMetrics>()({
  name: 'ad.metrics',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compact: false },
  description: 'Totals of one ad in one window as of a time; a later snapshot of the window replaces it.',
  check: () => undefined,
});
