/**
 * Prior scales of coefficients. A group's variance is what the group as a whole may explain of a headline's effect
 * within its test; it is shared out over the group's features by their spread within tests, so that variances of groups
 * of different kinds compare.
 */
import { feature_count, groups, type Group, type GroupName } from '../text/layout.ts';
import type { Block } from './contest.ts';

/** Group → prior variance of its share of a headline's effect. A group that is not named takes no part. */
export type Variances = Readonly<Partial<Record<GroupName, number>>>;

interface Spread {
  /** Sum of squared deviations from the mean of the test, by feature. */
  readonly squares: Float64Array;
  /** Tests in which a feature is not zero. */
  readonly support: Int32Array;
  readonly headlines: number;
}

/** Tests that must have a hashed feature: one seen in a single test says nothing of another. */
const least_support = 2;

function spreadOf(blocks: readonly Block[]): Spread {
  const squares = new Float64Array(feature_count);
  const support = new Int32Array(feature_count);
  const sums = new Map<number, number>();
  let headlines = 0;
  for (const { vectors } of blocks) {
    sums.clear();
    for (const { indices, values } of vectors)
      for (let k = 0; k < indices.length; k++) {
        const index = indices[k] ?? 0;
        const value = values[k] ?? 0;
        squares[index] = (squares[index] ?? 0) + value * value;
        sums.set(index, (sums.get(index) ?? 0) + value);
      }
    for (const [index, sum] of sums) {
      squares[index] = (squares[index] ?? 0) - (sum * sum) / vectors.length;
      support[index] = (support[index] ?? 0) + 1;
    }
    headlines += vectors.length;
  }
  return { squares, support, headlines: Math.max(1, headlines) };
}

/** Below this spread a feature is as good as constant within tests. */
const least_spread = 1e-9;

function fillEach(scales: Float64Array, { from, to }: Group, variance: number, { squares, headlines }: Spread): void {
  let varying = 0;
  for (let j = from; j < to; j++) if ((squares[j] ?? 0) > least_spread) varying++;
  for (let j = from; j < to; j++) {
    const square = squares[j] ?? 0;
    if (square > least_spread) scales[j] = Math.sqrt((variance / varying / square) * headlines);
  }
}

function fillTogether(scales: Float64Array, { from, to }: Group, variance: number, spread: Spread): void {
  const { squares, support, headlines } = spread;
  let total = 0;
  for (let j = from; j < to; j++) if ((support[j] ?? 0) >= least_support) total += squares[j] ?? 0;
  if (total <= least_spread) return;
  const scale = Math.sqrt((variance * headlines) / total);
  for (let j = from; j < to; j++) if ((support[j] ?? 0) >= least_support) scales[j] = scale;
}

/** Prior standard deviation of each feature's coefficient; 0 for features that take no part. */
export function priorScales(blocks: readonly Block[], variances: Variances): Float64Array {
  const spread = spreadOf(blocks);
  const scales = new Float64Array(feature_count);
  for (const group of groups.values()) {
    const variance = variances[group.name] ?? 0;
    if (variance <= 0) continue;
    if (group.scaling === 'each') fillEach(scales, group, variance, spread);
    else fillTogether(scales, group, variance, spread);
  }
  return scales;
}

/** The same standard deviation for every feature of the groups, as plain ridge has it; 0 for all others. */
export function evenScales(names: readonly GroupName[], deviation: number): Float64Array {
  const scales = new Float64Array(feature_count);
  for (const name of names) {
    const group = groups.get(name);
    if (group !== undefined) scales.fill(deviation, group.from, group.to);
  }
  return scales;
}
