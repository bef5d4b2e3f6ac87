/**
 * Sums that are released again and again while what they are made of changes, with noise that hides whether any one
 * member is in them, in all releases together. The noise of releases is correlated so that most of it is paid once:
 * A = C·C with A the lower triangle of ones, C the lower-triangular Toeplitz matrix of c_k = (2k choose k)/4^k; what is
 * released is A·changes + C·noise = C·(C·changes + noise). (Fichtenberger, Henzinger and Upadhyay 2023, "Constant
 * matters"; Denisov et al. 2022.) Against fresh noise each week, a member's loss grows with the logarithm of the number
 * of releases and not with the number itself.
 */
import { normalCdf, normalQuantile } from '../numeric.ts';

/** Releases that the guarantee covers: ten years of weeks. What a member loses afterwards grows by .3 % a year. */
export const covered_releases = 520;

/** c_0 … c_{n−1}: c_0 = 1, c_k = c_{k−1}·(2k−1)/2k. */
export function coefficients(n: number): readonly number[] {
  const all: number[] = [];
  for (let k = 0; k < n; k++) all.push(k === 0 ? 1 : ((all[k - 1] ?? 0) * (2 * k - 1)) / (2 * k));
  return all;
}

/** √(c_0² + … + c_{n−1}²): what a member that joins adds to, and what independent noise of one release grows by. */
export const growth = (n: number): number => Math.sqrt(coefficients(n).reduce((sum, one) => sum + one ** 2, 0));

/** What there is to say of how well a member is hidden. */
export interface Hiding {
  /** Standard deviation of the noise of a change, in units of the most that a member may ever move. */
  readonly noise_multiplier: number;
}

/**
 * How far apart two worlds are, with a member and without it, in all releases: μ of μ-Gaussian differential privacy
 * (Dong, Roth and Su 2022). A member's changes sum up to at most 1 in length and it may leave: ‖C(e_s − e_t)‖² is at
 * most 2·Σc², so μ = √2·growth/noise.
 */
export const muOf = ({ noise_multiplier }: Hiding): number =>
  (Math.SQRT2 * growth(covered_releases)) / noise_multiplier;

/** Area under the curve of the best attack there is that knows all others: Φ(μ/√2). */
export const attackAuc = (mu: number): number => normalCdf(mu / Math.SQRT2);

/** Zero-concentrated differential privacy of the same: ρ = μ²/2 (Bun and Steinke 2016). */
export const rhoOf = (mu: number): number => mu ** 2 / 2;

/** The noise with which the best attack has this area under its curve, above one half. */
export const noiseFor = (auc: number): number => growth(covered_releases) / normalQuantile(auc);

/**
 * Noise of the sums of release `t` (from 0), of standard deviation `sd`·growth(t + 1): Σ_j c_{t−j} ξ_j·sd.
 * @param draw a standard normal number of release j, the same each time it is asked for
 */
export function correlatedNoise(t: number, sd: number, draw: (release: number) => number): number {
  const c = coefficients(t + 1);
  let sum = 0;
  for (let j = 0; j <= t; j++) sum += (c[t - j] ?? 0) * draw(j);
  return sd * sum;
}

/** A point of the released sums, by name; what it does not name is 0. */
export type Point = ReadonlyMap<string, number>;

export const lengthOf = (point: Point): number =>
  Math.sqrt([...point.values()].reduce((sum, one) => sum + one ** 2, 0));

const difference = (to: Point, from: Point): Point =>
  new Map(
    [...new Set([...to.keys(), ...from.keys()])].map((name) => [name, (to.get(name) ?? 0) - (from.get(name) ?? 0)]),
  );

/** The point moved towards another by a share of the way. */
function towards(from: Point, way: Point, share: number): Point {
  const moved = new Map<string, number>();
  for (const name of new Set([...from.keys(), ...way.keys()])) {
    const value = (from.get(name) ?? 0) + share * (way.get(name) ?? 0);
    if (value !== 0) moved.set(name, value);
  }
  return moved;
}

export interface Moved {
  readonly point: Point;
  /** Length of all its changes so far, at most 1. */
  readonly path: number;
}

/** A member moves to where it now is, as far as its path of length 1 lasts. */
export function moved(from: Moved, to: Point): Moved {
  const way = difference(to, from.point);
  const length = lengthOf(way);
  if (length === 0) return from;
  const share = Math.min(1, Math.max(0, 1 - from.path) / length);
  return share === 1
    ? { point: to, path: from.path + length }
    : { point: towards(from.point, way, share), path: from.path + share * length };
}
