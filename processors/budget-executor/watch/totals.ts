/**
 * Totals of an account by hour and by day (UTC), as rows of numbers: they are written at each commit, and records with
 * named fields cost three times as much there.
 */

/** Numbers of a row: its time, then its two totals. */
const width = 3;

/** Rows of `[time, total, total]`, in the order in which their times were seen first. */
export type Totals = readonly number[];

/** Only rows from `time` on; the same object where there are no others. */
export function since(totals: Totals, time: number): Totals {
  const kept = totals.filter((_, i) => (totals[i - (i % width)] ?? 0) >= time);
  return kept.length === totals.length ? totals : kept;
}

/** Both totals of the rows from one time to before another. */
export function sums(totals: Totals, from: number, to = Number.POSITIVE_INFINITY): readonly [number, number] {
  let [first, second] = [0, 0];
  for (let at = 0; at < totals.length; at += width) {
    const time = totals[at] ?? 0;
    if (time < from || time >= to) continue;
    first += totals[at + 1] ?? 0;
    second += totals[at + 2] ?? 0;
  }
  // Totals move by differences, and what was corrected may be of rows that are forgotten.
  return [Math.max(0, first), Math.max(0, second)];
}
