import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf, type Change } from './difference.ts';
import { singleEffects } from './shrink.ts';

const promoted = (...changes: readonly number[]): readonly Change[] => changes.map((change) => ({ change, dose: 1 }));
const heldOut = (...changes: readonly number[]): readonly Change[] => changes.map((change) => ({ change, dose: 0 }));

describe('the difference that promotions make', () => {
  it('is that of the means, with the interval of a t-test of equal variances', () => {
    // By hand: means .3 and 0, squares .02 + .02, variance .04/4, standard error √(.01·(1/3+1/3)), t(.975, 4) = 2.7764.
    const found = differenceOf(promoted(0.2, 0.3, 0.4), heldOut(-0.1, 0, 0.1));
    expect(found?.effect).toBeCloseTo(0.3, 12);
    expect(found?.low).toBeCloseTo(0.3 - 2.776_445 * 0.081_649_66, 5);
    expect(found?.high).toBeCloseTo(0.3 + 2.776_445 * 0.081_649_66, 5);
    expect(found?.freedom).toBe(4);
  });

  it('does not change by what happens to all of them', () => {
    const changes = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(changes, changes, fc.double({ min: -2, max: 2, noNaN: true }), (some, others, all) => {
        const before = differenceOf(promoted(...some), heldOut(...others));
        const after = differenceOf(
          promoted(...some.map((one) => one + all)),
          heldOut(...others.map((one) => one + all)),
        );
        expect(after?.effect).toBeCloseTo(before?.effect ?? NaN, 9);
        expect(after?.low).toBeCloseTo(before?.low ?? NaN, 6);
      }),
    );
  });

  it('is scaled by how many were promoted of those that were to be', () => {
    const half: readonly Change[] = [0.2, 0.3, 0.4, 0.1, 0.2, 0.3].map((change) => ({ change, dose: 0.5 }));
    const whole = differenceOf(promoted(0.2, 0.3, 0.4, 0.1, 0.2, 0.3), heldOut(0, 0.05, -0.05));
    const found = differenceOf(half, heldOut(0, 0.05, -0.05));
    expect(found?.effect).toBeCloseTo(2 * (whole?.effect ?? NaN), 12);
    expect(found?.low).toBeCloseTo(2 * (whole?.low ?? NaN), 9);
  });

  it('lies in its interval, whatever was promoted', () => {
    const change = fc.record({
      change: fc.double({ min: -1, max: 1, noNaN: true }),
      dose: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 2 }),
        fc.array(change, { minLength: 2, maxLength: 8 }),
        (some, others) => {
          const found = differenceOf(some, others);
          if (found === null) return;
          expect(found.low).toBeLessThanOrEqual(found.effect + 1e-9);
          expect(found.high).toBeGreaterThanOrEqual(found.effect - 1e-9);
        },
      ),
    );
  });

  it('is not told where one side is too small, or nobody was promoted', () => {
    expect(differenceOf(promoted(0.1, 0.2, 0.3), heldOut(0))).toBeNull();
    expect(differenceOf(heldOut(0.1, 0.2, 0.3), heldOut(0, 0.1))).toBeNull();
    const one_of_many: readonly Change[] = [...heldOut(0.1, 0, 0.2, 0.1, 0), ...promoted(0.4)];
    expect(differenceOf(one_of_many, heldOut(0, 0.1, 0.2))).toBeNull();
  });
});

describe('effects of single promotions', () => {
  const all = { effect: 0.2, low: 0.1, high: 0.3 };

  it('are drawn to the mean by the noise among winners that were held out', () => {
    // By hand: variances .1/3·… of (0, .2, .4, .6) is .0666667, of (−.1, .1) is .02; B = 1/3 · .02/.0666667 = .1.
    const found = singleEffects([0, 0.2, 0.4, 0.6], [-0.1, 0.1], all);
    expect(found?.map(({ effect }) => effect)).toEqual(
      [-0.3, -0.1, 0.1, 0.3].map((off) => expect.closeTo(0.2 + 0.9 * off, 9)),
    );
  });

  it('are all the mean where there is no more between them than noise', () => {
    const found = singleEffects([0.19, 0.2, 0.21, 0.2], [-0.3, 0.3], all);
    for (const { effect } of found ?? []) expect(effect).toBeCloseTo(0.2, 9);
  });

  it('keep their order, and the largest comes nearer to the mean', () => {
    const changes = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(changes, fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2 }), (some, others) => {
        const found = singleEffects(some, others, all) ?? [];
        const centre = some.reduce((sum, one) => sum + one, 0) / some.length;
        some.forEach((change, i) => {
          const off = (found[i]?.effect ?? NaN) - all.effect;
          expect(Math.abs(off)).toBeLessThanOrEqual(Math.abs(change - centre) + 1e-9);
          expect(off * (change - centre)).toBeGreaterThanOrEqual(-1e-9);
        });
      }),
    );
  });

  it('are not told of few', () => {
    expect(singleEffects([0.1, 0.2, 0.3], [0, 0.1], all)).toBeNull();
    expect(singleEffects([0.1, 0.2, 0.3, 0.4], [0], all)).toBeNull();
  });
});
