/** An experiment is declared: its rules are fixed with it. */
import { newCourse } from '../../../learning/evidence/course.ts';
import { noDispersion } from '../../../learning/evidence/srm.ts';
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

/** What of a declaration its rule is made of. */
export type Declaration = Pick<
  ExperimentDeclared,
  'design' | 'provenance' | 'primary_metric' | 'guardrail_metrics' | 'expected_rate'
> & { readonly arms: readonly unknown[] };

/**
 * Users of an archive are independent by design; hours of everything else resemble each other until shown otherwise.
 * Conversions mature for days, those of a guardrail too.
 */
export function ruleOf(event: Declaration, policy: EvidencePolicy): Rule {
  const randomised = event.design === 'randomised';
  const archive = isOfCounts(event);
  const slow = [event.primary_metric, ...event.guardrail_metrics].some(converts);
  return {
    arms: event.arms.length,
    metric: event.primary_metric,
    declared_rate: event.expected_rate,
    calibration_hours: archive ? 0 : policy.calibration_hours,
    expected_successes: randomised ? policy.randomised_block_expected_clicks : policy.block_expected_clicks,
    evidence: archive ? 'counts' : 'blocks',
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
 * The state with the declaration. Declared again, its plan may change and guardrails may be added; its arms, design and
 * metric may not change once hours have passed, because what was counted was counted under them, and no guardrail may
 * go, which might have held a winner back. Throws then.
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
  const gone = known.declared.guardrails.filter((metric) => !guardrails.includes(metric));
  const late = guardrails.filter((metric) => converts(metric) && !known.declared.guardrails.includes(metric));
  if (gone.length > 0 || (late.length > 0 && known.rule.maturity_hours < policy.conversion_maturity_hours))
    throw new Error(
      `experiment_id ${event.experiment_id} has counted ${known.course.hours} hours: guardrail_metrics may not lose ` +
        `${gone.join(', ') || 'any'} nor gain ${late.join(', ') || 'conversions'}, which mature later; declare a new experiment instead`,
    );
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
    dispersion: event.design === 'randomised' && !isOfCounts(event) ? noDispersion(event.arms.length) : null,
    restated: false,
    told: null,
  };
}
