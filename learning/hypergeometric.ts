/** Draws without replacement: how many of a kind are among some taken from a pool. Exact, also in the tails. */
import type { Random } from './numeric.ts';

/** Logarithms of factorials are looked up below this. */
const tabled = 65_536;
let table: Float64Array | undefined;

function logFactorials(): Float64Array {
  const sums = new Float64Array(tabled);
  for (let n = 2; n < tabled; n++) sums[n] = (sums[n - 1] ?? 0) + Math.log(n);
  return sums;
}

/** log n!; above the table by Stirling's series, whose error there is below 1e-15. */
export function logFactorial(n: number): number {
  if (n < tabled) return (table ??= logFactorials())[n] ?? 0;
  return (n + 0.5) * Math.log(n) - n + 0.918_938_533_204_672_8 + 1 / (12 * n) - 1 / (360 * n ** 3);
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * How many of `marked` are among `draws` taken without replacement from `pool`: a hypergeometric count, by inversion
 * from the mode outwards (about as many steps as the standard deviation).
 * All are whole numbers, `marked` and `draws` at most `pool`.
 */
export function hypergeometric(pool: number, marked: number, draws: number, random: Random): number {
  const least = Math.max(0, draws + marked - pool);
  const most = Math.min(draws, marked);
  if (least === most) return least;
  const mode = Math.min(most, Math.max(least, Math.floor(((draws + 1) * (marked + 1)) / (pool + 2))));
  const unmarked = pool - marked;
  const atMode = Math.exp(logChoose(marked, mode) + logChoose(unmarked, draws - mode) - logChoose(pool, draws));
  let left = random() - atMode;
  let up = mode;
  let down = mode;
  let p_up = atMode;
  let p_down = atMode;
  while (left > 0 && (up < most || down > least)) {
    if (up < most) {
      p_up *= ((marked - up) * (draws - up)) / ((up + 1) * (unmarked - draws + up + 1));
      up++;
      left -= p_up;
      if (left <= 0) return up;
    }
    if (down > least) {
      p_down *= (down * (unmarked - draws + down)) / ((marked - down + 1) * (draws - down + 1));
      down--;
      left -= p_down;
      if (left <= 0) return down;
    }
  }
  return mode;
}
