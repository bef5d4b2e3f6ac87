/**
 * State of the formula as answers for people: what goes with more clicks, what a new creative scores and how it might be
 * changed, what a winner had that its rivals had not. Nothing is decided here, and nothing is called a cause.
 */
import type { Creative } from '../../learning/dna/creative.ts';
import { extract } from '../../learning/dna/extract.ts';
import { splitName, weighedValues } from '../../learning/dna/formula/columns.ts';
import { valueEffects, type Effect, type ValueEffect } from '../../learning/dna/formula/effects.ts';
import {
  score,
  suggestions,
  whyWon,
  type Score,
  type Suggestion,
  type WhyWon,
} from '../../learning/dna/formula/score.ts';
import { counted, lift, changeWords } from '../../learning/dna/formula/words.ts';
import type { DnaPolicy } from '../../policy/dna.ts';
import { adOf, experimentOf, nicheEffects, sumsOf, type AdPart, type Part } from './formula/state.ts';
import { formulaFrom } from './formula/tell.ts';

type Parts = ReadonlyMap<string, Part>;

export interface FormulaView {
  readonly experiments: number;
  readonly ads: number;
  /** Scatter of ads over what the policy expects, as a variance. */
  readonly dispersion: number;
  /** Surest first. */
  readonly effects: readonly ValueEffect[];
}

/** How far an effect's interval lies from zero, in its own half widths. */
const sureness = ({ effect, low, high }: Effect): number => (high > low ? Math.abs(effect) / (high - low) : 0);

/** @param parts holds `sums`, and `niche` where there is one */
export function formulaView(parts: Parts, policy: DnaPolicy): FormulaView {
  const formula = formulaFrom(sumsOf(parts), policy, nicheEffects(parts));
  return {
    experiments: formula.sums.all_experiments,
    ads: formula.sums.all_arms,
    dispersion: formula.posterior.dispersion,
    effects: [...valueEffects(formula)].sort((a, b) => sureness(b) - sureness(a)),
  };
}

export interface SuggestionView extends Suggestion {
  readonly words: string;
}

export interface ScoreView {
  readonly fingerprint: string;
  readonly experiments: number;
  readonly score: Score;
  /** The score in words; `unknown` where no experiment compared any of its traits. */
  readonly words: string;
  readonly suggestions: readonly SuggestionView[];
  /** Traits of which no change is known to go with more clicks. */
  readonly unknown: readonly string[];
}

/** @param parts holds `sums`, and `niche` where there is one */
export function scoreView(parts: Parts, creative: Creative, policy: DnaPolicy): ScoreView {
  const { traits, fingerprint } = extract(creative);
  return scoreOfValues(parts, { fingerprint, values: weighedValues(traits) }, policy);
}

/**
 * The same of an ad that the account has.
 * @param parts holds `sums`, the ad, and `niche` where there is one
 * @returns null where the ad is not known
 */
export function adScoreView(parts: Parts, ad_id: string, policy: DnaPolicy): ScoreView | null {
  const ad = adOf(parts, ad_id);
  return ad === null ? null : scoreOfValues(parts, ad, policy);
}

function scoreOfValues(
  parts: Parts,
  { fingerprint, values }: Pick<AdPart, 'fingerprint' | 'values'>,
  policy: DnaPolicy,
): ScoreView {
  const formula = formulaFrom(sumsOf(parts), policy, nicheEffects(parts));
  const told = score(formula, values);
  const { changes, unknown } = suggestions(formula, values, policy.least_experiments);
  const experiments = formula.sums.all_experiments;
  return {
    fingerprint,
    experiments,
    score: told,
    words:
      told.parts.length === 0
        ? 'unknown: no experiment of the account compared any of its traits'
        : `its traits go with ${lift(told)}, as ${counted(experiments)} of the account have it`,
    suggestions: changes.map((change) => ({ ...change, words: changeWords(change) })),
    unknown,
  };
}

export interface WhyView extends WhyWon {
  readonly ad_id: string;
  readonly words: readonly string[];
}

/**
 * Why an ad of an experiment did better, as far as traits go.
 * @param parts holds `sums` and the experiment
 * @returns null where the experiment or the ad in it is not known
 */
export function whyView(
  parts: Parts,
  { experiment_id, ad_id }: { readonly experiment_id: string; readonly ad_id: string },
  policy: DnaPolicy,
): WhyView | null {
  const arms = experimentOf(parts, experiment_id)?.arms ?? [];
  const winner = arms.find((arm) => arm.ad_id === ad_id);
  const rivals = arms.filter((arm) => arm.ad_id !== ad_id);
  if (winner === undefined || rivals.length === 0) return null;
  const why = whyWon(formulaFrom(sumsOf(parts), policy, nicheEffects(parts)), winner, rivals);
  const words = why.reasons
    .filter(({ standing }) => standing === 'associated')
    .map(
      (reason) =>
        `${shown(reason.winner)} rather than ${shown(reason.rivals)} goes with ${lift(reason)} in the account's experiments`,
    );
  return {
    ad_id,
    ...why,
    words: words.length > 0 ? words : ['unknown: none of its traits is known to go with more clicks'],
  };
}

const shown = (names: readonly string[]): string =>
  names
    .map((name) => {
      const { trait, value } = splitName(name) ?? { trait: name, value: '' };
      return `${trait.replaceAll('_', ' ')} ${value.replaceAll('_', ' ')}`;
    })
    .join(', ');
