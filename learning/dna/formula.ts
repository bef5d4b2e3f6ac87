/**
 * What goes with a better click rate, trait by trait, from contrasts inside experiments: audience, time and offer are
 * the same for the arms of a test, so they cancel. The log click rate of arm i of experiment e is αₑ + xᵢ·β + noise; αₑ
 * is taken out by centring inside the experiment, β ~ N(0, σ²) shrinks what little data say to nothing, and each of a
 * few σ counts by how likely it makes the data. Traits that come together share what they explain. An
 * association, never a cause: who writes one hook also writes other words.
 */
import { cholesky, inverseDiagonal, logDeterminant, solve } from '../cholesky.ts';
import { normalQuantile } from '../numeric.ts';

export interface Arm {
  readonly impressions: number;
  readonly clicks: number;
  /** `trait=value` of its creative, each once. */
  readonly traits: readonly string[];
}

/** The arms of one experiment. */
export type Contest = readonly Arm[];

export interface FormulaRule {
  /** Standard deviation of log click rates between creatives that have the same traits. */
  readonly residual_sd: number;
  /** Standard deviations of effects that are tried. */
  readonly effect_sds: readonly number[];
}

export interface Effect {
  readonly trait: string;
  /** On the log of the click rate, shrunken. */
  readonly effect: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Weighted mean contrast of this value alone, not shrunken. */
  readonly raw_effect: number;
  /** Experiments whose arms differ in it, and their impressions. */
  readonly experiments: number;
  readonly impressions: number;
}

export interface Formula {
  readonly effects: readonly Effect[];
  readonly experiments: number;
  readonly arms: number;
  /** Standard deviation of effects, the mean of those that were tried. */
  readonly effect_sd: number;
}

const z95 = normalQuantile(0.975);
/** Added to clicks, so that none has a logarithm. */
const half_click = 0.5;

/** The formula of all contests; traits that never differed inside one are not in it. */
export function formulaOf(contests: readonly Contest[], rule: FormulaRule): Formula {
  const sums = contrastSums(
    contests.filter((contest) => contest.length > 1),
    rule,
  );
  const { names } = sums;
  const size = names.length;
  const arms = contests.reduce((total, contest) => total + contest.length, 0);
  if (size === 0) return { effects: [], experiments: contests.length, arms, effect_sd: rule.effect_sds[0] ?? 0 };
  const { mean, variance, effect_sd } = averaged(
    rule.effect_sds.map((sd) => fitted(sums, sd)),
    size,
  );
  const effects = names.map((trait, j): Effect => {
    const effect = mean[j] ?? 0;
    const half = z95 * Math.sqrt(variance[j] ?? 0);
    return {
      trait,
      effect,
      low: effect - half,
      high: effect + half,
      raw_effect: (sums.vector[j] ?? 0) / (sums.matrix[j * size + j] ?? 0),
      experiments: sums.experiments[j] ?? 0,
      impressions: sums.impressions[j] ?? 0,
    };
  });
  return { effects, experiments: contests.length, arms, effect_sd };
}

/** All fits, each by how likely it makes the data: one alone would be surer than anybody can be. */
function averaged(
  fits: readonly Fit[],
  size: number,
): { readonly mean: Float64Array; readonly variance: Float64Array; readonly effect_sd: number } {
  const most = Math.max(...fits.map(({ log_evidence }) => log_evidence));
  const likely = fits.map(({ log_evidence }) => Math.exp(log_evidence - most));
  const total = likely.reduce((sum, w) => sum + w, 0);
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  let effect_sd = 0;
  fits.forEach((fit, f) => {
    const w = (likely[f] ?? 0) / total;
    effect_sd += w * fit.effect_sd;
    const own = inverseDiagonal(fit.factor, size);
    for (let j = 0; j < size; j++) {
      const at = fit.mean[j] ?? 0;
      mean[j] = (mean[j] ?? 0) + w * at;
      variance[j] = (variance[j] ?? 0) + w * ((own[j] ?? 0) + at * at);
    }
  });
  for (let j = 0; j < size; j++) variance[j] = Math.max(0, (variance[j] ?? 0) - (mean[j] ?? 0) ** 2);
  return { mean, variance, effect_sd };
}

