/** Announcements, in numbers and words. */
import type { Policy } from '../../../policy/policy.ts';
import type { EvidenceChanged, WinnerDetected, WinnerWithdrawn } from '../../../schemas/index.ts';
import { count, evidence as inWords, percent, signedPercent } from '../words.ts';
import { isHeldOut } from './holdout.ts';
import type { Announced, Family, Member } from './state.ts';

export interface Terms {
  readonly family: Family;
  readonly threshold: number;
  /** Winners of the family announced before this one. */
  readonly before: number;
  readonly policy: Policy;
}

const held_out_words = ' It is held out at random: what promotions earn is measured against winners like it.';

type Arm = EvidenceChanged['arms'][number];

/** The rival with the best metric. Throws where there is none: an experiment has two arms. */
function bestOf(arms: readonly Arm[]): Arm {
  const [first, ...rest] = arms;
  if (first === undefined) throw new Error('an experiment has at least two arms');
  return rest.reduce((best, arm) => (arm.rate > best.rate ? arm : best), first);
}

const inPercent: readonly EvidenceChanged['primary_metric'][] = ['link_ctr', 'cvr'];
const measured = (metric: EvidenceChanged['primary_metric'], value: number): string =>
  inPercent.includes(metric) ? percent(value) : String(Number(value.toPrecision(4)));

function reasonOf(evidence: EvidenceChanged, winner: Arm, rival: Arm, { family, threshold, before }: Terms): string {
  const { primary_metric, lift, lift_low, lift_high, e_value } = evidence;
  const lifts = `${signedPercent(lift ?? 0)} (${signedPercent(lift_low ?? 0)} to ${signedPercent(lift_high ?? 0)})`;
  const place = before === 0 ? '' : ` as winner ${before + 1} of its family`;
  return (
    `${winner.ad_id} beats ${evidence.arms.length === 2 ? rival.ad_id : `all ${evidence.arms.length - 1} rivals`}: ` +
    `${measured(primary_metric, winner.rate)} against ${measured(primary_metric, rival.rate)}, lift ${lifts}. ` +
    `Evidence ${inWords(e_value)} passes the ${inWords(threshold)} needed${place} ` +
    `(${count(family.planned)} experiments planned, at most ${percent(family.alpha)} of winners false).`
  );
}

/** The winner's event, and what is remembered of it. */
export function detected(
  evidence: EvidenceChanged,
  terms: Terms,
): { readonly event: WinnerDetected; readonly announced: Announced } {
  const winner = evidence.arms.find(({ ad_id }) => ad_id === evidence.leading_ad_id);
  if (winner === undefined) throw new Error(`experiment ${evidence.experiment_id} has no leading ad`);
  const rivals = evidence.arms.filter((arm) => arm !== winner);
  const rival = bestOf(rivals);
  const { ad_id } = winner;
  const is_held_out = isHeldOut({ ...evidence, ad_id }, terms.policy.promotion.holdout_share);
  const event: WinnerDetected = {
    account_id: evidence.account_id,
    experiment_id: evidence.experiment_id,
    campaign_id: evidence.campaign_id,
    adset_id: winner.adset_id,
    ad_id,
    primary_metric: evidence.primary_metric,
    e_value: evidence.e_value,
    threshold: terms.threshold,
    family: terms.family.name,
    planned_experiments: terms.family.planned,
    announced_before: terms.before,
    alpha: terms.family.alpha,
    rate: winner.rate,
    rival_rate: rival.rate,
    lift: evidence.lift ?? 0,
    lift_low: evidence.lift_low ?? 0,
    lift_high: evidence.lift_high ?? 0,
    impressions: evidence.arms.reduce((sum, arm) => sum + arm.impressions, 0),
    blocks: evidence.blocks,
    rivals: rivals.map((arm) => arm.ad_id),
    reason: reasonOf(evidence, winner, rival, terms) + (is_held_out ? held_out_words : ''),
    is_held_out,
    provenance: evidence.provenance,
    at_ms: evidence.at_ms,
    policy_version: terms.policy.version,
  };
  return { event, announced: { ad_id, e_value: evidence.e_value, threshold: terms.threshold } };
}

/** The strongest evidence that an ad ever had, on the data as they are now. */
export const peakOf = ({ arms }: EvidenceChanged, ad_id: string): number =>
  arms.find((arm) => arm.ad_id === ad_id)?.peak_e_value ?? 0;

/** Throws where the experiment has no announced winner. */
export function withdrawn(evidence: EvidenceChanged, { announced, family }: Member, policy: Policy): WinnerWithdrawn {
  if (announced === null) throw new Error(`experiment ${evidence.experiment_id} has no announced winner`);
  const e_value = peakOf(evidence, announced.ad_id);
  return {
    account_id: evidence.account_id,
    experiment_id: evidence.experiment_id,
    ad_id: announced.ad_id,
    e_value_announced: announced.e_value,
    e_value,
    threshold: announced.threshold,
    family,
    reason:
      `Restated data took the evidence of ${announced.ad_id} from ${inWords(announced.e_value)} to ${inWords(e_value)}, ` +
      `below the ${inWords(announced.threshold)} that it needed.`,
    at_ms: evidence.at_ms,
    policy_version: policy.version,
  };
}
