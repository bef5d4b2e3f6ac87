/**
 * What one experiment says of traits: how the log click rates of its arms differ, against how the arms differ. Only
 * differences inside the experiment enter, so that audience, season and placement cancel as far as the arms share them.
 */
import { inverse } from './matrix.ts';
import { hasColumn, splitName } from './columns.ts';

/** One ad in an experiment. */
export interface Arm {
  readonly impressions: number;
  readonly clicks: number;
  /** Its known values, `trait=value`. */
  readonly values: readonly string[];
}

/** What the scatter of arms is taken to be before it is measured; how well it fits, the dispersion says later. */
export interface Working {
  /** Standard deviation of arms' log rates around what their traits say, beside chance. */
  readonly arm_sd: number;
  /** Standard deviation of a trait's effect between experiments. */
  readonly slope_sd: number;
  /** Clicks that an arm must expect at the experiment's mean rate: fewer say little, and their log says it askew. */
  readonly least_clicks: number;
}

/** Sums of generalised least squares of one experiment; `columns` in the order of `vector` and of the matrix. */
export interface Contrast {
  /** Values that some arms have and others lack. */
  readonly columns: readonly string[];
  /** X'MX, rows of the lower triangle one after the other. */
  readonly matrix: readonly number[];
  /** X'My. */
  readonly vector: readonly number[];
  /** y'My: about `freedom` where the working scatter is right and traits do nothing. */
  readonly square: number;
  /** Arms less one. */
  readonly freedom: number;
  readonly impressions: number;
  /** How many arms have each value, those values too that all have. */
  readonly arms: ReadonlyMap<string, number>;
}

/**
 * GLS with a free mean per experiment: y = log((c + ½)/n), V = diag(1/(n r) + arm_sd²) + slope_sd² XX', r the
 * experiment's click rate, M = V⁻¹ − V⁻¹11'V⁻¹/(1'V⁻¹1). Variances are those expected at r, not at the arm's own
 * clicks, since an arm that was lucky would else count for more. Where an arm's value of a trait is unknown, it takes
 * the mean of the arms that know theirs, so that it says nothing of the trait.
 * @returns null where fewer than two arms are known well enough
 */
export function contrastOf(all: readonly Arm[], working: Working): Contrast | null {
  const known = all.filter(({ impressions, values }) => impressions > 0 && values.length > 0);
  const rate = sum(known.map(({ clicks }) => clicks)) / sum(known.map(({ impressions }) => impressions));
  const arms = known.filter(({ impressions }) => impressions * rate >= working.least_clicks && rate > 0);
  if (arms.length < 2) return null;
  const { columns, design } = designOf(arms);
  const y = arms.map(({ impressions, clicks }) => Math.log((clicks + 0.5) / impressions));
  const m = projected(scatter(arms, design, rate, working));
  const mx = m.map((row) => columns.map((_, j) => sum(row.map((weight, i) => weight * (design[i]?.[j] ?? 0)))));
  const my = m.map((row) => dot(row, y));
  return {
    columns,
    matrix: columns.flatMap((_, j) =>
      columns.slice(0, j + 1).map((__, k) => sum(design.map((row, i) => (row[j] ?? 0) * (mx[i]?.[k] ?? 0)))),
    ),
    vector: columns.map((_, j) => sum(design.map((row, i) => (row[j] ?? 0) * (my[i] ?? 0)))),
    square: dot(y, my),
    freedom: arms.length - 1,
    impressions: sum(arms.map(({ impressions }) => impressions)),
    arms: countsOf(arms),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((one, i) => one * (b[i] ?? 0)));

function countsOf(arms: readonly Arm[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { values } of arms)
    for (const name of values) if (hasColumn(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The columns that tell arms apart, in order of their names, centred; a row an arm. */
function designOf(arms: readonly Arm[]): { readonly columns: readonly string[]; readonly design: readonly number[][] } {
  const traits = arms.map(({ values }) => new Set(values.map((name) => splitName(name)?.trait)));
  const has = arms.map(({ values }) => new Set(values));
  const names = [...new Set(arms.flatMap(({ values }) => values.filter(hasColumn)))].sort();
  const found = names.flatMap((name) => {
    const trait = splitName(name)?.trait;
    const knows = arms.map((_, i) => traits[i]?.has(trait) === true);
    const value = arms.map((_, i) => (has[i]?.has(name) === true ? 1 : 0));
    const mean = sum(value) / knows.filter(Boolean).length;
    const centred = value.map((one, i) => (knows[i] === true ? one - mean : 0));
    return centred.some((one) => one !== 0) ? [{ name, centred }] : [];
  });
  return {
    columns: found.map(({ name }) => name),
    design: arms.map((_, i) => found.map(({ centred }) => centred[i] ?? 0)),
  };
}

/** V, as rows. */
const scatter = (
  arms: readonly Arm[],
  design: readonly (readonly number[])[],
  rate: number,
  { arm_sd, slope_sd }: Working,
): readonly number[][] =>
  arms.map(({ impressions }, i) =>
    arms.map(
      (_, j) =>
        (i === j ? 1 / (impressions * rate) + arm_sd ** 2 : 0) + slope_sd ** 2 * dot(design[i] ?? [], design[j] ?? []),
    ),
  );

/** M of V: weights from which the mean of the experiment is taken out. */
function projected(v: readonly (readonly number[])[]): readonly number[][] {
  const weights = inverse(v);
  const rows = weights.map(sum);
  const total = sum(rows);
  return weights.map((row, i) => row.map((one, j) => one - ((rows[i] ?? 0) * (rows[j] ?? 0)) / total));
}
