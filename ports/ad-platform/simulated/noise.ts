/** Noise that is a function of where it is: made again the same, whatever was drawn before. */
import { generator, hash32, normal, type Random } from '../../../learning/numeric.ts';

/** Draws of one place: a seed and an hour. */
export const drawsAt = (seed: number, hour: number): Random => generator(hash32(String(hour), seed));

/** Terms below this weight are left out. */
const least_weight = 0.01;

/**
 * First-order autoregressive noise in hours, standard normal at each one and correlated by `rho` with the next:
 * x(h) = sqrt(1 - rho²) Σ rho^k e(h - k), cut where a weight is below 1 %.
 */
export class HourlyNoise {
  readonly #seed: number;
  readonly #weights: readonly number[];

  constructor(seed: number, rho: number) {
    this.#seed = seed;
    const terms = Math.ceil(Math.log(least_weight) / Math.log(rho));
    const kept = Array.from({ length: terms }, (_, k) => rho ** k);
    const sd = Math.sqrt(kept.reduce((sum, weight) => sum + weight ** 2, 0));
    this.#weights = kept.map((weight) => weight / sd);
  }

  at(hour: number): number {
    let sum = 0;
    for (let k = 0; k < this.#weights.length; k++)
      sum += (this.#weights[k] ?? 0) * normal(drawsAt(this.#seed, hour - k));
    return sum;
  }
}

/** A factor of mean 1 whose logarithm has standard deviation `sd`, from a standard normal value. */
export const logNormalFactor = (sd: number, standard: number): number => Math.exp(sd * standard - sd ** 2 / 2);
