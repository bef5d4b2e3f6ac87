/**
 * Blocks: the unit of evidence. A block closes when it is long enough and its smallest arm expects enough successes at
 * a rate known before it began, so that no arm's luck decides when it ends; each block counts alike.
 */
import { logUpward, no_sums, plus, replaced, type Sums } from './t-mixture.ts';

export interface BlockRule {
  /** Least length, hours. */
  readonly hours: number;
  /** Successes that the smallest arm must expect. */
  readonly expected_successes: number;
}

/** Whether a block that has these trials per arm is complete. `rate` was known before the block began. */
export function isComplete(hours: number, trials: readonly number[], rate: number, rule: BlockRule): boolean {
  if (hours < rule.hours) return false;
  let least = Infinity;
  for (const n of trials) if (n < least) least = n;
  return least * rate >= rule.expected_successes;
}

/** Trials that the rate declared for an experiment is worth against what was seen. */
const declared_trials = 2_000;

/** Rate for the next block: what was seen so far, the declared rate standing in while that is little. */
export const knownRate = (successes: number, trials: number, declared: number): number =>
  (successes + declared * declared_trials) / (trials + declared_trials);

/** Sums of the differences of each pair of arms (a, b), a < b, in the order (0,1), (0,2), …, (1,2), … */
export type PairSums = readonly Sums[];

export const emptyPairs = (arms: number): PairSums => Array.from({ length: (arms * (arms - 1)) / 2 }, () => no_sums);

/** Index of the pair (a, b), a < b, among `arms` arms. */
export const pairIndex = (a: number, b: number, arms: number): number => a * arms - (a * (a + 1)) / 2 + (b - a - 1);

/** The sums with the block whose arms had these values. */
export function withBlock(pairs: PairSums, values: readonly number[]): PairSums {
  return eachPair(pairs, values.length, (sums, a, b) => plus(sums, (values[a] ?? 0) - (values[b] ?? 0)));
}

/** The sums when a block's values turn out to have been others. */
export function withRestated(pairs: PairSums, old: readonly number[], now: readonly number[]): PairSums {
  return eachPair(pairs, now.length, (sums, a, b) =>
    replaced(sums, (old[a] ?? 0) - (old[b] ?? 0), (now[a] ?? 0) - (now[b] ?? 0)),
  );
}

function eachPair(pairs: PairSums, arms: number, change: (sums: Sums, a: number, b: number) => Sums): PairSums {
  const changed: Sums[] = [];
  for (let a = 0; a < arms; a++)
    for (let b = a + 1; b < arms; b++) changed.push(change(pairs[pairIndex(a, b, arms)] ?? no_sums, a, b));
  return changed;
}

/** Differences of arm `a` to arm `b`, whichever order the pair is kept in. */
export function difference(pairs: PairSums, a: number, b: number, arms: number): Sums {
  if (a < b) return pairs[pairIndex(a, b, arms)] ?? no_sums;
  const mirrored = pairs[pairIndex(b, a, arms)] ?? no_sums;
  return { n: mirrored.n, sum: -mirrored.sum, sum_squares: mirrored.sum_squares };
}

/** log e-value for "this arm beats all others": the smallest of its e-values against each rival. */
export function logBest(pairs: PairSums, arm: number, arms: number, c2: number): number {
  let least = Infinity;
  for (let rival = 0; rival < arms; rival++) {
    if (rival === arm) continue;
    least = Math.min(least, logUpward(difference(pairs, arm, rival, arms), c2));
    if (least === -Infinity) return least;
  }
  return least;
}
