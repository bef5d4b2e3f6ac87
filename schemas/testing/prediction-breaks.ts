/** Values that break the rules of predictions. */
import type { Break } from './breaks-of-choices.ts';

export const predictionBreaks: readonly Break[] = [
  ['prediction.made', { rate_low: 0.5 }, 'rate_low', 'at most rate_high'],
  ['prediction.made', { log_sd: -1 }, 'log_sd', 'at least 0'],
  ['prediction.made', { features: [Number.NaN] }, 'features[0]', 'finite'],
  ['prediction.made', { causes: [''] }, 'causes[0]', 'must not be empty'],
  ['prediction.made', { missing: [''] }, 'missing[0]', 'must not be empty'],
];
