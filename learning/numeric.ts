/** Special functions (jStat's), and seeded randomness for simulations and draws. */
import library from 'jstat';

const { jStat } = library;

/** Natural logarithm of the gamma function. */
export const lgamma = (x: number): number => jStat.gammaln(x);
/** Standard normal distribution function. */
export const normalCdf = (x: number): number => jStat.normal.cdf(x, 0, 1);
/** Standard normal quantile of `p` in (0, 1). */
export const normalQuantile = (p: number): number => jStat.normal.inv(p, 0, 1);
/** Distribution function of Student's t with `df` degrees of freedom. */
export const studentCdf = (x: number, df: number): number => jStat.studentt.cdf(x, df);
/** Quantile of Student's t at `p` in (0, 1). */
export const studentQuantile = (p: number, df: number): number => jStat.studentt.inv(p, df);

/** Distribution function of Beta(a, b), the regularised incomplete beta function. */
export const betaCdf = (x: number, a: number, b: number): number => jStat.beta.cdf(x, a, b);
/** Quantile of Beta(a, b) at `p` in (0, 1). */
export const betaQuantile = (p: number, a: number, b: number): number => jStat.beta.inv(p, a, b);

/** Quantile of the chi-squared distribution. */
export const chiSquareQuantile = (p: number, df: number): number => jStat.chisquare.inv(p, df);

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Clopper–Pearson interval of a share: `successes` of `trials`, both ends at `alpha` / 2. */
export function clopperPearson(successes: number, trials: number, alpha = 0.05): Interval {
  if (trials <= 0) return { low: 0, high: 1 };
  return {
    low: successes === 0 ? 0 : jStat.beta.inv(alpha / 2, successes, trials - successes + 1),
    high: successes === trials ? 1 : jStat.beta.inv(1 - alpha / 2, successes + 1, trials - successes),
  };
}

/** Uniform on [0, 1). */
export type Random = () => number;

/** 32-bit FNV-1a over UTF-16 code units: turns what something is into a seed. */
export function hash32(text: string, start = 0x811c9dc5): number {
  let h = start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** sfc32 (C. Doty-Humphrey, PractRand), warmed up: period at least 2^32, passes PractRand; the same for the same seed. */
export function generator(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A standard normal draw (Marsaglia's polar method; the second of each pair is not kept, so draws stay one to one). */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1;
    const v = 2 * random() - 1;
    const s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** Mean above which a Poisson or binomial count is drawn from the normal curve, rounded; the error is below 1 % of sd. */
const normal_from = 60;

/** A Poisson count of the given mean. */
export function poisson(mean: number, random: Random): number {
  if (mean <= 0) return 0;
  if (mean > normal_from) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let k = 0;
  for (let product = random(); product > limit; product *= random()) k++;
  return k;
}

/** A binomial count: successes in `n` trials of probability `p`. */
export function binomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1 - p, random);
  const mean = n * p;
  if (mean > normal_from) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - p)) * normal(random));
    return Math.min(n, Math.max(0, drawn));
  }
  // Jumps from success to success: waiting times are geometric.
  const log_q = Math.log1p(-p);
  let successes = -1;
  for (let at = 0; at <= n; successes++) at += Math.floor(Math.log(1 - random()) / log_q) + 1;
  return successes;
}
