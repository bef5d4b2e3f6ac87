import { topic } from '../../topology/topic.ts';
import type { ImprovementMeasured, ImprovementPoint } from '../generated/types.ts';
import { all, counts, each, ids, optionalFinite, times } from '../rules/index.ts';

export const improvementMeasured = topic<ImprovementMeasured>()({
  name: 'improvement.measured',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'Whether predictions get better than those of a control that stopped learning at its start.',
  check: all<ImprovementMeasured>(
    ids('account_id', 'policy_version'),
    counts('days', 'ads'),
    optionalFinite('gain', 'gain_low', 'gain_high', 'live_loss', 'control_loss', 'baseline_loss'),
    each('points', all<ImprovementPoint>(counts('horizon_days'), optionalFinite('gain', 'low', 'high'))),
    times('at_ms'),
  ),
});
