/**
 * Beta calibration (M. Kull, T. Silva Filho, P. Flach, AISTATS 2017): logit q = c + a ln p − b ln(1 − p), a and b not
 * negative, so that a higher prediction stays higher. Fitted by weighted log loss, drawn to the identity (a, b, c) =
 * (1, 1, 0) by a normal prior: few outcomes change nothing.
 */

export interface Calibration {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

export const identity: Calibration = { a: 1, b: 1, c: 0 };

export interface Matured {
  /** Predicted rate, in (0, 1). */
  readonly rate: number;
  readonly impressions: number;
  readonly clicks: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const floor = 1e-9;
const inside = (p: number): number => Math.min(1 - floor, Math.max(floor, p));

/** The calibrated rate. */
export function calibrated({ a, b, c }: Calibration, rate: number): number {
  const p = inside(rate);
  return sigmoid(c + a * Math.log(p) - b * Math.log1p(-p));
}

const iterations = 25;
const enough = 1e-10;

/**
 * The calibration of these outcomes.
 * @param shape of the scatter of true rates around predictions: an ad's n impressions weigh n / (1 + n·p/shape)
 * @param prior_sd standard deviation of each parameter around the identity
 */
export function fitted(outcomes: readonly Matured[], shape: number, prior_sd: number): Calibration {
  const precision = 1 / (prior_sd * prior_sd);
  let point: Vector = [1, 1, 0];
  for (let i = 0; i < iterations; i++) {
    const step = solved(normalEquations(outcomes, shape, precision, point));
    point = [Math.max(0, point[0] + step[0]), Math.max(0, point[1] + step[1]), point[2] + step[2]];
    if (Math.abs(step[0]) + Math.abs(step[1]) + Math.abs(step[2]) < enough) break;
  }
  const [a, b, c] = point;
  return { a, b, c };
}

type Vector = readonly [number, number, number];
/** Gradient, and the upper triangle of the information matrix: aa, ab, ac, bb, bc, cc. */
interface Equations {
  readonly gradient: Vector;
  readonly information: readonly [number, number, number, number, number, number];
}

function normalEquations(outcomes: readonly Matured[], shape: number, precision: number, at: Vector): Equations {
  let [ga, gb, gc] = [(1 - at[0]) * precision, (1 - at[1]) * precision, -at[2] * precision];
  let [aa, ab, ac, bb, bc, cc] = [precision, 0, 0, precision, 0, precision];
  for (const { rate, impressions, clicks } of outcomes) {
    if (impressions <= 0) continue;
    const p = inside(rate);
    const [x, y] = [Math.log(p), -Math.log1p(-p)];
    const q = inside(sigmoid(at[2] + at[0] * x + at[1] * y));
    const weight = impressions / (1 + (impressions * p) / shape);
    const residual = weight * (clicks / impressions - q);
    const w = weight * q * (1 - q);
    [ga, gb, gc] = [ga + residual * x, gb + residual * y, gc + residual];
    [aa, ab, ac] = [aa + w * x * x, ab + w * x * y, ac + w * x];
    [bb, bc, cc] = [bb + w * y * y, bc + w * y, cc + w];
  }
  return { gradient: [ga, gb, gc], information: [aa, ab, ac, bb, bc, cc] };
}

/** Cramer's rule; the prior keeps the matrix positive definite. */
function solved({ gradient: [x, y, z], information: [aa, ab, ac, bb, bc, cc] }: Equations): Vector {
  const [m0, m1, m2] = [bb * cc - bc * bc, ac * bc - ab * cc, ab * bc - ac * bb];
  const determinant = aa * m0 + ab * m1 + ac * m2;
  return [
    (m0 * x + m1 * y + m2 * z) / determinant,
    (m1 * x + (aa * cc - ac * ac) * y + (ab * ac - aa * bc) * z) / determinant,
    (m2 * x + (ab * ac - aa * bc) * y + (aa * bb - ab * ab) * z) / determinant,
  ];
}
