import { topic } from '../../topology/topic.ts';
import type { ActualsFetched, ExpertVote } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  atMost,
  counts,
  each,
  ids,
  notNegative,
  openRate,
  optionalRate,
  rates,
  text,
  times,
  unique,
} from '../rules/index.ts';

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
    rates('rate_low', 'rate_high'),
    atMost('rate_low', 'rate_high', 'the interval runs from low to high'),
    openRate('rate', 'raw_rate', 'control_rate', 'baseline_rate'),
    notNegative('log_sd'),
    each('experts', all<ExpertVote>(optionalRate('rate'), rates('weight'), text('absent', 1, 1_000))),
    unique('experts', '.expert', ({ expert }: ExpertVote) => expert, 'each expert votes once'),
    times('predicted_ms', 'known_ms', 'at_ms'),
  ),
});
