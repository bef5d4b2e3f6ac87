import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomial, generator, normal } from '../../numeric.ts';
import { hasColumn, weighedValues } from './columns.ts';
import { contrastOf, type Arm, type Working } from './contrast.ts';
import { effectOf, formulaOf, valueEffects, weightsOf, type Formula } from './effects.ts';
import { inverted } from './matrix.ts';
import { posterior, type PriorEffect, type Shrinkage } from './posterior.ts';
import { noSums, triangle, withContrast, withoutContrast, type Sums } from './sums.ts';

const working: Working = { arm_sd: 0.2, slope_sd: 0.03, least_clicks: 5 };
const shrinkage: Shrinkage = { effect_sd: 0.05, dispersion_freedom: 20 };
const arm = (impressions: number, clicks: number, ...values: readonly string[]): Arm => ({
  impressions,
  clicks,
  values,
});

function summed(experiments: readonly (readonly Arm[])[], scatter = working): Sums {
  return experiments.reduce((sums: Sums, arms) => {
    const contrast = contrastOf(arms, scatter);
    return contrast === null ? sums : withContrast(sums, contrast);
  }, noSums);
}

const formulaFrom = (sums: Sums, prior?: ReadonlyMap<string, PriorEffect>): Formula =>
  formulaOf(sums, posterior(sums, shrinkage, prior));

describe('a matrix', () => {
  it('is inverted as by hand, with its determinant', () => {
    const { inverse, log_det } = inverted([
      [4, 2],
      [2, 3],
    ]);
    expect(log_det).toBeCloseTo(Math.log(8), 12);
    expect([...(inverse[0] ?? []), ...(inverse[1] ?? [])].map((one) => one * 8)).toEqual([
      expect.closeTo(3, 12),
      expect.closeTo(-2, 12),
      expect.closeTo(-2, 12),
      expect.closeTo(4, 12),
    ]);
  });

  it('that is not positive definite is refused', () => {
    expect(() =>
      inverted([
        [1, 2],
        [2, 1],
      ]),
    ).toThrow('not positive definite');
  });
});

describe('what the formula weighs', () => {
  it('is what is known, each thing once, what is lacking without a column of its own', () => {
    const read = weighedValues([
      { trait: 'hook', value: 'question' },
      { trait: 'hook_family', value: 'question' },
      { trait: 'question', value: 'yes' },
      { trait: 'number', value: 'no' },
      { trait: 'emotion', value: 'unknown' },
      { trait: 'people', value: 'unknown' },
      { trait: 'words', value: '6_to_9' },
    ]);
    expect(read).toEqual(['hook=question', 'number=no', 'emotion=none', 'words=6_to_9']);
    expect(read.filter(hasColumn)).toEqual(['hook=question', 'words=6_to_9']);
    // Without copy nothing was read in it.
    expect(weighedValues([{ trait: 'emotion', value: 'unknown' }])).toEqual([]);
  });
});

describe('an experiment', () => {
  // Mean rate 250/10,000: each arm expects 125 clicks, so V = 1/125 + .04 = .048 on the diagonal and, with x = ±½ and
  // slope variance .0009, ±.000225 everywhere. Two arms: M = ½ (1,−1)(1,−1)'/(v₁₁ − v₁₂) = (1,−1)(1,−1)'/.0969.
  const two = [arm(5_000, 150, 'number=yes'), arm(5_000, 100, 'number=no')];
  const lift = Math.log(150.5 / 100.5);

  it('of two ads says the log of their rates’ ratio, weighed by hand', () => {
    const contrast = contrastOf(two, working);
    expect(contrast?.columns).toEqual(['number=yes']);
    expect(contrast?.matrix[0]).toBeCloseTo(1 / 0.0969, 9);
    expect(contrast?.vector[0]).toBeCloseTo(lift / 0.0969, 9);
    expect(contrast?.square).toBeCloseTo(lift ** 2 / 0.0969, 9);
    expect(contrast).toMatchObject({ freedom: 1, impressions: 10_000 });
  });

  it('says the same when all its ads do better by the same factor, but for what chance does', () => {
    const quiet = two.map((one) => ({ ...one, impressions: one.impressions * 1_000, clicks: one.clicks * 1_000 }));
    const doubled = quiet.map((one) => ({ ...one, clicks: one.clicks * 2 }));
    const [a, b] = [quiet, doubled].map((arms) => contrastOf(arms, working));
    expect((b?.vector[0] ?? 0) / (a?.vector[0] ?? 1)).toBeCloseTo(1, 3);
  });

  it('says nothing of a trait that all ads share, or that only one is known for', () => {
    const arms = [
      arm(5_000, 150, 'number=yes', 'format=video', 'people=face'),
      arm(5_000, 90, 'number=yes', 'format=image'),
      arm(5_000, 100, 'number=yes', 'format=image'),
    ];
    expect(contrastOf(arms, working)?.columns).toEqual(['format=image', 'format=video']);
  });

  it('of one ad, or of ads that were hardly shown, says nothing', () => {
    expect(contrastOf([arm(5_000, 150, 'number=yes')], working)).toBeNull();
    expect(contrastOf([arm(500, 2, 'number=yes'), arm(500, 3, 'number=no')], working)).toBeNull();
    expect(contrastOf([arm(5_000, 0, 'number=yes'), arm(5_000, 0, 'number=no')], working)).toBeNull();
  });
});

