/**
 * Probability that an arm is the best, and what choosing it is expected to lose, by quadrature: no draws, so no noise
 * in the shares and the same answer at each redo. Per campaign it costs some tens of microseconds.
 */
import { cdfOfRoots, type Beta } from './beta.ts';

export interface Best {
  /** Probability of having the highest rate, per arm; sums to 1. */
  readonly p_best: readonly number[];
  /** Expected highest rate minus the arm's, per arm; a rate, at least 0. */
  readonly expected_loss: readonly number[];
}

/** Places of an arm's own nodes, in standard deviations of its log odds: dense where its mass is. */
const places = [-4.2, -3.1, -2.4, -1.85, -1.4, -1, -0.64, -0.31, 0];
const offsets = [...places, ...places.slice(0, -1).map((z) => -z)];

/** Nodes nearer than this, in standard deviations of the sharpest arm, add cost and no accuracy. */
const spacing = 0.15;

/**
 * Nodes of all arms in ascending order: wherever one of them changes fast, nodes are close. Arms that are much alike
 * bring much the same nodes, of which few are kept.
 */
function nodesOf(arms: readonly Beta[]): Float64Array {
  const places = new Float64Array(arms.length * offsets.length);
  let sharpest = Infinity;
  let k = 0;
  for (const { a, b } of arms) {
    const centre = Math.log(a / b);
    const width = Math.sqrt(1 / a + 1 / b);
    sharpest = Math.min(sharpest, width);
    for (const z of offsets) places[k++] = centre + z * width;
  }
  places.sort();
  let kept = 0;
  for (let i = 0; i < places.length; i++) {
    const place = places[i] ?? 0;
    const ends = i === 0 || i === places.length - 1;
    if (ends || place - (places[kept - 1] ?? 0) >= spacing * sharpest) places[kept++] = place;
  }
  return places.subarray(0, kept).map((place) => 1 / (1 + Math.exp(-place)));
}

/** Distribution functions of the arms at the nodes, arm after arm; 0 before the first node and 1 at the last. */
function table(arms: readonly Beta[], nodes: Float64Array): Float64Array {
  const n = nodes.length;
  const values = new Float64Array(arms.length * n);
  const roots = nodes.map(Math.cbrt);
  const coroots = nodes.map((x) => Math.cbrt(1 - x));
  arms.forEach((arm, i) => {
    const cdf = cdfOfRoots(arm);
    for (let k = 1; k < n - 1; k++) values[i * n + k] = cdf(roots[k] ?? 0, coroots[k] ?? 0);
    values[i * n + n - 1] = 1;
  });
  return values;
}

/** For each arm, the product of the other arms' values at node k, into `products`. */
function othersAt(values: Float64Array, n: number, k: number, products: Float64Array): void {
  const count = products.length;
  let before = 1;
  for (let i = 0; i < count; i++) {
    products[i] = before;
    before *= values[i * n + k] ?? 0;
  }
  let after = 1;
  for (let i = count - 1; i >= 0; i--) {
    products[i] = (products[i] ?? 0) * after;
    after *= values[i * n + k] ?? 0;
  }
}

/**
 * P(i best) = ∫ Π_{j≠i} F_j dF_i and E[max − θ_i] = ∫ (F_i − Π F_j) dx, by the trapezium rule over the arms' joint
 * nodes; for two arms the probabilities sum to one exactly, for more the remainder (below .005) is scaled away.
 * @param arms posteriors of independent rates, at least one
 */
export function best(arms: readonly Beta[]): Best {
  const count = arms.length;
  if (count === 1) return { p_best: [1], expected_loss: [0] };
  const nodes = nodesOf(arms);
  const n = nodes.length;
  const values = table(arms, nodes);
  const p_best = new Float64Array(count);
  const expected_loss = new Float64Array(count);
  let before = new Float64Array(count);
  let after = new Float64Array(count);
  othersAt(values, n, 0, before);
  for (let k = 1; k < n; k++) {
    othersAt(values, n, k, after);
    const half_width = ((nodes[k] ?? 0) - (nodes[k - 1] ?? 0)) / 2;
    for (let i = 0; i < count; i++) {
      const own = values[i * n + k] ?? 0;
      const own_before = values[i * n + k - 1] ?? 0;
      const rest = after[i] ?? 0;
      const rest_before = before[i] ?? 0;
      p_best[i] = (p_best[i] ?? 0) + ((own - own_before) * (rest + rest_before)) / 2;
      expected_loss[i] = (expected_loss[i] ?? 0) + (own * (1 - rest) + own_before * (1 - rest_before)) * half_width;
    }
    [before, after] = [after, before];
  }
  const total = p_best.reduce((sum, p) => sum + p, 0);
  return { p_best: Array.from(p_best, (p) => p / total), expected_loss: Array.from(expected_loss) };
}

/**
 * Probability that top-two sampling plays each arm (Russo, arXiv 1602.08448): with probability β the best of a draw,
 * else drawn again until another is best. In closed form, β p_j + (1 − β) Σ_{i≠j} p_i p_j / (1 − p_i).
 */
export function topTwo(p_best: readonly number[], beta = 0.5): readonly number[] {
  const certain = p_best.findIndex((p) => p > 1 - 1e-12);
  if (certain >= 0) {
    // Nothing is left to redraw by: the challengers share its half evenly.
    const rest = (1 - beta) / Math.max(p_best.length - 1, 1);
    return p_best.map((_, i) => (i === certain ? (p_best.length === 1 ? 1 : beta) : rest));
  }
  const odds = p_best.map((p) => p / (1 - p));
  const sum = odds.reduce((total, o) => total + o, 0);
  return p_best.map((p, j) => beta * p + (1 - beta) * p * (sum - (odds[j] ?? 0)));
}
