import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, inverseDiagonal, logDeterminant, solve } from '../cholesky.ts';
import { generator, normal, poisson, type Random } from '../numeric.ts';
import { formulaOf, type Contest, type FormulaRule } from './formula.ts';

const rule: FormulaRule = { residual_sd: 0.2, effect_sds: [0.03, 0.06, 0.12, 0.25] };

describe('the factor of a matrix', () => {
  const a = [4, 2, 2, 3];

  it('solves, inverts and measures it', () => {
    const l = cholesky(a, 2);
    // L = [2, 0; 1, √2]; A⁻¹ = [3, −2; −2, 4] / 8
    expect([...l].map((x) => Number(x.toFixed(6)))).toEqual([2, 0, 1, 1.414214]);
    expect([...solve(l, [8, 7], 2)].map((x) => Number(x.toFixed(9)))).toEqual([1.25, 1.5]);
    expect([...inverseDiagonal(l, 2)].map((x) => Number(x.toFixed(9)))).toEqual([0.375, 0.5]);
    expect(logDeterminant(l, 2)).toBeCloseTo(Math.log(8), 12);
  });

  it('refuses one that is not positive definite', () => {
    expect(() => cholesky([1, 2, 2, 1], 2)).toThrow('not positive definite at row 1');
  });
});

describe('the formula', () => {
  it('of one contrast is its log ratio, shrunken by how sure it is', () => {
    const contest: Contest = [
      { impressions: 9_999, clicks: 199.5, traits: ['hook=question'] },
      { impressions: 9_999, clicks: 99.5, traits: [] },
    ];
    const one = { residual_sd: 0.1, effect_sds: [0.2] };
    const { effects } = formulaOf([contest], one);
    // Weights 1/(1/200 + .01) = 66.667 and 1/(1/100 + .01) = 50: A = 66.667 × 50 / 116.667 = 28.571 for ln 2;
    // shrunken by 28.571 / (28.571 + 25), standard deviation 1/√53.571.
    expect(effects).toHaveLength(1);
    expect(effects[0]?.raw_effect).toBeCloseTo(Math.LN2, 6);
    expect(effects[0]?.effect).toBeCloseTo((Math.LN2 * 28.5714) / 53.5714, 4);
    expect(effects[0]?.high).toBeCloseTo((Math.LN2 * 28.5714) / 53.5714 + 1.959964 / Math.sqrt(53.5714), 4);
    expect(effects[0]).toMatchObject({ trait: 'hook=question', experiments: 1, impressions: 19_998 });
  });

  it('says nothing of what all arms have, or none', () => {
    const arm = { impressions: 100, clicks: 5, traits: ['format=image'] };
    expect(formulaOf([[arm, arm]], rule).effects).toEqual([]);
    expect(formulaOf([[arm]], rule).effects).toEqual([]);
    expect(formulaOf([], rule)).toMatchObject({ effects: [], experiments: 0 });
  });

  it('does not change when a whole experiment is clicked more: audience and time cancel', () => {
    const contests = drawn(30, { 'hook=a': 0.3 }, generator(1));
    const louder = contests.map((contest, i) =>
      contest.map((arm) => (i % 2 === 0 ? arm : { ...arm, impressions: arm.impressions * 3 })),
    );
    const at = (list: readonly Contest[]): number =>
      formulaOf(list, rule).effects.find(({ trait }) => trait === 'hook=a')?.effect ?? 0;
    expect(at(louder)).toBeCloseTo(at(contests), 3);
  });

  it('has intervals that hold the truth 95 times in 100, and gives traits without an effect none', () => {
    const random = generator(2);
    let covered = 0;
    let claimed = 0;
    let values = 0;
    const runs = 150;
    for (let run = 0; run < runs; run++) {
      const truth = Object.fromEntries(traits.map((trait, i) => [trait, i < 4 ? 0.15 * normal(random) : 0]));
      for (const { trait, low, high } of formulaOf(drawn(60, truth, random), rule).effects) {
        const effect = truth[trait] ?? 0;
        values++;
        if (low <= effect && effect <= high) covered++;
        if (effect === 0 && (low > 0 || high < 0)) claimed++;
      }
    }
    expect(covered / values).toBeGreaterThan(0.92);
    expect(claimed / values).toBeLessThan(0.05);
  });

  it('is the same in whichever order experiments and arms come', () => {
    const contests = drawn(12, { 'hook=a': 0.2 }, generator(3));
    const reference = formulaOf(contests, rule).effects;
    fc.assert(
      fc.property(fc.shuffledSubarray([...contests], { minLength: 12, maxLength: 12 }), (shuffled) => {
        const { effects } = formulaOf(
          shuffled.map((contest) => contest.toReversed()),
          rule,
        );
        effects.forEach(({ effect }, i) => {
          expect(effect).toBeCloseTo(reference[i]?.effect ?? NaN, 9);
        });
      }),
      { numRuns: 20 },
    );
  });
});

const traits = ['hook=a', 'hook=b', 'offer=c', 'offer=d', 'tone=e', 'tone=f', 'tone=g', 'tone=h'];

/** Experiments of two to four arms; each arm has each trait with probability .4. */
function drawn(count: number, truth: Readonly<Record<string, number>>, random: Random): Contest[] {
  return Array.from({ length: count }, () => {
    const level = 0.015 * Math.exp(0.4 * normal(random));
    return Array.from({ length: 2 + Math.floor(3 * random()) }, () => {
      const has = traits.filter(() => random() < 0.4);
      const log = has.reduce((sum, trait) => sum + (truth[trait] ?? 0), 0.2 * normal(random));
      return { impressions: 10_000, clicks: poisson(10_000 * level * Math.exp(log), random), traits: has };
    });
  });
}
