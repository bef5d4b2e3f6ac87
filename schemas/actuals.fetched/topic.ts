import { topic } from '../../topology/topic.ts';
import type { ActualsFetched } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, atMost, counts, ids, times } from '../rules/index.ts';
import { predictedRates } from '../prediction.made/votes.ts';

export const actualsFetched = topic<ActualsFetched>()({
  name: 'actuals.fetched',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'What came of a prediction.',
  check: all<ActualsFetched>(
    ids('account_id', 'prediction_id', 'ad_id'),
    counts('revision', 'impressions', 'clicks'),
    atMost('clicks', 'impressions', 'an impression is clicked once'),
    predictedRates,
    times('predicted_ms', 'known_ms', 'at_ms'),
  ),
});
