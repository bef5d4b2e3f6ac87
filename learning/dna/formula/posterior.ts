/**
 * Effects of all traits together, given what experiments said: normal regression with a normal prior around a niche's
 * effects or around nothing (ridge), its width learned from the data.
 */
import { inverted } from './matrix.ts';
import { triangle, type Sums } from './sums.ts';

export interface Shrinkage {
  /** Standard deviation of effects that is expected before the data; what the data say of it decides. */
  readonly effect_sd: number;
  /** Degrees of freedom that the working scatter's fit is believed with before the data. */
  readonly dispersion_freedom: number;
}

/** What is known of a value's effect from elsewhere: mean and standard deviation, on the log of the click rate. */
export interface PriorEffect {
  readonly effect: number;
  readonly sd: number;
}

export interface Posterior {
  /** Columns with contrasts, in the order of `mean` and `covariance`. */
  readonly columns: readonly string[];
  readonly mean: readonly number[];
  readonly covariance: readonly ArrayLike<number>[];
  /** Under the widest prior that was weighed, from which what the data alone say is got back. */
  readonly widest: {
    readonly mean: readonly number[];
    readonly covariance: readonly ArrayLike<number>[];
    readonly prior_mean: readonly number[];
    readonly prior_variance: readonly number[];
  };
  /** How many times the scatter of arms is what the working model says, as a variance. */
  readonly dispersion: number;
  /** Standard deviation of effects around their prior, as the data have it. */
  readonly effect_sd: number;
}

/** Widths of the prior that are weighed against each other: factors on the expected one, and their weight beforehand. */
const widths = [
  { factor: 0.25, weight: 1 / 9 },
  { factor: 0.5, weight: 2 / 9 },
  { factor: 1, weight: 3 / 9 },
  { factor: 2, weight: 2 / 9 },
  { factor: 4, weight: 1 / 9 },
];

/** A dispersion below which data would seem to say more than counting allows. */
const least_dispersion = 0.5;

/** How many times the scatter of arms is what the working model says, as a variance; 1 before there are data. */
export const dispersionOf = (
  { square, freedom }: Pick<Sums, 'square' | 'freedom'>,
  { dispersion_freedom }: Pick<Shrinkage, 'dispersion_freedom'>,
): number => Math.max(least_dispersion, (dispersion_freedom + Math.max(0, square)) / (dispersion_freedom + freedom));

/**
 * Dispersion φ = (ν + Σy'My)/(ν + Σfreedom): what traits explain is left in, so that intervals are rather too wide. For
 * each width σ of the prior: precision A/φ + diag(1/(σ² + s²)), A = ΣX'MX, s the prior's own uncertainty; widths are
 * averaged by marginal likelihood, −½ log|I + (A/φ)D| + ½ b'Cb. O(columns³).
 * @param prior by `trait=value`; what it does not name is expected to do nothing
 */
export function posterior(
  sums: Sums,
  { effect_sd, dispersion_freedom }: Shrinkage,
  prior: ReadonlyMap<string, PriorEffect> = new Map(),
): Posterior {
  const places = [...sums.columns.keys()].filter((i) => (sums.experiments[i] ?? 0) > 0);
  const columns = places.map((i) => sums.columns[i] ?? '');
  const prior_mean = columns.map((name) => prior.get(name)?.effect ?? 0);
  const noise = columns.map((name) => (prior.get(name)?.sd ?? 0) ** 2);
  const dispersion = dispersionOf(sums, { dispersion_freedom });
  const a = places.map((i) =>
    Float64Array.from(places, (j) => (sums.matrix[triangle(Math.max(i, j), Math.min(i, j))] ?? 0) / dispersion),
  );
  const b = places.map(
    (i, k) => (sums.vector[i] ?? 0) / dispersion - prior_mean.reduce((sum, one, j) => sum + one * (a[k]?.[j] ?? 0), 0),
  );
  const solved = widths.map(({ factor, weight }) => {
    const sd = factor * effect_sd;
    const variance = noise.map((one) => one + sd ** 2);
    return { sd, variance, log_weight: Math.log(weight), ...given(a, b, variance) };
  });
  return averaged(solved, { columns, prior_mean, dispersion });
}

interface Solved {
  readonly sd: number;
  readonly variance: readonly number[];
  readonly log_weight: number;
  readonly shift: readonly number[];
  readonly inverse: readonly Float64Array[];
  readonly log_likelihood: number;
}

/** Posterior of what is added to the prior's mean, for one width of it. */
function given(
  a: readonly Float64Array[],
  b: readonly number[],
  variance: readonly number[],
): Pick<Solved, 'shift' | 'inverse' | 'log_likelihood'> {
  const precision = a.map((row, i) => row.map((one, j) => (i === j ? one + 1 / (variance[i] ?? 1) : one)));
  const { inverse, log_det } = inverted(precision);
  const shift = inverse.map((row) => row.reduce((sum, one, j) => sum + one * (b[j] ?? 0), 0));
  const fit = shift.reduce((sum, one, i) => sum + one * (b[i] ?? 0), 0);
  const log_prior = variance.reduce((sum, one) => sum + Math.log(one), 0);
  return { shift, inverse, log_likelihood: (fit - log_det - log_prior) / 2 };
}

/** Mean and covariance over widths: within each, and between them. */
function averaged(
  solved: readonly Solved[],
  {
    columns,
    prior_mean,
    dispersion,
  }: Pick<Posterior, 'columns' | 'dispersion'> & { readonly prior_mean: readonly number[] },
): Posterior {
  const top = Math.max(...solved.map(({ log_weight, log_likelihood }) => log_weight + log_likelihood));
  const raw = solved.map(({ log_weight, log_likelihood }) => Math.exp(log_weight + log_likelihood - top));
  const total = raw.reduce((sum, one) => sum + one, 0);
  const weighed = solved.map((one, i) => ({ ...one, weight: (raw[i] ?? 0) / total }));
  const over = (of: (one: (typeof weighed)[number]) => number): number =>
    weighed.reduce((sum, one) => sum + one.weight * of(one), 0);
  const shift = columns.map((_, i) => over((one) => one.shift[i] ?? 0));
  const covariance = columns.map((_, i) =>
    Float64Array.from(columns, (__, j) =>
      over(
        (one) =>
          (one.inverse[i]?.[j] ?? 0) +
          ((one.shift[i] ?? 0) - (shift[i] ?? 0)) * ((one.shift[j] ?? 0) - (shift[j] ?? 0)),
      ),
    ),
  );
  const moved = (by: readonly number[]): readonly number[] => by.map((one, i) => one + (prior_mean[i] ?? 0));
  const widest = solved.at(-1);
  return {
    columns,
    mean: moved(shift),
    covariance,
    widest: {
      mean: moved(widest?.shift ?? shift),
      covariance: widest?.inverse ?? covariance,
      prior_mean,
      prior_variance: widest?.variance ?? [],
    },
    dispersion,
    effect_sd: Math.sqrt(over(({ sd }) => sd ** 2)),
  };
}
