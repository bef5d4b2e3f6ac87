import { topic } from '../../topology/topic.ts';
import type { ExpertVote, PredictionMade } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  atMost,
  counts,
  each,
  eachFinite,
  eachText,
  ids,
  notNegative,
  openRate,
  optionalId,
  optionalRate,
  rates,
  text,
  times,
  unique,
} from '../rules/index.ts';

export const predictionMade = topic<PredictionMade>()({
  name: 'prediction.made',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'How often an ad will be clicked, said before it is.',
  check: all<PredictionMade>(
    ids('account_id', 'prediction_id', 'ad_id', 'campaign_id', 'policy_version'),
    optionalId('experiment_id'),
    optionalId('model_id'),
    rates('rate_low', 'rate_high'),
    atMost('rate_low', 'rate_high', 'the interval runs from low to high'),
    openRate('rate', 'raw_rate', 'control_rate', 'baseline_rate'),
    notNegative('log_sd'),
    each('experts', all<ExpertVote>(optionalRate('rate'), rates('weight'), text('absent', 1, 1_000))),
    unique('experts', '.expert', ({ expert }: ExpertVote) => expert, 'each expert votes once'),
    eachFinite('features'),
    counts('features_version', 'impressions_before', 'clicks_before'),
    times('matures_ms', 'at_ms'),
    eachText('causes', 1, 1_000),
  ),
});
