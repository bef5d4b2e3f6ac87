/**
 * The formula as it was told: the effect of each value with its interval, without the sums that they come from. What two
 * values share is not known then, so the interval of their difference is as wide as it can be: sd(a − b) ≤ sd(a) + sd(b).
 */
import { codingOf, splitName, valueName } from './columns.ts';
import type { Effect } from './effects.ts';
import { given, type Suggestion } from './score.ts';
import { trait_names, type TraitName } from '../taxonomy.ts';

export interface ToldEffect extends Effect {
  readonly trait: string;
  readonly value: string;
  /** Experiments that compared the value. */
  readonly experiments: number;
}

const nothing: Effect = { effect: 0, low: 0, high: 0 };

/** `to` instead of `from`; the interval is never narrower than it should be. */
const instead = (to: Effect, from: Effect): Effect => ({
  effect: to.effect - from.effect,
  low: to.low - from.high,
  high: to.high - from.low,
});

/**
 * Single changes of which the whole interval goes with more clicks, best supported first: by where it begins. "Goes
 * with": an ad that is changed so was not tested.
 * @param values what the creative has, `trait=value`, as `weighedValues` gives them
 * @param least_experiments experiments below which a value is not suggested
 */
export function toldChanges(
  effects: readonly ToldEffect[],
  values: readonly string[],
  least_experiments: number,
): readonly Suggestion[] {
  return trait_names
    .filter((trait) => !given.has(trait))
    .flatMap((trait) => changesOf(effects, trait, values))
    .filter(({ low, experiments }) => low > 0 && experiments >= least_experiments)
    .toSorted((a, b) => b.low - a.low);
}

/** All single changes of a trait that the creative is known to have or lack. */
function changesOf(effects: readonly ToldEffect[], trait: TraitName, values: readonly string[]): readonly Suggestion[] {
  const own = values.flatMap((name) => {
    const split = splitName(name);
    return split?.trait === trait ? [split.value] : [];
  });
  if (own.length === 0) return [];
  const compared = effects.filter((one) => one.trait === trait);
  const has = compared.filter(({ value }) => own.includes(value));
  const others = compared.filter(({ value }) => !own.includes(value));
  const change = (from: ToldEffect | null, to: ToldEffect | null): Suggestion => ({
    trait,
    from: from?.value ?? null,
    to: to?.value ?? null,
    ...instead(to ?? nothing, from ?? nothing),
    experiments: Math.min(...[from, to].flatMap((one) => (one === null ? [] : [one.experiments]))),
  });
  return codingOf(trait) === 'has'
    ? [...others.map((to) => change(null, to)), ...has.map((from) => change(from, null))]
    : has.flatMap((from) => others.map((to) => change(from, to)));
}

/** How much more the log click rate of `ours` goes with than that of `theirs`, over the traits that are known of both. */
export function toldDifference(
  effects: readonly ToldEffect[],
  ours: readonly string[],
  theirs: readonly string[],
): number {
  const traits = (values: readonly string[]): ReadonlySet<string | undefined> =>
    new Set(values.map((name) => splitName(name)?.trait));
  const [our_traits, their_traits] = [traits(ours), traits(theirs)];
  let sum = 0;
  for (const { trait, value, effect } of effects) {
    if (!our_traits.has(trait) || !their_traits.has(trait)) continue;
    const name = valueName(trait, value);
    sum += effect * (Number(ours.includes(name)) - Number(theirs.includes(name)));
  }
  return sum;
}

/** Whether a change makes a creative more like one with these values: it takes what that has and leaves what it lacks. */
export const leadsTo = ({ trait, from, to }: Suggestion, values: readonly string[]): boolean =>
  (to === null || values.includes(valueName(trait, to))) && (from === null || !values.includes(valueName(trait, from)));
