/** What the formula says of a creative, which one change would go with more clicks, and what a winner had that rivals had not. */
import { specOf, trait_names, type TraitName } from '../taxonomy.ts';
import { codingOf, hasColumn, splitName, valueName } from './columns.ts';
import { combine, effectOf, weightsOf, type Effect, type Formula, type Weights } from './effects.ts';

/** An interval that has nothing on one side of zero is no proof, but more than nothing is known. */
export type Standing = 'associated' | 'unknown';

export const standingOf = ({ low, high }: Effect): Standing => (low > 0 || high < 0 ? 'associated' : 'unknown');

export interface PartEffect extends Effect {
  readonly name: string;
  readonly standing: Standing;
}

export interface Score extends Effect {
  /** Of each value that experiments compared, strongest first. */
  readonly parts: readonly PartEffect[];
  /** Values of the creative that no experiment compared: nothing is known of them, and nothing is added for them. */
  readonly unknown: readonly string[];
}

const known = (formula: Formula, name: string): Weights => weightsOf(formula, name) ?? new Map();
const together = (formula: Formula, values: readonly string[]): Weights =>
  combine(values.map((name) => [known(formula, name), 1] as const));
const strongest = (a: Effect, b: Effect): number => Math.abs(b.effect) - Math.abs(a.effect);

/**
 * Log of the click rate that a creative's traits go with, against the account's mean ad without any of the traits that
 * an ad may lack; two creatives are compared by their difference (`comparison`).
 * @param values `trait=value`, as `weighedValues` gives them
 */
export function score(formula: Formula, values: readonly string[]): Score {
  const parts = values.flatMap((name): readonly PartEffect[] => {
    const weights = weightsOf(formula, name);
    if (weights === null || weights.size === 0) return [];
    const effect = effectOf(formula, weights);
    return [{ name, ...effect, standing: standingOf(effect) }];
  });
  return {
    ...effectOf(formula, together(formula, values)),
    parts: [...parts].sort(strongest),
    unknown: values.filter((name) => weightsOf(formula, name) === null),
  };
}

/** How much more the log click rate of `ours` goes with than that of `theirs`: what both have cancels. */
export const comparison = (formula: Formula, ours: readonly string[], theirs: readonly string[]): Effect =>
  effectOf(
    formula,
    combine([
      [together(formula, ours), 1],
      [together(formula, theirs), -1],
    ]),
  );

export interface Suggestion extends Effect {
  readonly trait: TraitName;
  /** Value to leave; null where one is added. */
  readonly from: string | null;
  /** Value to take; null where one is only left. */
  readonly to: string | null;
  /** Experiments that compared the values of the change: of the less often compared one. */
  readonly experiments: number;
}

export interface Suggestions {
  /** Best-supported first: one a trait, the change whose interval begins highest, all of it above zero. */
  readonly changes: readonly Suggestion[];
  /** Traits of the creative of which no change is known to go with more clicks. */
  readonly unknown: readonly TraitName[];
}

/** What a campaign sets, and what follows from the words without being chosen: nobody writes to have it. */
export const given: ReadonlySet<TraitName> = new Set(['language', 'sentiment']);

/**
 * Single changes to a creative that go with more clicks. "Goes with": an ad that is changed so was not tested.
 * @param least_experiments experiments below which a value is not suggested
 */
export function suggestions(formula: Formula, values: readonly string[], least_experiments: number): Suggestions {
  const traits = trait_names.filter(
    (trait) => !given.has(trait) && values.some((name) => splitName(name)?.trait === trait),
  );
  const best = traits.map((trait) => {
    const changes = changesOf(formula, trait, values)
      .filter(({ low, experiments }) => low > 0 && experiments >= least_experiments)
      .sort((a, b) => b.low - a.low);
    return { trait, change: changes[0] };
  });
  return {
    changes: best.flatMap(({ change }) => (change === undefined ? [] : [change])).sort((a, b) => b.low - a.low),
    unknown: best.flatMap(({ trait, change }) => (change === undefined ? [trait] : [])),
  };
}

