/** Beta posteriors of click rates: enough of the distribution for allocation, fast. */
/** Beta(a, b) over a rate in [0, 1]; a counts successes, b failures, prior included. Both > 0. */
export interface Beta {
  readonly a: number;
  readonly b: number;
}

export const betaMean = ({ a, b }: Beta): number => a / (a + b);

/** Beta of the given mean (in (0, 1)) and squared coefficient of variation: its moments solved for a and b. */
export function betaOf(mean: number, cv2: number): Beta {
  const worth = Math.max((1 - mean) / (mean * cv2) - 1, 2);
  return { a: mean * worth, b: (1 - mean) * worth };
}

/** Posterior after `clicks` of `exposure` trials; sums that rounding left below zero count as zero. */
export function updated(prior: Beta, exposure: number, clicks: number): Beta {
  const successes = Math.max(clicks, 0);
  return { a: prior.a + successes, b: prior.b + Math.max(exposure - successes, 0) };
}

/** Standard normal distribution function to 7.5e-8 (Abramowitz and Stegun 26.2.17), for x of at least 0. */
function upperNormal(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - 0.3989422804014327 * Math.exp((-x * x) / 2) * tail;
}

const normal_end = 6;
const steps_per_unit = 256;
/** From 0 to 6, and one beyond so that the last step has an end. */
const normals = Float64Array.from({ length: normal_end * steps_per_unit + 2 }, (_, i) =>
  upperNormal(i / steps_per_unit),
);

/** The same between entries of a table, to 5e-7: finer than what it is used on, and without an exponential. */
function normalCdf(x: number): number {
  const place = Math.abs(x) * steps_per_unit;
  if (!(place < normal_end * steps_per_unit)) return x > 0 ? 1 : 0;
  const i = Math.trunc(place);
  const low = normals[i] ?? 0;
  const upper = low + (place - i) * ((normals[i + 1] ?? 0) - low);
  return x >= 0 ? upper : 1 - upper;
}

/**
 * A Beta's distribution function by Paulson's cube-root normal approximation of F (Abramowitz and Stegun 26.5.22):
 * within .002 of the incomplete beta from four successes on, at a tenth of its cost.
 * Returns a function of the cube roots of x and 1 - x, so that arms evaluated at the same x share them.
 */
export function cdfOfRoots({ a, b }: Beta): (root: number, coroot: number) => number {
  const b_root = Math.cbrt(b);
  const a_root = Math.cbrt(a);
  const by = 1 - 1 / (9 * b);
  const ay = 1 - 1 / (9 * a);
  return (root, coroot) => {
    const u = b_root * root;
    const v = a_root * coroot;
    return normalCdf((3 * (u * by - v * ay)) / Math.sqrt((u * u) / b + (v * v) / a));
  };
}

/** Distribution function of a mixture of Betas at x in [0, 1]. */
export function mixtureCdf(betas: readonly Beta[], weights: readonly number[]): (x: number) => number {
  const cdfs = betas.map((beta, i) => ((weights[i] ?? 0) === 0 ? () => 0 : cdfOfRoots(beta)));
  return (x) => {
    const root = Math.cbrt(x);
    const coroot = Math.cbrt(1 - x);
    let sum = 0;
    for (let i = 0; i < cdfs.length; i++) sum += (weights[i] ?? 0) * (cdfs[i]?.(root, coroot) ?? 0);
    return sum;
  };
}

/** A rate from its log odds. */
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Log odds of a probability. */
const logit = (p: number): number => Math.log(p / (1 - p));

/** A normal distribution's log odds over its deviate, near enough to begin with: a logistic one of the same spread. */
const logit_per_deviate = 1.702;
/** How far from there the answer is looked for first, in standard deviations. */
const first_reach = 0.6;
/** Within this of the log odds of p the answer is taken: less than 1e-5 of the rate where it is known at all. */
const near = 5e-6;
const most_steps = 60;
/** How far an end is moved that is on the wrong side, in log odds; twice as far each further time, up to the last. */
const first_step = 0.5;
const least_log_odds = -700;
const most_log_odds = 30;

/** Ends in log odds between which the distribution function passes p, most probably. */
function firstEnds(betas: readonly Beta[], weights: readonly number[], p: number): [low: number, high: number] {
  const deviate = logit(p) / logit_per_deviate;
  let low = Infinity;
  let high = -Infinity;
  betas.forEach(({ a, b }, i) => {
    if ((weights[i] ?? 0) === 0) return;
    const centre = Math.log(a / b);
    const width = Math.sqrt(1 / a + 1 / b);
    low = Math.min(low, centre + (deviate - first_reach) * width);
    high = Math.max(high, centre + (deviate + first_reach) * width);
  });
  return [low, high];
}

/**
 * Where an increasing function crosses zero, from two ends that may have to be moved apart first: false position, with
 * the end that stays halved (Illinois; Dowell and Jarratt, BIT 11, 1971).
 */
function crossing(of: (x: number) => number, [from, to]: readonly [from: number, to: number]): number {
  let low = { x: from, y: of(from) };
  let high = { x: to, y: of(to) };
  for (let step = first_step; low.y > 0 && low.x > least_log_odds; step *= 2) {
    high = low;
    low = { x: low.x - step, y: of(low.x - step) };
  }
  for (let step = first_step; high.y < 0 && high.x < most_log_odds; step *= 2) {
    low = high;
    high = { x: high.x + step, y: of(high.x + step) };
  }
  let last = 0;
  for (let n = 0; n < most_steps && high.x - low.x > 2 * near; n++) {
    const x = (low.x * high.y - high.x * low.y) / (high.y - low.y);
    const y = of(x);
    if (Math.abs(y) < near) return x;
    // An end that stays for a second time would stay for long: it is made to count less.
    if (y < 0) {
      high.y /= last < 0 ? 2 : 1;
      low = { x, y };
    } else {
      low.y /= last > 0 ? 2 : 1;
      high = { x, y };
    }
    last = y;
  }
  return (low.x + high.x) / 2;
}

/**
 * The interval that a mixture of Betas is in with so much probability, as much of the rest below as above it; its ends
 * to a relative 1e-5. In log odds of rate and of probability a Beta is nearly a straight line, which few steps follow.
 */
export function credibleInterval(
  betas: readonly Beta[],
  weights: readonly number[],
  probability: number,
): { readonly low: number; readonly high: number } {
  const cdf = mixtureCdf(betas, weights);
  const rateAt = (p: number): number => {
    const wanted = logit(p);
    const off = (x: number): number => logit(Math.min(Math.max(cdf(logistic(x)), 1e-12), 1 - 1e-12)) - wanted;
    return logistic(crossing(off, firstEnds(betas, weights, p)));
  };
  const beside = (1 - probability) / 2;
  return { low: rateAt(beside), high: rateAt(1 - beside) };
}
