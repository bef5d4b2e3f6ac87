/**
 * What an ad made from another one was expected to do to the click rate, and what came of it inside an experiment in
 * which both ran. Expectation and outcome are kept of all of them, of those that did worse too.
 */
import { clopperPearson, normalQuantile, studentQuantile } from '../../numeric.ts';
import { hasColumn, splitName } from './columns.ts';
import type { Working } from './contrast.ts';
import type { Effect, Formula } from './effects.ts';
import { comparison, type Contestant } from './score.ts';

const z = normalQuantile(0.975);

export interface Expected extends Effect {
  /** Traits in which the two differ as they were read, which is more or less than what was said to be changed. */
  readonly differs: readonly string[];
}

/** Values that have a column and that one of two ads has, of traits that are known of both. */
function differing(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const of = (values: readonly string[]): ReadonlySet<string | undefined> =>
    new Set(values.map((name) => splitName(name)?.trait));
  const [we, they] = [of(ours), of(theirs)];
  const both = (name: string): boolean => {
    const trait = splitName(name)?.trait;
    return hasColumn(name) && we.has(trait) && they.has(trait);
  };
  const only = (mine: readonly string[], other: readonly string[]): readonly string[] =>
    mine.filter((name) => both(name) && !other.includes(name));
  return [...only(ours, theirs), ...only(theirs, ours)];
}

/**
 * What a change goes with by the formula as it is now, on the log of the click rate. A value that no experiment compared
 * is expected to do nothing, give or take what effects are of in this account, so that the interval holds it too.
 */
export function expectedOf(formula: Formula, ours: readonly string[], theirs: readonly string[]): Expected {
  const values = differing(ours, theirs);
  const mine = new Set(values);
  const part = (all: readonly string[]): readonly string[] => all.filter((name) => mine.has(name));
  const { effect, low, high } = comparison(formula, part(ours), part(theirs));
  const blind = values.filter((name) => !formula.place.has(name)).length * formula.posterior.effect_sd ** 2;
  const half = Math.hypot((high - low) / 2, z * Math.sqrt(blind));
  const differs = [...new Set(values.flatMap((name) => splitName(name)?.trait ?? []))];
  return { effect, low: effect - half, high: effect + half, differs };
}

export interface Result extends Effect {
  readonly impressions: number;
  readonly clicks: number;
}

/** How an ad did beside others of its experiment, with what chance in their counts leaves open; null without exposure. */
export function resultOf(ours: Contestant, others: readonly Contestant[]): Result | null {
  const impressions = total(others.map((one) => one.impressions));
  const clicks = total(others.map((one) => one.clicks));
  if (ours.impressions <= 0 || impressions <= 0) return null;
  const effect = Math.log(((ours.clicks + 0.5) * impressions) / (ours.impressions * (clicks + 0.5)));
  const half = z * Math.sqrt(1 / (ours.clicks + 0.5) + 1 / (clicks + 0.5));
  return {
    effect,
    low: effect - half,
    high: effect + half,
    impressions: ours.impressions + impressions,
    clicks: ours.clicks + clicks,
  };
}

/**
 * Where the outcome should lie in 95 of 100 cases: as unsure as the expectation, and as the scatter of two ads is in the
 * model that the formula is learned with (`contrastOf`): chance in counts at their common rate, ads beside their traits,
 * effects that differ between experiments, all of it times the dispersion measured.
 */
export function predictedOf(
  { effect, low, high }: Effect,
  ours: Contestant,
  theirs: Contestant,
  { arm_sd, slope_sd, dispersion }: Pick<Working, 'arm_sd' | 'slope_sd'> & { readonly dispersion: number },
): { readonly low: number; readonly high: number } {
  const rate = (ours.clicks + theirs.clicks + 1) / (ours.impressions + theirs.impressions);
  const chance = 1 / (ours.impressions * rate) + 1 / (theirs.impressions * rate);
  const slopes = slope_sd ** 2 * differing(ours.values, theirs.values).length;
  const half = Math.hypot((high - low) / 2, z * Math.sqrt(dispersion * (chance + 2 * arm_sd ** 2 + slopes)));
  return { low: effect - half, high: effect + half };
}

/** Below it nothing is said of how well expectations hold. */
export const least_judged = 10;

export interface Judged {
  readonly expected: number;
  readonly observed: number;
  readonly inside: boolean;
}

export interface Holding {
  readonly judged: number;
  /** Fewer than `least_judged`: shares and means are not told. */
  readonly status: 'told' | 'too_few';
  /** Outcomes in the interval that was predicted for them, as a share with a Clopper–Pearson interval. */
  readonly inside: { readonly share: number; readonly low: number; readonly high: number } | null;
  /** Mean of the expectations, and of the outcomes with a Student interval, on the log of the click rate. */
  readonly expected: number | null;
  readonly observed: Effect | null;
}

/** How well expectations held, over all that can be judged: winners and losers. */
export function holdingOf(all: readonly Judged[]): Holding {
  const judged = all.length;
  if (judged < least_judged) return { judged, status: 'too_few', inside: null, expected: null, observed: null };
  const hits = all.filter(({ inside }) => inside).length;
  const mean = total(all.map(({ observed }) => observed)) / judged;
  const variance = total(all.map(({ observed }) => (observed - mean) ** 2)) / (judged - 1);
  const half = studentQuantile(0.975, judged - 1) * Math.sqrt(variance / judged);
  return {
    judged,
    status: 'told',
    inside: { share: hits / judged, ...clopperPearson(hits, judged) },
    expected: total(all.map(({ expected }) => expected)) / judged,
    observed: { effect: mean, low: mean - half, high: mean + half },
  };
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
