/** State as answers for people: where an experiment and an account's families stand, without deciding anything. */
import { eValue, leader } from '../../learning/evidence/course.ts';
import { impressionsOf, metricOf, successesOf } from '../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../policy/evidence.ts';
import { statusOf } from './evidence/status.ts';
import type { ExperimentState } from './evidence/state.ts';
import type { AccountState } from './promotion/state.ts';

export interface ExperimentView {
  readonly campaign_id: string;
  readonly design: string;
  /** Hours that have entered, closed blocks, and the least length of one in hours; 0 while it is being chosen. */
  readonly hours: number;
  readonly blocks: number;
  readonly block_hours: number;
  readonly leading_ad_id: string | null;
  readonly e_value: number;
  readonly arms: readonly {
    readonly ad_id: string;
    readonly impressions: number;
    readonly successes: number;
    readonly rate: number;
  }[];
  status(policy: EvidencePolicy): string;
}

/** Null for an experiment that is not declared. */
export function experimentView({ following }: ExperimentState): ExperimentView | null {
  if (following === null) return null;
  const { declared, rule, course } = following;
  const { arm, log_e } = leader(rule, course);
  return {
    campaign_id: declared.campaign_id,
    design: declared.design,
    hours: course.hours,
    blocks: course.blocks,
    block_hours: course.block_hours,
    leading_ad_id: declared.arms[arm]?.ad_id ?? null,
    e_value: arm < 0 ? 0 : eValue(log_e, rule, course),
    arms: declared.arms.map(({ ad_id }, at) => ({
      ad_id,
      impressions: impressionsOf(course.totals, at),
      successes: successesOf(rule.metric, course.totals, at),
      rate: metricOf(rule.metric, course.totals, at),
    })),
    status: (policy) => statusOf(following, policy),
  };
}

export interface FamilyView {
  readonly family: string;
  readonly planned: number;
  readonly alpha: number;
  readonly members: number;
  readonly announced: number;
  readonly candidates: number;
}

export const familyViews = ({ families }: AccountState): readonly FamilyView[] =>
  families.map(({ name, planned, alpha, members, announced, candidates }) => ({
    family: name,
    planned,
    alpha,
    members,
    announced: announced.length,
    candidates: candidates.length,
  }));