describe('sums', () => {
  it('forget an experiment that is taken out, whatever came before and after it', () => {
    const any = fc.array(
      fc.record({
        impressions: fc.integer({ min: 1_000, max: 90_000 }),
        clicks: fc.integer({ min: 10, max: 900 }),
        values: fc.subarray(['number=yes', 'hook=question', 'hook=curiosity', 'words=6_to_9', 'words=10_to_13']),
      }),
      { minLength: 2, maxLength: 6 },
    );
    fc.assert(
      fc.property(any, any, any, (first, gone, last) => {
        const out = contrastOf(gone, working);
        const all = summed([first, gone, last]);
        const rest = out === null ? all : withoutContrast(all, out);
        const never = summed([first, last]);
        expect(rest.all_experiments).toBe(never.all_experiments);
        for (const [i, name] of rest.columns.entries()) {
          const j = never.columns.indexOf(name);
          expect(rest.experiments[i]).toBe(j < 0 ? 0 : never.experiments[j]);
          expect(rest.vector[i]).toBeCloseTo(j < 0 ? 0 : (never.vector[j] ?? 0), 6);
          expect(rest.matrix[triangle(i, i)]).toBeCloseTo(j < 0 ? 0 : (never.matrix[triangle(j, j)] ?? 0), 6);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Twenty experiments of two ads, one with a number and one without, the first a quarter better. */
const twenty = Array.from({ length: 20 }, () => [arm(5_000, 125, 'number=yes'), arm(5_000, 100, 'number=no')]);

describe('effects', () => {
  it('of one trait are those of the normal model with known variance, each width weighed by its likelihood', () => {
    const sums = summed(twenty);
    const y = Math.log(125.5 / 100.5);
    // Each arm expects 112.5 clicks: half the variance of a difference, as in the experiment worked by hand above.
    const v = 2 * (1 / 112.5 + 0.04) + 0.0009;
    const dispersion = (20 + (20 * y ** 2) / v) / 40;
    const data = 20 / (v * dispersion);
    const widths = [0.25, 0.5, 1, 2, 4].map((factor, i) => {
      const tau = (0.05 * factor) ** 2;
      const mean = (data * y) / (data + 1 / tau);
      // Marginally the mean of the data is normal around 0 with both variances.
      const likelihood = Math.exp(-(y ** 2) / (2 * (tau + 1 / data))) / Math.sqrt(tau + 1 / data);
      return { mean, variance: 1 / (data + 1 / tau), weight: likelihood * ([1, 2, 3, 2, 1][i] ?? 0) };
    });
    const total = widths.reduce((sum, { weight }) => sum + weight, 0);
    const mean = widths.reduce((sum, one) => sum + (one.weight / total) * one.mean, 0);
    const square = widths.reduce((sum, one) => sum + (one.weight / total) * (one.variance + one.mean ** 2), 0);
    const formula = formulaFrom(sums);
    expect(formula.posterior.dispersion).toBeCloseTo(dispersion, 9);
    const [told] = valueEffects(formula);
    expect(told).toMatchObject({ trait: 'number', value: 'yes', experiments: 20, impressions: 200_000 });
    expect(told?.effect).toBeCloseTo(mean, 9);
    expect(told?.high).toBeCloseTo(mean + 1.959964 * Math.sqrt(square - mean ** 2), 6);
  });

  it('lie between nothing and what the data say, and nearer to the data with more of them', () => {
    const [few, many] = [twenty.slice(0, 3), [...twenty, ...twenty, ...twenty]].map((arms) =>
      valueEffects(formulaFrom(summed(arms))).at(0),
    );
    const y = Math.log(125.5 / 100.5);
    expect(few?.effect).toBeGreaterThan(0);
    expect(many?.effect).toBeGreaterThan(few?.effect ?? 1);
    expect(many?.effect).toBeLessThan(y);
    expect(few?.raw_effect).toBeCloseTo(y, 9);
    expect(many?.raw_effect).toBeCloseTo(y, 9);
  });

  it('start from what a niche says, and move from it by the data', () => {
    const prior = new Map([['number=yes', { effect: -0.3, sd: 0.01 }]]);
    const [own, niche] = [undefined, prior].map((given) =>
      valueEffects(formulaFrom(summed(twenty.slice(0, 2)), given)).at(0),
    );
    expect(niche?.effect).toBeLessThan(0);
    expect(niche?.effect).toBeGreaterThan(-0.3);
    expect(own?.effect).toBeGreaterThan(0);
  });

  it('of a trait with one value an ad are against the mean, so that they cancel over the account', () => {
    const arms = (better: number): readonly Arm[] => [
      arm(9_000, better, 'words=6_to_9'),
      arm(9_000, 180, 'words=10_to_13'),
      arm(9_000, 180, 'words=10_to_13'),
    ];
    const formula = formulaFrom(summed(Array.from({ length: 10 }, () => arms(240))));
    const effects = valueEffects(formula);
    const shares = effects.map(({ trait, value }) => formula.share.get(`${trait}=${value}`) ?? 0);
    expect(shares).toEqual([2 / 3, 1 / 3]);
    expect(effects.reduce((sum, { effect }, i) => sum + effect * (shares[i] ?? 0), 0)).toBeCloseTo(0, 12);
    expect(effects.map(({ effect }) => Math.sign(effect))).toEqual([-1, 1]);
  });

  it('of values that no experiment told apart are unknown', () => {
    const formula = formulaFrom(summed(twenty));
    expect(weightsOf(formula, 'hook=question')).toBeNull();
    expect(valueEffects(formula)).toHaveLength(1);
  });
});

describe('in simulated worlds', () => {
  const names = ['number=yes', 'negation=yes', 'quote=yes', 'exclamation=yes', 'hook=question', 'hook=curiosity'];

  /** Experiments of 2 to 6 ads with any of six traits; ads scatter beside their traits, effects between experiments. */
  function world(seed: number, effects: readonly number[], scatter: { arm: number; slope: number }): Sums {
    const random = generator(seed);
    const experiments = Array.from({ length: 40 }, () => {
      const slopes = effects.map((effect) => effect + scatter.slope * normal(random));
      const mean = Math.log(0.015) + 0.4 * normal(random);
      return Array.from({ length: 2 + Math.floor(random() * 5) }, () => {
        const has = names.map(() => random() < 0.4);
        const log_rate = has.reduce((sum, one, i) => sum + (one ? (slopes[i] ?? 0) : 0), mean);
        const impressions = 2_000 + Math.floor(random() * 6_000);
        const clicks = binomial(impressions, Math.exp(log_rate + scatter.arm * normal(random)), random);
        // Every ad is known to have or to lack each trait.
        const lacks = names.map((name) => (name.startsWith('hook') ? 'hook=belief' : name.replace('=yes', '=no')));
        return arm(impressions, clicks, ...names.flatMap((name, i) => (has[i] === true ? [name] : [lacks[i] ?? ''])));
      });
    });
    return summed(experiments);
  }

  const truths = (seed: number, sd: number): readonly number[] => {
    const random = generator(seed);
    return names.map(() => sd * normal(random));
  };

  it.each([
    ['as expected', { arm: 0.2, slope: 0.03 }, 0.05],
    ['with more scatter between ads, and between experiments', { arm: 0.35, slope: 0.1 }, 0.05],
    ['with hardly any scatter', { arm: 0.05, slope: 0 }, 0.05],
    ['with effects that are larger than expected', { arm: 0.2, slope: 0.03 }, 0.15],
  ])('%s, intervals hold the truth about as often as they say', (_, scatter, sd) => {
    let held = 0;
    const worlds = 60;
    for (let seed = 1; seed <= worlds; seed++) {
      const truth = truths(seed, sd);
      const formula = formulaFrom(world(1_000 + seed, truth, scatter));
      for (const [i, name] of names.entries()) {
        const { low, high } = effectOf(formula, weightsOf(formula, name) ?? new Map());
        if (low <= (truth[i] ?? 0) && (truth[i] ?? 0) <= high) held++;
      }
    }
    expect(held / (worlds * names.length)).toBeGreaterThan(0.92);
  });

  it('traits that do nothing are hardly ever said to do something', () => {
    let claimed = 0;
    const worlds = 100;
    for (let seed = 1; seed <= worlds; seed++) {
      const formula = formulaFrom(
        world(
          5_000 + seed,
          names.map(() => 0),
          { arm: 0.25, slope: 0.05 },
        ),
      );
      claimed += valueEffects(formula).filter(({ low, high }) => low > 0 || high < 0).length;
    }
    expect(claimed / (worlds * (names.length + 1))).toBeLessThan(0.03);
  });
});
