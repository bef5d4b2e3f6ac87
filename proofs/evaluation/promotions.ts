/**
 * `evaluate promotions`: how often the interval of what promotions do holds the truth, how often promotions that do
 * nothing are said to do something, and what a look at promoted winners alone would have said; how far the best
 * single promotion is from what it truly did, as it looks and as it is told.
 */
import { clopperPearson, generator } from '../../learning/numeric.ts';
import { differenceOf, mean } from '../../learning/promotion/difference.ts';
import { singleEffects } from '../../learning/promotion/shrink.ts';
import { defaultPromotionPolicy } from '../../policy/promotion.ts';
import type { Measure } from '../measures.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';
import { accountOf, type Account, type World } from './promotions-world.ts';

const all_runs = 2_000;
const quick_runs = 60;
const least_coverage = 0.95;
const most_false = 0.05;

const usual = {
  holdout_share: defaultPromotionPolicy.holdout_share,
  effect_sd: 0.1,
  results_per_day: 40,
  applied_share: 0.9,
};
const worlds: readonly (readonly [string, World])[] = [30, 60, 200].flatMap((winners) =>
  [0, 0.15].map((effect) => [effect === 0 ? 'no effect' : '+16 %', { ...usual, winners, effect }] as const),
);
const others: readonly (readonly [string, World])[] = [
  ['few results', { ...usual, winners: 60, effect: 0, results_per_day: 3 }],
  ['effects alike', { ...usual, winners: 60, effect: 0.15, effect_sd: 0 }],
  ['half applied', { ...usual, winners: 60, effect: 0.15, applied_share: 0.5 }],
];

interface Tally {
  readonly told: number;
  readonly too_early: number;
  readonly covered: number;
  readonly claimed: number;
  readonly naive_claimed: number;
  readonly naive_covered: number;
  readonly widths: readonly number[];
  /** Of the promotion that looks best: as it looks, as it is told, and what it did; its interval holds that. */
  readonly best: readonly {
    readonly raw: number;
    readonly told: number;
    readonly truth: number;
    readonly held: boolean;
  }[];
}

/** A before-and-after t-interval of promoted winners alone, as it would be looked at without a holdout. */
function naive(account: Account): { readonly low: number; readonly high: number } {
  const changes = account.drawn.filter(({ dose }) => dose > 0).map(({ change }) => change);
  const centre = mean(changes);
  const sd = Math.sqrt(changes.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (changes.length - 1));
  const half = (1.96 * sd) / Math.sqrt(changes.length);
  return { low: centre - half, high: centre + half };
}

function bestOf(account: Account, all: { effect: number; low: number; high: number }): Tally['best'][number] | null {
  const applied = account.drawn.flatMap(({ change, dose }, i) =>
    dose === 1 ? [{ change, truth: account.true_effects[i] ?? 0 }] : [],
  );
  const held_out = account.held_out.map(({ change }) => change);
  const singles = singleEffects(
    applied.map(({ change }) => change),
    held_out,
    all,
  );
  const top = applied.reduce((best, one, i) => (one.change > (applied[best]?.change ?? -Infinity) ? i : best), 0);
  const [one, single] = [applied[top], singles?.[top]];
  if (one === undefined || single === undefined) return null;
  const raw = one.change - mean(held_out);
  return { raw, told: single.effect, truth: one.truth, held: single.low <= one.truth && one.truth <= single.high };
}

const holds = ({ low, high }: { low: number; high: number }, value: number): boolean => low <= value && value <= high;

function tallyOf(world: World, runs: number, seed: number): Tally {
  const random = generator(seed);
  const tally = { told: 0, too_early: 0, covered: 0, claimed: 0, naive_claimed: 0, naive_covered: 0 };
  const widths: number[] = [];
  const best: Tally['best'][number][] = [];
  for (let run = 0; run < runs; run++) {
    const account = accountOf(world, random);
    const plain = naive(account);
    if (!holds(plain, 0)) tally.naive_claimed++;
    if (holds(plain, world.effect)) tally.naive_covered++;
    const enough =
      account.drawn.length >= defaultPromotionPolicy.min_promoted &&
      account.held_out.length >= defaultPromotionPolicy.min_held_out;
    const found = enough ? differenceOf(account.drawn, account.held_out) : null;
    if (found === null) {
      tally.too_early++;
      continue;
    }
    tally.told++;
    if (holds(found, world.effect)) tally.covered++;
    if (!holds(found, 0)) tally.claimed++;
    widths.push(found.high - found.low);
    const one = bestOf(account, found);
    if (one !== null) best.push(one);
  }
  return { ...tally, widths, best };
}

function share(name: string, labels: Measure['labels'], hits: number, of: number, target?: number): Measure {
  const { low, high } = clopperPearson(hits, of);
  return {
    name,
    labels,
    value: hits / of,
    unit: 'of accounts',
    low,
    high,
    n: of,
    ...(target === undefined ? {} : { target }),
  };
}

/** Of the promotion that looks best of an account. */
function bestMeasures(labels: Measure['labels'], { best }: Tally): readonly Measure[] {
  const n = best.length;
  if (n === 0) return [];
  const over = (rule: string, of: (one: Tally['best'][number]) => number): Measure => ({
    name: 'best_single',
    labels: { ...labels, rule },
    value: mean(best.map((one) => of(one) - one.truth)),
    unit: 'log over truth',
    n,
  });
  const held = best.filter((one) => one.held).length;
  return [
    over('as it looks', ({ raw }) => raw),
    over('shrunken', ({ told }) => told),
    share('best_single_coverage', labels, held, n, least_coverage),
  ];
}

function measuresOf(name: string, world: World, tally: Tally): readonly Measure[] {
  const runs = tally.told + tally.too_early;
  const labels = { world: name, winners: String(world.winners) };
  const of = (rule: string): Measure['labels'] => ({ ...labels, rule });
  const widths = [...tally.widths].sort((a, b) => a - b);
  return [
    share('coverage', of('held-out'), tally.covered, tally.told, least_coverage),
    share('coverage', of('before-after'), tally.naive_covered, runs),
    share('claims', of('held-out'), tally.claimed, tally.told, ...(world.effect === 0 ? [most_false] : [])),
    share('claims', of('before-after'), tally.naive_claimed, runs),
    share('too_early', labels, tally.too_early, runs),
    {
      name: 'interval_width',
      labels,
      value: widths[Math.floor(widths.length / 2)] ?? NaN,
      unit: 'log, median',
      n: tally.told,
    },
    ...bestMeasures(labels, tally),
  ];
}

export const promotions: Evaluation = {
  name: 'promotions',
  description: 'What promotions earn against winners held out: coverage, false claims, and the best of many',
  async run({ seed, quick, onProgress }: EvaluationOptions): Promise<readonly Measure[]> {
    const measures: Measure[] = [];
    for (const [i, [name, world]] of [...worlds, ...others].entries()) {
      onProgress?.(`promotions, ${name}, ${world.winners} winners`);
      measures.push(...measuresOf(name, world, tallyOf(world, quick ? quick_runs : all_runs, seed + i)));
      await Promise.resolve();
    }
    return measures;
  },
};
