/** An experiment is declared: its rules are fixed with it. */
import { newCourse } from '../../../learning/evidence/course.ts';
import { converts } from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { ExperimentDeclared } from '../../../schemas/index.ts';
import type { Declared, ExperimentState, Following, Rule } from './state.ts';

const declaredOf = (event: ExperimentDeclared): Declared => ({
  campaign_id: event.campaign_id,
  design: event.design,
  guardrails: event.guardrail_metrics,
  arms: event.arms.map(({ ad_id, adset_id, planned_share }) => ({ ad_id, adset_id, planned_share })),
  start_ms: event.start_ms,
  planned_days: event.planned_days,
  provenance: event.provenance,
});

/**
 * Whether its evidence is of counts alone: an archive of tests whose users were assigned one by one. An ad study is
 * still delivered by auctions.
 */
export const isOfCounts = ({
  design,
  provenance,
  primary_metric,
}: Pick<ExperimentDeclared, 'design' | 'provenance' | 'primary_metric'>): boolean =>
  design === 'randomised' && provenance === 'replayed' && primary_metric === 'link_ctr';

/** Assigned users need no calibration: their hours are independent by design. Conversions come in days for all. */
function ruleOf(event: ExperimentDeclared, policy: EvidencePolicy): Rule {
  const slow = converts(event.primary_metric);
  const randomised = event.design === 'randomised';
  return {
    arms: event.arms.length,
    metric: event.primary_metric,
    declared_rate: event.expected_rate,
    calibration_hours: randomised && !slow ? 0 : policy.calibration_hours,
    expected_successes: randomised ? policy.randomised_block_expected_clicks : policy.block_expected_clicks,
    evidence: isOfCounts(event) ? 'counts' : 'blocks',
    c2: policy.t_mixture_c2,
    log_ratio_sd: policy.log_ratio_sd,
    safety_factor: policy.safety_factor,
    correlated_safety_factor: policy.correlated_safety_factor,
    maturity_hours: slow ? policy.conversion_maturity_hours : policy.maturity_hours,
  };
}

const sameArms = (a: Declared, b: Declared): boolean =>
  a.arms.length === b.arms.length && a.arms.every(({ ad_id }, i) => ad_id === b.arms[i]?.ad_id);

/**
 * The state with the declaration. Declared again, its plan may change; its arms, design and metric may not once hours
 * have passed, because what was counted was counted under them. Throws then.
 */
export function takeDeclared(
  state: ExperimentState,
  event: ExperimentDeclared,
  policy: EvidencePolicy,
): ExperimentState {
  const declared = declaredOf(event);
  const known = state.following;
  if (known === null || known.course.hours === 0) return { ...state, following: newFollowing(event, policy) };
  if (
    !sameArms(known.declared, declared) ||
    known.declared.design !== declared.design ||
    known.rule.metric !== event.primary_metric
  )
    throw new Error(
      `experiment_id ${event.experiment_id} has counted ${known.course.hours} hours under other arms, another design or ` +
        'another primary_metric; declare a new experiment instead',
    );
  const { planned_days, campaign_id, guardrails } = declared;
  return { ...state, following: { ...known, declared: { ...known.declared, planned_days, campaign_id, guardrails } } };
}

function newFollowing(event: ExperimentDeclared, policy: EvidencePolicy): Following {
  const rule = ruleOf(event, policy);
  return {
    declared: declaredOf(event),
    rule,
    origin_ms: null,
    course: newCourse(rule),
    block_starts: [],
    srm_p: 1,
    restated: false,
    told: null,
  };
}