interface ContrastSums {
  readonly names: readonly string[];
  /** Σ w (x − x̄)(x − x̄)ᵀ and Σ w (x − x̄)(y − ȳ), centred inside each experiment. */
  readonly matrix: Float64Array;
  readonly vector: Float64Array;
  readonly experiments: readonly number[];
  readonly impressions: readonly number[];
}

function contrastSums(contests: readonly Contest[], { residual_sd }: FormulaRule): ContrastSums {
  const names = [...new Set(contests.flatMap(differing))].sort();
  const index = new Map(names.map((name, j) => [name, j]));
  const size = names.length;
  const matrix = new Float64Array(size * size);
  const vector = new Float64Array(size);
  const experiments = new Array<number>(size).fill(0);
  const impressions = new Array<number>(size).fill(0);
  for (const contest of contests) {
    const columns = differing(contest).map((name) => index.get(name) ?? 0);
    if (columns.length === 0) continue;
    const shown = contest.reduce((sum, arm) => sum + arm.impressions, 0);
    for (const j of columns) {
      experiments[j] = (experiments[j] ?? 0) + 1;
      impressions[j] = (impressions[j] ?? 0) + shown;
    }
    addContest(
      contest,
      columns.map((j) => names[j] ?? ''),
      columns,
      residual_sd,
      { matrix, vector, size },
    );
  }
  return { names, matrix, vector, experiments, impressions };
}

/** Values that some arms have and others have not. */
function differing(contest: Contest): readonly string[] {
  const counts = new Map<string, number>();
  for (const { traits } of contest) for (const trait of traits) counts.set(trait, (counts.get(trait) ?? 0) + 1);
  return [...counts].filter(([, count]) => count < contest.length).map(([trait]) => trait);
}

function addContest(
  contest: Contest,
  names: readonly string[],
  columns: readonly number[],
  residual_sd: number,
  { matrix, vector, size }: { readonly matrix: Float64Array; readonly vector: Float64Array; readonly size: number },
): void {
  const weights = contest.map(({ clicks }) => 1 / (1 / (clicks + half_click) + residual_sd ** 2));
  const logs = contest.map(({ clicks, impressions }) =>
    Math.log((clicks + half_click) / (impressions + 2 * half_click)),
  );
  const has = contest.map(({ traits }) => names.map((name) => (traits.includes(name) ? 1 : 0)));
  const weight = weights.reduce((sum, w) => sum + w, 0);
  const meanOf = (value: (arm: number) => number): number =>
    weights.reduce((sum, w, i) => sum + w * value(i), 0) / weight;
  const mean_log = meanOf((i) => logs[i] ?? 0);
  const means = names.map((_, a) => meanOf((i) => has[i]?.[a] ?? 0));
  weights.forEach((w, i) => {
    const x = means.map((mean, a) => (has[i]?.[a] ?? 0) - mean);
    columns.forEach((j, a) => {
      const wx = w * (x[a] ?? 0);
      vector[j] = (vector[j] ?? 0) + wx * ((logs[i] ?? 0) - mean_log);
      columns.forEach((k, b) => (matrix[j * size + k] = (matrix[j * size + k] ?? 0) + wx * (x[b] ?? 0)));
    });
  });
}

interface Fit {
  readonly effect_sd: number;
  readonly factor: Float64Array;
  readonly mean: Float64Array;
  readonly log_evidence: number;
}

/** Posterior under effects of one standard deviation σ: log evidence ½ bᵀ(A + I/σ²)⁻¹b − ½ log |I + σ²A|. */
function fitted({ names, matrix, vector }: ContrastSums, effect_sd: number): Fit {
  const size = names.length;
  const precision = 1 / (effect_sd * effect_sd);
  const full = matrix.slice();
  for (let j = 0; j < size; j++) full[j * size + j] = (full[j * size + j] ?? 0) + precision;
  const factor = cholesky(full, size);
  const mean = solve(factor, vector, size);
  const explained = vector.reduce((sum, b, j) => sum + b * (mean[j] ?? 0), 0);
  const log_evidence = 0.5 * (explained - logDeterminant(factor, size) + size * Math.log(precision));
  return { effect_sd, factor, mean, log_evidence };
}
