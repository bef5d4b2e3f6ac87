/** Which status an experiment has. */
import { eValue, leader } from '../../../learning/evidence/course.ts';
import { threshold } from '../../../learning/evidence/e-bh.ts';
import { dispersionBound, sampleRatioP } from '../../../learning/evidence/srm.ts';
import { impressionsOf } from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { EvidenceChanged } from '../../../schemas/index.ts';
import type { Following } from './state.ts';

export type Status = EvidenceChanged['status'];

/** Impressions of the arm that has fewest. */
export const leastImpressions = ({ declared, course }: Following): number =>
  Math.min(...declared.arms.map((_, arm) => impressionsOf(course.totals, arm)));

/** The leading arm and its e-value; arm −1 where none leads. */
export const evidenceNow = ({ rule, course }: Following): { readonly arm: number; readonly e_value: number } => {
  const { arm, log_e } = leader(rule, course);
  return { arm, e_value: arm < 0 ? 0 : eValue(log_e, rule, course) };
};

/** Whether the evidence is of too few blocks to be looked at. */
export const lacksBlocks = ({ rule, course }: Following, policy: EvidencePolicy): boolean =>
  rule.evidence === 'blocks' && course.blocks < policy.min_blocks;

/**
 * Anytime-valid p-value of the sample ratio on the data as they are now; 1 where the design is not randomised, or where
 * it is not known yet how much the shares vary by themselves. Data that come late or are restated heal it.
 */
export function sampleRatio({ declared, course, dispersion }: Following): number {
  if (declared.design !== 'randomised') return 1;
  const bound = dispersion === null ? 1 : dispersionBound(dispersion);
  if (bound === undefined) return 1;
  const seen = declared.arms.map((_, arm) => impressionsOf(course.totals, arm) / bound);
  return sampleRatioP(
    seen,
    declared.arms.map(({ planned_share }) => planned_share),
  );
}

/** Where it stands under a policy. */
export function statusOf(following: Following, policy: EvidencePolicy): Status {
  const { declared } = following;
  if (declared.design === 'observational') return 'leader';
  if (sampleRatio(following) < policy.srm_alpha) return 'blocked';
  if (lacksBlocks(following, policy) || leastImpressions(following) < policy.min_impressions_per_arm)
    return 'collecting';
  return evidenceNow(following).e_value >= threshold(policy.planned_experiments, policy.alpha, 1)
    ? 'separated'
    : 'deciding';
}
