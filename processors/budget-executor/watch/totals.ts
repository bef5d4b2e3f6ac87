/**
 * Totals of an account by hour and by day (UTC), as rows of numbers: they are written at each commit, and records with
 * named fields cost three times as much there.
 */
/** Numbers of a row: its time, then its two totals. */
const width = 3;

/** Rows of `[time, total, total]`, in the order in which their times were seen first. */
export type Totals = readonly number[];

/** With so much more in the row of `time`. */
export function withMore(totals: Totals, time: number, first: number, second: number): Totals {
  // Mostly it is the newest.
  for (let at = totals.length - width; at >= 0; at -= width) {
    if (totals[at] !== time) continue;
    const more = [...totals];
    more[at + 1] = (more[at + 1] ?? 0) + first;
    more[at + 2] = (more[at + 2] ?? 0) + second;
    return more;
  }
  return [...totals, time, first, second];
}

/** Only rows from `time` on; the same object where there are no others. */
export function since(totals: Totals, time: number): Totals {
  const kept: number[] = [];
  for (let at = 0; at < totals.length; at += width)
    if ((totals[at] ?? 0) >= time) kept.push(...totals.slice(at, at + width));
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
