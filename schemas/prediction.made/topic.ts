import { topic } from '../../topology/topic.ts';
import type { PredictionMade } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, counts, eachFinite, eachText, ids, optionalId, times } from '../rules/index.ts';
import { predictedRates } from './votes.ts';

export const predictionMade = topic<PredictionMade>()({
  name: 'prediction.made',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'How often an ad will be clicked, said before it is.',
  check: all<PredictionMade>(
    ids('account_id', 'prediction_id', 'ad_id', 'campaign_id', 'policy_version'),
    optionalId('experiment_id'),
    optionalId('model_id'),
    predictedRates,
    eachFinite('features'),
    counts('features_version', 'impressions_before', 'clicks_before'),
    times('matures_ms', 'at_ms'),
    eachText('causes', 1, 1_000),
    eachText('missing', 1, 1_000),
  ),
});
