import { topic } from '../../topology/topic.ts';
import type { ArmEvidence, EvidenceChanged } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  all,
  counts,
  each,
  family,
  finite,
  ids,
  notNegative,
  optionalFinite,
  optionalId,
  optionalRate,
  text,
  times,
  unique,
} from '../rules/index.ts';

export const evidenceChanged = topic<EvidenceChanged>()({
  name: 'evidence.changed',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(365), compactBy: [] },
  description: "What an experiment's data say so far.",
  check: all<EvidenceChanged>(
    ids('account_id', 'experiment_id', 'campaign_id', 'policy_version'),
    optionalId('leading_ad_id'),
    family('family'),
    notNegative('e_value', 'peak_e_value', 'threshold'),
    counts('blocks', 'block_hours', 'needed_impressions'),
    each(
      'arms',
      all<ArmEvidence>(
        ids('ad_id', 'adset_id'),
        counts('impressions', 'clicks'),
        finite('rate'),
        notNegative('e_value', 'peak_e_value'),
      ),
    ),
    unique('arms', '.ad_id', ({ ad_id }: ArmEvidence) => ad_id, 'each ad is one arm'),
    optionalRate('srm_p'),
    optionalFinite('lift', 'lift_low', 'lift_high'),
    text('reason', 1, 10_000),
    times('start_ms', 'at_ms'),
  ),
});
