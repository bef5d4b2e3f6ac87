/** Simulated accounts whose traits have known effects, and how often the formula's intervals hold them. */
import type { Arm } from '../../learning/dna/formula/contrast.ts';
import { contrastOf } from '../../learning/dna/formula/contrast.ts';
import { effectOf, formulaOf, weightsOf } from '../../learning/dna/formula/effects.ts';
import { posterior } from '../../learning/dna/formula/posterior.ts';
import { noSums, withContrast } from '../../learning/dna/formula/sums.ts';
import { binomial, clopperPearson, generator, normal, type Random } from '../../learning/numeric.ts';
import type { DnaPolicy } from '../../policy/dna.ts';
import type { Measure } from '../measures.ts';

export interface World {
  readonly name: string;
  readonly experiments: number;
  /** Scatter of ads beside their traits, and of effects between experiments: standard deviations of the log rate. */
  readonly arm_sd: number;
  readonly slope_sd: number;
  /** Scatter of effects; half of the traits have none at all. */
  readonly effect_sd: number;
}

export const worlds: readonly World[] = [
  { name: 'as the policy expects', experiments: 60, arm_sd: 0.2, slope_sd: 0.03, effect_sd: 0.1 },
  { name: 'few experiments', experiments: 8, arm_sd: 0.2, slope_sd: 0.03, effect_sd: 0.1 },
  { name: 'much scatter', experiments: 60, arm_sd: 0.4, slope_sd: 0.12, effect_sd: 0.1 },
  { name: 'hardly any scatter', experiments: 60, arm_sd: 0.03, slope_sd: 0, effect_sd: 0.1 },
  { name: 'large effects', experiments: 60, arm_sd: 0.2, slope_sd: 0.03, effect_sd: 0.3 },
];

/** Hooks come alone or together; ads with none have none of them. */
const hooks = ['question', 'curiosity', 'storytelling', 'authority', 'how_to', 'contrast'];
const lengths = ['6_to_9', '10_to_13', '14_to_17', '18_or_more'];
const marks = ['number', 'negation', 'quote', 'exclamation'];
/** An effect above which one would like to know of it: a tenth more or fewer clicks. */
const worth_knowing = 0.1;

type Truth = ReadonlyMap<string, number>;

function truthOf({ effect_sd }: World, random: Random): Truth {
  const names = [
    ...hooks.map((one) => `hook=${one}`),
    ...lengths.map((one) => `words=${one}`),
    ...marks.map((one) => `${one}=yes`),
  ];
  return new Map(names.map((name, i) => [name, i % 2 === 0 ? 0 : effect_sd * normal(random)]));
}

/** Traits come together: who asks a question likes numbers too. */
function creative(random: Random): readonly string[] {
  const style = random() < 0.5;
  const own = hooks.filter((_, i) => random() < (style === (i % 2 === 0) ? 0.4 : 0.15));
  return [
    ...(own.length === 0 ? ['hook=none'] : own.map((one) => `hook=${one}`)),
    `words=${lengths[Math.floor(random() * lengths.length)] ?? ''}`,
    ...marks.map((one, i) => `${one}=${random() < (style === (i % 2 === 0) ? 0.35 : 0.1) ? 'yes' : 'no'}`),
  ];
}

function experiment({ arm_sd, slope_sd }: World, truth: Truth, random: Random): readonly Arm[] {
  const slopes = new Map([...truth].map(([name, effect]) => [name, effect + slope_sd * normal(random)]));
  const mean = Math.log(0.015) + 0.4 * normal(random);
  return Array.from({ length: 2 + Math.floor(random() * 5) }, () => {
    const values = creative(random);
    const log_rate = values.reduce((sum, name) => sum + (slopes.get(name) ?? 0), mean + arm_sd * normal(random));
    const impressions = 1_500 + Math.floor(random() * 6_000);
    return { impressions, clicks: binomial(impressions, Math.min(0.5, Math.exp(log_rate)), random), values };
  });
}

interface Tally {
  held: number;
  told: number;
  nulls: number;
  claimed: number;
  large: number;
  found: number;
}

/** Simulates one account and counts how the formula did. */
function simulate(world: World, policy: DnaPolicy, random: Random, tally: Tally): void {
  const truth = truthOf(world, random);
  let sums = noSums;
  for (let i = 0; i < world.experiments; i++) {
    const contrast = contrastOf(experiment(world, truth, random), policy);
    if (contrast !== null) sums = withContrast(sums, contrast);
  }
  const formula = formulaOf(sums, posterior(sums, policy));
  for (const [name, effect] of truth) {
    const weights = weightsOf(formula, name);
    if (weights === null) continue;
    // What an effect is compared with is part of what it says: the same weights on the truth.
    const real = [...weights].reduce(
      (sum, [place, weight]) => sum + weight * (truth.get(formula.posterior.columns[place] ?? '') ?? 0),
      0,
    );
    const { low, high } = effectOf(formula, weights);
    const claims = low > 0 || high < 0;
    tally.told++;
    if (low <= real && real <= high) tally.held++;
    if (effect === 0 && !name.startsWith('words')) {
      tally.nulls++;
      if (claims) tally.claimed++;
    }
    if (Math.abs(real) < worth_knowing) continue;
    tally.large++;
    if (claims && Math.sign(low + high) === Math.sign(real)) tally.found++;
  }
}

/** Coverage, false claims and power in a world. @param runs simulated accounts */
export function worldMeasures(world: World, policy: DnaPolicy, runs: number, seed: number): readonly Measure[] {
  const random = generator(seed);
  const tally: Tally = { held: 0, told: 0, nulls: 0, claimed: 0, large: 0, found: 0 };
  for (let run = 0; run < runs; run++) simulate(world, policy, random, tally);
  const labels = { world: world.name, experiments: String(world.experiments) };
  const share = (name: string, hits: number, n: number, unit: string): Measure => ({
    name,
    labels,
    value: n === 0 ? 0 : hits / n,
    unit,
    ...clopperPearson(hits, n),
    n,
  });
  return [
    share('coverage', tally.held, tally.told, 'share of effects inside their 95 % interval'),
    share('false_claims', tally.claimed, tally.nulls, 'share of traits without effect said to have one'),
    share('power', tally.found, tally.large, 'share of effects above 10 % that are told, with the right sign'),
  ];
}
