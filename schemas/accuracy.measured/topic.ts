import { topic } from '../../topology/topic.ts';
import type { AccuracyMeasured } from '../generated/types.ts';
import { all, counts, ids, notNegative, optionalFinite, times } from '../rules/index.ts';

export const accuracyMeasured = topic<AccuracyMeasured>()({
  name: 'accuracy.measured',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'How good the predictions of an account were, against what a perfect predictor could reach.',
  check: all<AccuracyMeasured>(
    ids('account_id', 'policy_version'),
    counts('days', 'ads', 'clicks'),
    optionalFinite('agreement', 'ceiling', 'accuracy', 'accuracy_low', 'accuracy_high', 'baseline_agreement', 'bias'),
    notNegative('dispersion'),
    times('at_ms'),
  ),
});