/** All single changes of a trait: to another value where there is one, adding or leaving one where there may be several. */
function changesOf(formula: Formula, trait: TraitName, values: readonly string[]): readonly Suggestion[] {
  const has = new Set(values);
  const words = [...specOf(trait).values].filter((word) => formula.place.has(valueName(trait, word)));
  const own = values.filter((name) => splitName(name)?.trait === trait && hasColumn(name));
  const change = (from: string | null, to: string | null): Suggestion => {
    const names = [from, to].flatMap((word) => (word === null ? [] : [valueName(trait, word)]));
    const side = (word: string | null): Weights => (word === null ? new Map() : known(formula, valueName(trait, word)));
    const weights = combine([
      [side(to), 1],
      [side(from), -1],
    ]);
    return { trait, from, to, ...effectOf(formula, weights), experiments: leastCompared(formula, names) };
  };
  const others = words.filter((word) => !has.has(valueName(trait, word)));
  const current = own.flatMap((name) => splitName(name)?.value ?? []).filter((word) => words.includes(word));
  if (codingOf(trait) === 'has')
    return [...others.map((word) => change(null, word)), ...current.map((word) => change(word, null))];
  return current.flatMap((from) => others.map((to) => change(from, to)));
}

function leastCompared({ sums }: Formula, names: readonly string[]): number {
  return Math.min(...names.map((name) => sums.experiments[sums.columns.indexOf(name)] ?? 0));
}

export interface Reason extends Effect {
  readonly trait: TraitName;
  /** What the winner has of the trait, and what its rivals have, each once. */
  readonly winner: readonly string[];
  readonly rivals: readonly string[];
  readonly standing: Standing;
}

export interface WhyWon extends Effect {
  /** The part of `observed` that traits go with, and its interval, are the effect; null without clicks on both sides. */
  readonly observed: number | null;
  /** Traits in which the winner differs from its rivals, strongest first: associations, not causes. */
  readonly reasons: readonly Reason[];
  /** Traits in which they differ that no experiment compared. */
  readonly unknown: readonly TraitName[];
}

export interface Contestant {
  readonly impressions: number;
  readonly clicks: number;
  readonly values: readonly string[];
}

/** Contrast of a winner with the mean of its rivals, trait by trait, times the effects of the formula. */
export function whyWon(formula: Formula, winner: Contestant, rivals: readonly Contestant[]): WhyWon {
  const of = ({ values }: Contestant, trait: TraitName): readonly string[] =>
    values.filter((name) => splitName(name)?.trait === trait);
  const told = trait_names.flatMap((trait) => {
    const ours = of(winner, trait);
    const knowing = rivals.map((rival) => of(rival, trait)).filter((theirs) => theirs.length > 0);
    const differ = knowing.some((theirs) => theirs.join() !== ours.join());
    if (ours.length === 0 || !differ) return [];
    const weights = combine([
      [together(formula, ours), 1],
      ...knowing.map((theirs) => [together(formula, theirs), -1 / knowing.length] as const),
    ]);
    const compared = [...weights.values()].some((weight) => weight !== 0);
    const theirs = [...new Set(knowing.flat())].sort();
    return [{ trait, winner: ours, rivals: theirs, weights, compared }];
  });
  const reasons = told
    .filter(({ compared }) => compared)
    .map(({ trait, winner: ours, rivals: theirs, weights }): Reason => {
      const effect = effectOf(formula, weights);
      return { trait, winner: ours, rivals: theirs, ...effect, standing: standingOf(effect) };
    });
  return {
    ...effectOf(formula, combine(told.map(({ weights }) => [weights, 1] as const))),
    observed: observedLift(winner, rivals),
    reasons: [...reasons].sort(strongest),
    unknown: told.filter(({ compared }) => !compared).map(({ trait }) => trait),
  };
}

/** Log of the winner's click rate over its rivals' together; null where one side has no clicks. */
function observedLift(winner: Contestant, rivals: readonly Contestant[]): number | null {
  const clicks = rivals.reduce((sum, one) => sum + one.clicks, 0);
  const impressions = rivals.reduce((sum, one) => sum + one.impressions, 0);
  if (winner.clicks <= 0 || clicks <= 0) return null;
  return Math.log((winner.clicks * impressions) / (winner.impressions * clicks));
}
