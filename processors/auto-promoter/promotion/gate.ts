/** What keeps an experiment from being announced, whatever its evidence is. */
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { EvidenceChanged } from '../../../schemas/index.ts';

/** Rate of the leading arm; 0 where none leads. */
export const leadingRate = ({ arms, leading_ad_id }: EvidenceChanged): number =>
  arms.find(({ ad_id }) => ad_id === leading_ad_id)?.rate ?? 0;

/** Metrics that the least rate of the policy is about. */
const rates: readonly EvidenceChanged['primary_metric'][] = ['link_ctr', 'cvr'];

/** Whether the evidence may count: design, exposure, guardrails, and worth acting on. */
export function mayBeAnnounced(evidence: EvidenceChanged, policy: EvidencePolicy): boolean {
  if (evidence.leading_ad_id === null || evidence.guardrail_broken !== null) return false;
  if (evidence.status !== 'deciding' && evidence.status !== 'separated') return false;
  if (policy.min_lift > 0 && (evidence.lift_low ?? 0) < policy.min_lift) return false;
  return !rates.includes(evidence.primary_metric) || leadingRate(evidence) >= policy.min_rate;
}
