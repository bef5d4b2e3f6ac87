/** Figures of many accounts, with intervals over them: an account is one unit, whatever it holds. */
import { generator, studentQuantile } from '../../../learning/numeric.ts';

export interface Figure {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Accounts. */
  readonly n: number;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean over accounts with its 95 % interval by Student's t. Accounts without a value (NaN) are left out. */
export function meanFigure(values: readonly number[]): Figure {
  const known = values.filter((value) => !Number.isNaN(value));
  const n = known.length;
  const value = mean(known);
  if (n < 2) return { value, low: value, high: value, n };
  const variance = known.reduce((sum, one) => sum + (one - value) ** 2, 0) / (n - 1);
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { value, low: value - half, high: value + half, n };
}

/** Mean losses of one account by stretch of time; NaN where it has none. */
export type Curve = readonly number[];

/** Never rising curve that is nearest to these values, each with its weight (pool adjacent violators). */
export function falling(values: readonly number[], weights: readonly number[]): readonly number[] {
  const pools: { sum: number; weight: number; length: number }[] = [];
  values.forEach((value, i) => {
    const weight = weights[i] ?? 1;
    let pool = { sum: value * weight, weight, length: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.weight >= pool.sum / pool.weight) break;
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, length: last.length + pool.length };
    }
    pools.push(pool);
  });
  return pools.flatMap(({ sum, weight, length }) => new Array<number>(length).fill(sum / weight));
}

/**
 * Where a falling curve first is at `level`, in stretches from its start (the middle of stretch i is at i + ½), straight
 * between middles. 0 where it begins below, the whole length where it never gets there.
 */
export function reached(curve: readonly number[], level: number): number {
  const first = curve.findIndex((value) => value <= level);
  if (first === -1) return curve.length;
  if (first === 0) return 0;
  const [before, after] = [curve[first - 1] ?? level, curve[first] ?? level];
  return first - 0.5 + (before - level) / (before - after);
}

/** Mean over accounts, stretch by stretch, of what is known. */
const meanCurve = (curves: readonly Curve[]): readonly number[] =>
  (curves[0] ?? []).map((_, i) => mean(curves.map((curve) => curve[i] ?? NaN).filter((value) => !Number.isNaN(value))));

/** Share of a history, its end, whose loss is to be equalled. */
const last_share = 1 / 3;

/** Stretches that the whole program needs until it loses no more than the lesser one does in the last third of its history. */
export function stretchesToEqual(whole: readonly Curve[], lesser: readonly Curve[]): number {
  const fitted = meanCurve(whole);
  const goal = meanCurve(lesser);
  const level = mean(goal.slice(-Math.max(1, Math.round(goal.length * last_share))));
  return reached(falling(fitted, new Array<number>(fitted.length).fill(1)), level);
}

const resamples = 1_000;

/** `of` of the accounts, with its 95 % interval by a bootstrap over accounts, which are drawn with all their programs. */
export function bootstrapped(accounts: number, seed: number, of: (drawn: readonly number[]) => number): Figure {
  const random = generator(seed);
  const all = Array.from({ length: accounts }, (_, i) => i);
  const draws = Array.from({ length: resamples }, () => of(all.map(() => Math.floor(random() * accounts))));
  draws.sort((a, b) => a - b);
  const at = (share: number): number => draws[Math.round(share * (resamples - 1))] ?? NaN;
  return { value: of(all), low: at(0.025), high: at(0.975), n: accounts };
}
