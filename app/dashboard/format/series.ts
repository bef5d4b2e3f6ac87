/** Points over time as columns, which is what a chart draws. */
import type { SeriesPoint } from '../../operations/operations.ts';

export interface Line {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly number[];
}

/** Times in seconds, then one column per line; null where a point says nothing of a line. Times only rise. */
export type Columns = readonly [times_s: readonly number[], ...lines: (readonly (number | null)[])[]];

export function chartData(points: readonly SeriesPoint[], lines: readonly Line[]): Columns {
  const rising = [...points]
    .sort((a, b) => a.at_ms - b.at_ms)
    .filter(({ at_ms }, i, all) => all[i + 1]?.at_ms !== at_ms);
  return [
    rising.map(({ at_ms }) => at_ms / 1_000),
    ...lines.map(({ id }) =>
      rising.map((point) => {
        const value = point[id];
        return value === undefined || !Number.isFinite(value) ? null : value;
      }),
    ),
  ];
}

const last_step = 100;
const steps = [1, 2, 5, 10, 20, 25, 50, last_step];

/** Whole decades between two logarithms, at most about `most` of them, so that an axis names 1, 10, 100. */
export function decades(low: number, high: number, most = 6): readonly number[] {
  const step = steps.find((one) => (high - low) / one <= most) ?? last_step;
  const first = Math.ceil(low / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((high - first) / step) + 1) }, (_, i) => first + i * step);
}
