/** All that experiments have said of traits so far: sums, to which an experiment is added and from which it is taken. */
import type { Contrast } from './contrast.ts';

/** Plain data, so that it can be kept. Columns are only ever appended. */
export interface Sums {
  readonly columns: readonly string[];
  /** ΣX'MX, rows of the lower triangle one after the other. */
  readonly matrix: readonly number[];
  /** ΣX'My. */
  readonly vector: readonly number[];
  /** Σy'My and its degrees of freedom. */
  readonly square: number;
  readonly freedom: number;
  /** By column: arms that have the value, experiments whose arms differ in it, impressions of those. */
  readonly arms: readonly number[];
  readonly experiments: readonly number[];
  readonly impressions: readonly number[];
  /** Experiments, arms and impressions in all. */
  readonly all_experiments: number;
  readonly all_arms: number;
  readonly all_impressions: number;
}

export const noSums: Sums = {
  columns: [],
  matrix: [],
  vector: [],
  square: 0,
  freedom: 0,
  arms: [],
  experiments: [],
  impressions: [],
  all_experiments: 0,
  all_arms: 0,
  all_impressions: 0,
};

/** Where row `i` of a lower triangle has its column `j` ≤ `i`. */
export const triangle = (i: number, j: number): number => (i * (i + 1)) / 2 + j;

/** Puts an experiment in; one that was in before in another state is to be taken out first. O(columns²). */
export const withContrast = (sums: Sums, contrast: Contrast): Sums => combined(sums, contrast, 1);
/** Takes out what was put in. */
export const withoutContrast = (sums: Sums, contrast: Contrast): Sums => combined(sums, contrast, -1);

function combined(sums: Sums, contrast: Contrast, sign: 1 | -1): Sums {
  const known = new Set(sums.columns);
  const columns = [...sums.columns, ...[...contrast.arms.keys()].filter((name) => !known.has(name)).sort()];
  const place = new Map(columns.map((name, i) => [name, i]));
  const at = contrast.columns.map((name) => place.get(name) ?? 0);
  const matrix = extended(sums.matrix, (columns.length * (columns.length + 1)) / 2);
  const vector = extended(sums.vector, columns.length);
  const [arms, experiments, impressions] = [sums.arms, sums.experiments, sums.impressions].map((list) =>
    extended(list, columns.length),
  );
  const add = (list: number[] | undefined, i: number, value: number): void => {
    if (list !== undefined) list[i] = (list[i] ?? 0) + sign * value;
  };
  for (const [name, count] of contrast.arms) add(arms, place.get(name) ?? 0, count);
  for (const [j, row] of at.entries()) {
    add(vector, row, contrast.vector[j] ?? 0);
    add(experiments, row, 1);
    add(impressions, row, contrast.impressions);
    for (const [k, column] of at.slice(0, j + 1).entries())
      add(matrix, triangle(Math.max(row, column), Math.min(row, column)), contrast.matrix[triangle(j, k)] ?? 0);
  }
  return {
    columns,
    matrix,
    vector,
    square: sums.square + sign * contrast.square,
    freedom: sums.freedom + sign * contrast.freedom,
    arms: arms ?? [],
    experiments: experiments ?? [],
    impressions: impressions ?? [],
    all_experiments: sums.all_experiments + sign,
    all_arms: sums.all_arms + sign * (contrast.freedom + 1),
    all_impressions: sums.all_impressions + sign * contrast.impressions,
  };
}

const extended = (list: readonly number[], length: number): number[] => [
  ...list,
  ...new Array<number>(length - list.length).fill(0),
];
