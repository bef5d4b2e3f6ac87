import { topic } from '../../topology/topic.ts';
import type { EnsembleReweighted, ExpertWeight } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  counts,
  each,
  finite,
  ids,
  notNegative,
  optionalFinite,
  optionalId,
  rates,
  times,
  unique,
} from '../rules/index.ts';

export const ensembleReweighted = topic<EnsembleReweighted>()({
  name: 'ensemble.reweighted',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(365), compactBy: [] },
  description: 'How much each expert counts, after actuals.',
  check: all<EnsembleReweighted>(
    ids('account_id', 'prediction_id'),
    optionalId('policy_version'),
    each('experts', all<ExpertWeight>(rates('weight'), optionalFinite('log_loss'))),
    unique('experts', '.expert', ({ expert }: ExpertWeight) => expert, 'each expert has one weight'),
    counts('actuals'),
    notNegative('stretch', 'calibration_a', 'calibration_b'),
    finite('calibration_c'),
    times('at_ms'),
  ),
});
