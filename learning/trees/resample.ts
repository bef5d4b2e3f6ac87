/**
 * Which examples a trainer learns from, and how often, where it knows neither weights nor all of them. Everything is
 * drawn from a seed, so that the same is drawn again.
 */
import { hash32, type Random } from '../numeric.ts';

/** Copies of an example of mean weight. More make weights finer and training longer. */
export const mean_copies = 2;

/**
 * Weight of an example: 1/variance of its observed log ratio, relatively. Chance adds 1/e where e clicks were expected,
 * ads differ by 1/s from what can be known of them; e/(e + s) is between 0 and 1.
 * @param expected_clicks impressions × rate of the account
 * @param shape s, above 0
 */
export const exampleWeight = (expected_clicks: number, shape: number): number =>
  expected_clicks / (expected_clicks + shape);

/**
 * How often each example is taken: in expectation as its share of the weights, of `total` in all, each rounded by its
 * own draw. Drawing every k-th instead would go wrong where examples repeat in a rhythm, as stages of ads do.
 * @param weights at least 0
 */
export function copiesOf(weights: ArrayLike<number>, total: number, random: Random): Int32Array {
  const copies = new Int32Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] ?? 0;
  if (sum <= 0) return copies;
  for (let i = 0; i < weights.length; i++) copies[i] = Math.floor(((weights[i] ?? 0) / sum) * total + random());
  return copies;
}

/**
 * Whether example `i` of `of`, in the order of time, is among the `most` that are read: all where they are no more, else
 * one drawn from each of `most` stretches of equally many (stratified sampling: W. G. Cochran, Sampling Techniques,
 * 1977, chapter 5), so that the newest count for as much as they are.
 */
export function isTaken(i: number, of: number, most: number, seed: number): boolean {
  if (of <= most) return true;
  const stretch = Math.floor(((i + 1) * most - 1) / of);
  const begin = Math.floor((stretch * of) / most);
  const end = Math.floor(((stretch + 1) * of) / most);
  return i === begin + Math.floor((hash32(String(stretch), seed) / 2 ** 32) * (end - begin));
}
