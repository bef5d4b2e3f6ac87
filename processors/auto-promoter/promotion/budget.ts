/** What winners mean for their budgets: a wish to scale, by lot not for some, and to go back where one is taken back. */
import type { Policy } from '../../../policy/policy.ts';
import type {
  BudgetChangeRequested,
  EvidenceChanged,
  WinnerDetected,
  WinnerWithdrawn,
} from '../../../schemas/index.ts';

export function scaleRequest(winner: WinnerDetected, { version }: Policy): BudgetChangeRequested {
  const { account_id, experiment_id, campaign_id, adset_id, ad_id, primary_metric, impressions } = winner;
  return {
    account_id,
    request_id: `scale/${experiment_id}/${winner.at_ms}`,
    kind: 'scale',
    ...{ experiment_id, campaign_id, adset_id, ad_id, primary_metric, impressions },
    lift_low: winner.lift_low,
    lift_high: winner.lift_high,
    held_out: winner.is_held_out,
    provenance: winner.provenance,
    reason: winner.reason,
    at_ms: winner.at_ms,
    policy_version: version,
  };
}

export function revertRequest(
  taken: WinnerWithdrawn,
  { campaign_id, arms, primary_metric, provenance }: EvidenceChanged,
  { version }: Policy,
): BudgetChangeRequested {
  const { account_id, experiment_id, ad_id, reason, at_ms } = taken;
  const arm = arms.find((one) => one.ad_id === ad_id);
  return {
    account_id,
    request_id: `revert/${experiment_id}/${at_ms}`,
    kind: 'revert',
    ...{ experiment_id, campaign_id, adset_id: arm?.adset_id ?? 'unknown', ad_id, primary_metric, provenance },
    impressions: arm?.impressions ?? 0,
    lift_low: 0,
    lift_high: 0,
    held_out: false,
    reason,
    at_ms,
    policy_version: version,
  };
}
