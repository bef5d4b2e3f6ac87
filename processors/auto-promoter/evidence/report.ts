/** Where an experiment stands, in numbers and words. */
import { difference } from '../../../learning/evidence/blocks.ts';
import { armEvidence, eValue, leader } from '../../../learning/evidence/course.ts';
import { threshold } from '../../../learning/evidence/e-bh.ts';
import { shrunkenLift, type Lift } from '../../../learning/evidence/lift.ts';
import {
  breaksGuardrail,
  impressionsOf,
  metricOf,
  successesOf,
  type Metric,
} from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { EvidenceChanged } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { count, evidence as inWords, percent } from '../words.ts';
import { familyOf } from '../family.ts';
import type { Following } from './state.ts';
import type { Tick } from './on-tick.ts';

type Status = EvidenceChanged['status'];

const leastImpressions = ({ declared, course }: Following): number =>
  Math.min(...declared.arms.map((_, arm) => impressionsOf(course.totals, arm)));

const evidenceNow = ({ rule, course }: Following): { readonly arm: number; readonly e_value: number } => {
  const { arm, log_e } = leader(rule, course);
  return { arm, e_value: arm < 0 ? 0 : eValue(log_e, rule, course) };
};

const lacksBlocks = ({ rule, course }: Following, policy: EvidencePolicy): boolean =>
  rule.evidence === 'blocks' && course.blocks < policy.min_blocks;

export function statusOf(following: Following, policy: EvidencePolicy): Status {
  const { declared, srm_p } = following;
  if (declared.design === 'observational') return 'leader';
  if (srm_p < policy.srm_alpha) return 'blocked';
  if (lacksBlocks(following, policy) || leastImpressions(following) < policy.min_impressions_per_arm)
    return 'collecting';
  return evidenceNow(following).e_value >= threshold(policy.planned_experiments, policy.alpha, 1)
    ? 'separated'
    : 'deciding';
}

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

/** Lift of the leading arm over its best rival, over the blocks. */
function liftOf({ rule, course }: Following, arm: number, rival: number, policy: EvidencePolicy): Lift {
  const rate = metricOf(rule.metric, course.totals, rival);
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
  }));

export function report(
  following: Following,
  status: Status,
  { account_id, experiment_id, hour_ms: at, policy }: Tick,
): EvidenceChanged {
  const { declared, rule, course, srm_p, restated } = following;
  const rules = policy.evidence;
  const { arm, e_value } = evidenceNow(following);
  const needed = threshold(rules.planned_experiments, rules.alpha, 1);
  const randomised = declared.design === 'randomised';
  const found = { status, arm, e_value, needed };
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
    peak_e_value: eValue(course.peak.log_e, rule, course),
    threshold: needed,
    blocks: course.blocks,
    block_hours: course.block_hours,
    arms: armsOf(following),
    needed_impressions: rules.min_impressions_per_arm,
    srm_p: randomised ? srm_p : null,
    ...advantage(following, arm, rules),
    restated,
    start_ms: declared.start_ms,
    provenance: declared.provenance,
    reason: reasonOf(following, found, rules),
    at_ms: at + hour_ms,
    policy_version: policy.version,
  };
}

interface Found {
  readonly status: Status;
  readonly arm: number;
  readonly e_value: number;
  readonly needed: number;
}

function reasonOf(following: Following, found: Found, policy: EvidencePolicy): string {
  const { declared, course, srm_p } = following;
  const ad = declared.arms[found.arm]?.ad_id;
  const leads = ad === undefined ? 'No ad leads all others' : `${ad} leads with evidence ${inWords(found.e_value)}`;
  switch (found.status) {
    case 'leader':
      return `${leads}. The ads share an audience that nobody assigned, so this is a leader and never a winner.`;
    case 'blocked':
      return (
        `Impressions do not follow the planned shares (p ${srm_p.toExponential(1)}, below ${policy.srm_alpha}): ` +
        'the assignment is not what was declared, so no winner is named.'
      );
    case 'separated':
      return `${leads}, above the ${count(found.needed)} that it needs when it is the only winner of its family.`;
    case 'deciding':
      return `${leads}; ${count(found.needed)} is needed when it is the only winner of its family.`;
    case 'collecting':
      return course.block_hours === 0 ? calibrating(following) : collecting(following, policy);
  }
}

const calibrating = ({ course, rule }: Following): string =>
  `Hour ${course.hours} of the ${rule.calibration_hours} from which the length of a block is chosen.`;

function collecting(following: Following, policy: EvidencePolicy): string {
  const least = leastImpressions(following);
  const { course, rule } = following;
  const shown =
    least < policy.min_impressions_per_arm
      ? `${count(least)} of the ${count(policy.min_impressions_per_arm)} impressions that each ad needs`
      : `${count(least)} impressions of each ad`;
  if (rule.evidence === 'counts') return `${shown}.`;
  const blocks = lacksBlocks(following, policy) ? `, ${course.blocks} of ${policy.min_blocks} blocks` : '';
  return `${shown}${blocks}; a block takes at least ${course.block_hours} h at a rate of ${percent(course.block.rate)}.`;
}
