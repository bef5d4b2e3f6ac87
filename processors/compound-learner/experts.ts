/** What each expert says of an ad, and why. */
import { counted, traitWords } from '../../learning/dna/formula/words.ts';
import type { RateBelief } from '../../learning/ensemble/posterior.ts';
import { later, updated } from '../../learning/ensemble/posterior.ts';
import { rateOf, treesOf } from '../../learning/trees/trees.ts';
import { agreedWith, no_agreement, trustIn } from '../../learning/memory/trust.ts';
import type { PredictionPolicy } from '../../policy/prediction.ts';
import { features_version } from './features-version.ts';
import type { AdPart, BaselinePart, FormulaPart, ModelPart, NichePart, RecallsPart, experts } from './state.ts';

type Expert = (typeof experts)[number];

/** All that a prediction is made from. */
export interface Known {
  readonly ad: AdPart;
  readonly baseline: BaselinePart | undefined;
  readonly recalls: RecallsPart | undefined;
  readonly formula: FormulaPart | undefined;
  readonly niche: NichePart | undefined;
  /** The model in use. */
  readonly model: ModelPart | undefined;
}

export interface Vote {
  readonly expert: Expert;
  /** Belief with the ad's own counts in it; null where the expert is absent. */
  readonly belief: RateBelief | null;
  /** Why it is absent; null where it votes. */
  readonly absent: string | null;
}

/** Something that moved a prediction: how much on the log scale, and in words. */
export interface Cause {
  readonly log_effect: number;
  readonly words: string;
}

/** Mean click rate to expect of the account: its own, drawn to its niche's or the policy's while it has little. */
export function accountRate({ baseline, niche }: Pick<Known, 'baseline' | 'niche'>, policy: PredictionPolicy): number {
  const prior = niche?.pattern.mean_rate ?? policy.prior_rate;
  const { clicks, impressions } = baseline ?? { clicks: 0, impressions: 0 };
  return (clicks + prior * policy.prior_impressions) / (impressions + policy.prior_impressions);
}

/** All votes, in the order of `experts`; `features` are those of the ad as it is known. */
export function votesOf(known: Known, features: readonly number[], policy: PredictionPolicy): readonly Vote[] {
  return [bandit(known, policy), trees(known, features, policy), dna(known, policy)];
}

/** The account's mean, moved by what the winners of memory lead to expect; then the ad's own counts. */
function bandit(known: Known, policy: PredictionPolicy): Vote {
  const moved = memoryEffect(known, policy);
  const prior = { rate: accountRate(known, policy) * Math.exp(moved), shape: policy.ad_shape };
  return { expert: 'bandit', belief: later(updated(prior, known.ad), policy.future_shape), absent: null };
}

/** What the model in use makes of the features; the ad's own counts are among them. */
function trees(known: Known, features: readonly number[], policy: PredictionPolicy): Vote {
  const { model, ad } = known;
  if (model === undefined) return { expert: 'trees', belief: null, absent: 'no model is in use' };
  if (model.features_version !== features_version || model.columns !== features.length)
    return { expert: 'trees', belief: null, absent: 'the model in use knows other features' };
  const ratio = treesOf(model.trees, model.columns).logRatio(features);
  const rate = rateOf(ratio, accountRate(known, policy));
  const shape = policy.ad_shape + ad.clicks;
  return { expert: 'trees', belief: later({ rate, shape }, policy.future_shape), absent: null };
}

/** The account's mean, moved by how the traits of the ad differ from those of its others; then its own counts. */
function dna(known: Known, policy: PredictionPolicy): Vote {
  if (known.formula === undefined && !(known.niche?.pattern.traits ?? []).some(({ status }) => status === 'released'))
    return { expert: 'dna', belief: null, absent: 'no experiment has told traits apart' };
  const moved = traitEffect(known) - (known.baseline?.trait_mean ?? 0);
  const prior = { rate: accountRate(known, policy) * Math.exp(moved), shape: policy.ad_shape };
  return { expert: 'dna', belief: later(updated(prior, known.ad), policy.future_shape), absent: null };
}

/** Sum of the effects of its traits on the log of the click rate. */
export const traitEffect = (known: Known): number =>
  traitCauses(known).reduce((sum, { log_effect }) => sum + log_effect, 0);

/** What memory expects of the ad beyond what it expects of the account's ads on average, on the log scale; 0 before it answered. */
export function memoryEffect(
  known: Pick<Known, 'ad' | 'recalls'>,
  { memory_trust, memory_trust_sd }: PredictionPolicy,
): number {
  const trust = trustIn(known.recalls?.agreement ?? no_agreement, { mean: memory_trust, sd: memory_trust_sd });
  return trust * memoryExpects(known);
}

/** The same before it is known how far to believe it. */
const memoryExpects = ({ ad: { recall }, recalls }: Pick<Known, 'ad' | 'recalls'>): number =>
  recall === null ? 0 : (recall.prior_log_lift ?? 0) - (recalls?.mean_log_lift ?? 0);

/** Ads of which the agreement remembers, about. */
const agreeing_ads = 100;

/** What memory is known to be right about, with an ad more that was shown; null where memory said nothing of it. */
export function memoryAgreed(known: Known, policy: PredictionPolicy): RecallsPart | null {
  const { ad, recalls } = known;
  const expected = memoryExpects(known);
  const due = ad.impressions * accountRate(known, policy);
  if (recalls === undefined || expected === 0 || due === 0) return null;
  // A half on both sides, so that no click is not an infinite lift. Ads differ by 1/√shape, and clicks by chance.
  const had = Math.log((ad.clicks + 0.5) / (due + 0.5));
  const weight = 1 / (1 / policy.ad_shape + 1 / (due + 0.5));
  return { ...recalls, agreement: agreedWith(recalls.agreement, { expected, had, weight }, 1 - 1 / agreeing_ads) };
}

interface Effect {
  readonly trait: string;
  readonly value: string;
  readonly effect: number;
}

/** Effects of the ad's traits: the account's own where it compared them, else those released for its niche. */
export function traitCauses({ ad, formula, niche }: Known): readonly Cause[] {
  const own = new Map(formula?.effects.map((effect) => [`${effect.trait}=${effect.value}`, effect]));
  const released = new Map<string, Effect>();
  for (const effect of niche?.pattern.traits ?? [])
    if (effect.status === 'released') released.set(`${effect.trait}=${effect.value}`, effect);
  return ad.traits.flatMap((trait) => {
    const found = own.get(trait) ?? released.get(trait);
    if (found === undefined || found.effect === 0) return [];
    const support = own.get(trait);
    const where =
      support === undefined
        ? `${niche?.pattern.businesses ?? 0} businesses of the niche`
        : `${counted(support.experiments)} of the account`;
    return [{ log_effect: found.effect, words: `${traitWords(found.trait, found.value)}, from ${where}` }];
  });
}
