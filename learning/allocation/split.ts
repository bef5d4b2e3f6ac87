/** From probabilities to shares of a budget: floor and cap, the total conserved. */

export interface Bounds {
  /** Least share of an arm; at most 1 / arms. */
  readonly floor: number;
  /** Most of an arm; at least 1 / arms. */
  readonly cap: number;
}

/** Bounds that can be met: the floor at most and the cap at least an equal split. */
export function bounds(arms: number, floor_of_equal: number, cap_share: number): Bounds {
  const equal = 1 / arms;
  return { floor: Math.min(Math.max(floor_of_equal, 0), 1) * equal, cap: Math.max(cap_share, equal) };
}

/** Sum of the weights scaled by λ and clamped. */
const clampedSum = (weights: readonly number[], scale: number, { floor, cap }: Bounds): number =>
  weights.reduce((sum, w) => sum + Math.min(Math.max(w * scale, floor), cap), 0);

/**
 * Scales weights so that, clamped to the bounds, they sum to 1: those below the floor get the floor, those above the
 * cap the cap, the others stay in proportion. The sum is 1 to rounding: what bisection leaves goes to arms with room.
 * @param weights non-negative, not all zero
 */
export function bounded(weights: readonly number[], limit: Bounds): readonly number[] {
  const positive = weights.map((w) => Math.max(w, 1e-12));
  let low = 0;
  let high = 1;
  while (clampedSum(positive, high, limit) < 1 - 1e-12 && high < 1e15) high *= 4;
  for (let i = 0; i < 100 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2;
    if (clampedSum(positive, middle, limit) < 1) low = middle;
    else high = middle;
  }
  const shares = positive.map((w) => Math.min(Math.max(w * high, limit.floor), limit.cap));
  return settle(shares, limit);
}

/** Gives the remainder to 1 to the arms with most room, so that the bounds still hold. */
function settle(shares: number[], { floor, cap }: Bounds): readonly number[] {
  let rest = 1 - shares.reduce((sum, s) => sum + s, 0);
  for (let round = 0; round < shares.length && Math.abs(rest) > 1e-16; round++) {
    const room = shares.map((s) => (rest > 0 ? cap - s : s - floor));
    const i = room.indexOf(Math.max(...room));
    const step = Math.sign(rest) * Math.min(Math.abs(rest), Math.max(room[i] ?? 0, 0));
    shares[i] = (shares[i] ?? 0) + step;
    rest -= step;
  }
  return shares;
}

/**
 * Counts of `draws` Thompson draws whose arm probabilities are known: systematic sampling, one uniform for all, so
 * each count is within one of its expectation and its expectation is exact.
 * @param uniform on [0, 1)
 */
export function systematicCounts(probabilities: readonly number[], draws: number, uniform: number): readonly number[] {
  let cumulative = 0;
  let taken = 0;
  return probabilities.map((p, i) => {
    cumulative += p;
    const upTo =
      i === probabilities.length - 1
        ? draws
        : Math.min(draws, Math.max(taken, Math.ceil(cumulative * draws - uniform)));
    const count = upTo - taken;
    taken = upTo;
    return count;
  });
}
