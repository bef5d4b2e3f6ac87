/** A release: every business moves to where it now is, what they come to is added up with noise and told. */
import { hasColumn, splitName, valueName } from '../../../learning/dna/formula/columns.ts';
import { specOf, trait_names } from '../../../learning/dna/taxonomy.ts';
import { count_name, effectName, meanPoint, rate_name, square_name } from '../../../learning/niche/point.ts';
import { businessesNeeded, releaseOf, type Release } from '../../../learning/niche/release.ts';
import { correlatedNoise, moved, type Point } from '../../../learning/privacy/continual.ts';
import type { Policy } from '../../../policy/policy.ts';
import { drawsOf } from './noise.ts';
import type { BusinessPart, NicheState, Pattern, StoredPoint } from './state.ts';

/** Values that effects are added up of, `trait=value`. */
export const columns: readonly string[] = trait_names
  .flatMap((trait) => [...specOf(trait).values, 'other'].map((value) => valueName(trait, value)))
  .filter(hasColumn);

/** All that is added up. */
export const names: readonly string[] = [count_name, rate_name, square_name, ...columns.map(effectName)];

export const pointFrom = (stored: StoredPoint): Point => new Map(Object.entries(stored));

/** A business where it is counted in this release: the mean of its accounts, as far as its path lasts. */
export function counted(business: BusinessPart): BusinessPart {
  const said = business.accounts.flatMap((account) => (account.said === null ? [] : [pointFrom(account.said)]));
  if (said.length === 0) return { ...business, counted: {} };
  const { point, path } = moved({ point: pointFrom(business.counted), path: business.path }, meanPoint(said));
  return { ...business, counted: Object.fromEntries(point), path };
}

/** Sums are released in steps of this size: what is below tells of rounding in the addition, not of the niche. */
const grid = 2 ** -10;

/** Which noise is added: a standard normal number for each release (from 0) of the sum of a name. */
export type Draws = (name: string) => (release: number) => number;

/** Sums of these names over businesses, with the noise of release `t`, from 0. */
export function noisySums(
  businesses: readonly StoredPoint[],
  given: {
    readonly t: number;
    readonly names: readonly string[];
    readonly draws: Draws;
    readonly rules: Pick<Policy['niche'], 'noise_multiplier'>;
  },
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const point of businesses)
    for (const [name, value] of Object.entries(point)) sums.set(name, (sums.get(name) ?? 0) + value);
  return new Map(
    given.names.map((name) => {
      const noise = correlatedNoise(given.t, given.rules.noise_multiplier, given.draws(name));
      return [name, Math.round(((sums.get(name) ?? 0) + noise) / grid) * grid];
    }),
  );
}

export interface Due {
  readonly niche: string;
  readonly noise_key: string;
  readonly at_ms: number;
  readonly policy: Policy;
}

/** What the niche's members are told now. */
export function patternOf(
  { releases: t }: NicheState,
  businesses: readonly BusinessPart[],
  { niche, noise_key, at_ms, policy }: Due,
): Pattern {
  const rules = policy.niche;
  const points = businesses.map((one) => one.counted).filter((point) => Object.keys(point).length > 0);
  const enough = points.length >= rules.min_businesses;
  const draws: Draws = (name) => drawsOf(noise_key, niche, name);
  const sums = noisySums(points, { t, names, draws, rules });
  const release = enough ? releaseOf(sums, columns, { t, rules }) : null;
  return {
    niche,
    release: t + 1,
    needed: businessesNeeded(t, rules),
    at_ms,
    policy_version: policy.version,
    ...(release === null ? nothing : something(release)),
  };
}

type Told = Pick<Pattern, 'status' | 'businesses' | 'traits' | 'mean_rate' | 'mean_rate_log_sd' | 'accounts_log_sd'>;

const nothing: Told = {
  status: 'too_few_businesses',
  businesses: 0,
  traits: [],
  mean_rate: null,
  mean_rate_log_sd: null,
  accounts_log_sd: null,
};

const something = ({ businesses, log_rate, log_rate_sd, accounts_log_sd, traits }: Release): Told => ({
  status: 'released',
  businesses: Math.round(businesses),
  traits: traits.flatMap(({ name, effect, low, high, released }) => {
    const split = splitName(name);
    return split === null ? [] : [{ ...split, effect, low, high, status: released ? 'released' : 'too_few_accounts' }];
  }),
  mean_rate: Math.exp(log_rate),
  mean_rate_log_sd: log_rate_sd,
  accounts_log_sd,
});
