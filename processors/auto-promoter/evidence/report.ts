/** Where an experiment stands, in numbers and words. */
import { difference } from '../../../learning/evidence/blocks.ts';
import { armEvidence, eValue, strongest } from '../../../learning/evidence/course.ts';
import { threshold } from '../../../learning/evidence/e-bh.ts';
import { shrunkenLift, shrunkenLiftOfCounts, type Lift } from '../../../learning/evidence/lift.ts';
import {
  breaksGuardrail,
  impressionsOf,
  metricOf,
  successesOf,
  trialsOf,
  type Metric,
} from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { EvidenceChanged } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { familyOf } from '../family.ts';
import { reasonOf } from './reason.ts';
import { evidenceNow, sampleRatio, type Status } from './status.ts';
import type { Following } from './state.ts';
import type { Tick } from './on-tick.ts';

/** The rival with the best metric. */
function bestRival({ rule, course }: Following, arm: number): number {
  let best = -1;
  let highest = -Infinity;
  for (let rival = 0; rival < rule.arms; rival++) {
    const value = metricOf(rule.metric, course.totals, rival);
    if (rival === arm || value <= highest) continue;
    best = rival;
    highest = value;
  }
  return best;
}

/** Lift of the leading arm over its best rival, from what its evidence is from. */
function liftOf({ rule, course }: Following, arm: number, rival: number, policy: EvidencePolicy): Lift {
  const { metric } = rule;
  const { totals } = course;
  if (rule.evidence === 'counts')
    return shrunkenLiftOfCounts(
      successesOf(metric, totals, arm),
      trialsOf(metric, totals, arm),
      successesOf(metric, totals, rival),
      trialsOf(metric, totals, rival),
      policy.lift_prior_sd,
    );
  const rate = metricOf(metric, totals, rival);
  return shrunkenLift(difference(course.pairs, arm, rival, rule.arms), rate, policy.lift_prior_sd);
}

const brokenGuardrail = (
  { declared, course }: Following,
  arm: number,
  rival: number,
  tolerance: number,
): Metric | null =>
  declared.guardrails.find((metric) => breaksGuardrail(metric, course.totals, arm, rival, tolerance)) ?? null;

/** What the leading arm has over its best rival; nothing where no arm leads. */
function advantage(following: Following, arm: number, policy: EvidencePolicy) {
  if (arm < 0) return { lift: null, lift_low: null, lift_high: null, guardrail_broken: null };
  const rival = bestRival(following, arm);
  const { lift, low, high } = liftOf(following, arm, rival, policy);
  const guardrail_broken = brokenGuardrail(following, arm, rival, policy.guardrail_tolerance);
  return { lift, lift_low: low, lift_high: high, guardrail_broken };
}

const armsOf = ({ declared, rule, course }: Following): EvidenceChanged['arms'] =>
  declared.arms.map(({ ad_id, adset_id }, arm) => ({
    ad_id,
    adset_id,
    impressions: impressionsOf(course.totals, arm),
    clicks: successesOf(rule.metric, course.totals, arm),
    rate: metricOf(rule.metric, course.totals, arm),
    e_value: eValue(armEvidence(rule, course, arm), rule, course),
    peak_e_value: eValue(course.peaks[arm]?.log_e ?? -Infinity, rule, course),
  }));

export function report(
  following: Following,
  status: Status,
  { account_id, experiment_id, hour_ms: at, policy }: Tick,
): EvidenceChanged {
  const { declared, rule, course, restated } = following;
  const rules = policy.evidence;
  const { arm, e_value } = evidenceNow(following);
  const needed = threshold(rules.planned_experiments, rules.alpha, 1);
  const randomised = declared.design === 'randomised';
  const found = { status, arm, e_value, needed, at_ms: at + hour_ms };
  return {
    account_id,
    experiment_id,
    campaign_id: declared.campaign_id,
    family: familyOf(declared.start_ms, rules.family),
    design: declared.design,
    primary_metric: rule.metric,
    status,
    leading_ad_id: declared.arms[arm]?.ad_id ?? null,
    e_value,
    peak_e_value: eValue(strongest(course), rule, course),
    threshold: needed,
    blocks: course.blocks,
    block_hours: course.block_hours,
    arms: armsOf(following),
    needed_impressions: rules.min_impressions_per_arm,
    srm_p: randomised ? sampleRatio(following) : null,
    ...advantage(following, arm, rules),
    restated,
    start_ms: declared.start_ms,
    provenance: declared.provenance,
    reason: reasonOf(following, found, rules),
    at_ms: at + hour_ms,
    policy_version: policy.version,
  };
}
