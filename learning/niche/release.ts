/** What noisy sums of a niche say: how many are behind them, the rate to expect, what goes with more clicks. */
import { normalQuantile } from '../numeric.ts';
import { growth } from '../privacy/continual.ts';
import {
  aspect_lengths,
  count_name,
  effectName,
  logRateAt,
  logSpread,
  longest_effects,
  rate_name,
  square_name,
} from './point.ts';
import { shrunken } from './shrink.ts';

export interface ReleaseRules {
  /** Businesses that must be behind what is released. */
  readonly min_businesses: number;
  /** Standard deviation of the noise of a change, in units of the most that a member may ever move. */
  readonly noise_multiplier: number;
  /** How sure it must be, in spite of the noise, that there are so many. */
  readonly certainty: number;
}

export interface NicheTrait {
  /** `trait=value`. */
  readonly name: string;
  /** Effect on the log of the click rate, shrunken; the mean over businesses of what each can tell of it. */
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  /** Whether it is larger than the noise. */
  readonly released: boolean;
}

export interface Release {
  /** About how many businesses are behind it. */
  readonly businesses: number;
  /** Log of the middle click rate, and what the noise leaves unknown of it. */
  readonly log_rate: number;
  readonly log_rate_sd: number;
  /** Standard deviation of log click rates between accounts. */
  readonly accounts_log_sd: number;
  /** Largest first. */
  readonly traits: readonly NicheTrait[];
}

/** Standard deviation of the noise of the sums of release `t`, from 0. */
export const noiseAt = (t: number, { noise_multiplier }: ReleaseRules): number => noise_multiplier * growth(t + 1);

/** Businesses from which, with the noise of release `t`, it is certain enough that there are as many as are needed. */
export function businessesNeeded(t: number, rules: ReleaseRules): number {
  const sd = noiseAt(t, rules) / aspect_lengths.count;
  return Math.ceil(rules.min_businesses + normalQuantile(rules.certainty) * sd);
}

/**
 * How accounts are expected to differ before a release says: mean and standard deviation of the variance of log rates.
 * The mean is what campaigns are expected to differ by from account to account elsewhere, .7 on the log scale.
 */
const spread_before = { variance: 0.49, sd: 0.25 } as const;
const least_spread = 0.1;
const z = normalQuantile(0.975);
/** Effects that are told though the noise is larger than they are. */
const told_below_noise = 10;

/**
 * @param sums noisy, of points (`point.ts`), by name
 * @param columns values that effects are told of, `trait=value`
 * @returns null where it is not certain that enough businesses are behind it
 */
export function releaseOf(
  sums: ReadonlyMap<string, number>,
  columns: readonly string[],
  { t, rules }: { readonly t: number; readonly rules: ReleaseRules },
): Release | null {
  const sd = noiseAt(t, rules);
  const of = (name: string, length: number): number => (sums.get(name) ?? 0) / length;
  const businesses = of(count_name, aspect_lengths.count);
  if (businesses < businessesNeeded(t, rules)) return null;
  const count_noise = sd / aspect_lengths.count / businesses;
  const at = of(rate_name, aspect_lengths.rate) / businesses;
  const at_noise = Math.hypot(sd / aspect_lengths.rate / businesses, at * count_noise);
  const square = of(square_name, aspect_lengths.square) / businesses;
  return {
    businesses,
    log_rate: logRateAt(Math.min(1, Math.max(-1, at))),
    log_rate_sd: logSpread(at_noise),
    accounts_log_sd: accountsSpread(square - at ** 2, sd / aspect_lengths.square / businesses),
    traits: traitsOf((name) => of(effectName(name), aspect_lengths.effects / longest_effects) / businesses, columns, {
      error: (sd * longest_effects) / aspect_lengths.effects / businesses,
    }),
  };
}

/** What the release and what is expected before it say together, each by its precision. */
function accountsSpread(variance: number, noise: number): number {
  const unit = logSpread(1) ** 2;
  const precisions = [1 / (noise * unit) ** 2, 1 / spread_before.sd ** 2] as const;
  const mean =
    (variance * unit * precisions[0] + spread_before.variance * precisions[1]) / (precisions[0] + precisions[1]);
  return Math.sqrt(Math.max(least_spread ** 2, mean));
}

function traitsOf(
  estimate: (name: string) => number,
  columns: readonly string[],
  { error }: { readonly error: number },
): readonly NicheTrait[] {
  const effects = shrunken(columns.map(estimate), error);
  const all = columns.map((name, i): NicheTrait => {
    const { effect, sd } = effects[i] ?? { effect: 0, sd: 0 };
    return { name, effect, low: effect - z * sd, high: effect + z * sd, released: Math.abs(effect) > error };
  });
  const sorted = all.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect) || (a.name < b.name ? -1 : 1));
  const released = sorted.filter((one) => one.released);
  return [...released, ...sorted.filter((one) => !one.released).slice(0, told_below_noise)];
}
