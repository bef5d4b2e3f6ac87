import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generator, normal } from '../numeric.ts';
import { lengthOf } from '../privacy/continual.ts';
import { detected, voteOf } from './detect.ts';
import { aspect_lengths, count_name, meanPoint, pointOf } from './point.ts';
import { businessesNeeded, releaseOf, type ReleaseRules } from './release.ts';
import { shrunken } from './shrink.ts';
import { niche_words } from './words.ts';

describe('the niche of a creative', () => {
  it.each([
    ['The serum your skincare shelf lacks', 'beauty'],
    ['Your hair, your pain', 'health'],
    ['Book your flight to a beach hotel', 'travel'],
    ['A card for people you care about', null],
    ['Does it come in blue?', null],
    ['A hotel with a gym', null],
  ])('of "%s" is %s', (copy, niche) => expect(voteOf(copy)).toBe(niche));

  it('is told by words that are of one niche alone', () => {
    const all = Object.values(niche_words).flatMap((words) => [...words]);
    expect(all.filter((word, i) => all.indexOf(word) !== i)).toEqual([]);
  });
});

describe('the niche of an account', () => {
  it('is surer with each creative that says the same, and never quite sure', () => {
    const confidence = [1, 2, 3, 10, 100].map((n) => detected(new Map([['food', n]]))?.confidence ?? 0);
    expect([...confidence].sort((a, b) => a - b)).toEqual(confidence);
    // Wilson's lower end for n of n is n/(n + z²), z = 1.2816.
    expect(confidence[2]).toBeCloseTo(3 / (3 + 1.2816 ** 2), 3);
    expect(confidence.at(-1)).toBeLessThan(1);
  });

  it('is not known where no creative speaks of one, or two niches have as many', () => {
    expect(detected(new Map())).toBeNull();
    expect(
      detected(
        new Map([
          ['food', 2],
          ['travel', 2],
        ]),
      ),
    ).toBeNull();
    expect(detected(new Map([['food', 0]]))).toBeNull();
  });
});

const columns = ['hook=question', 'hook=story', 'offer=percent'];
const known = new Set(columns);

describe('what an account says', () => {
  it('is never longer than .8, whatever its rate and effects', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 0, noNaN: true }),
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (log_rate, effects) => {
          const point = pointOf(
            { log_rate, effects: new Map(columns.map((name, i) => [name, effects[i] ?? 0])) },
            known,
          );
          expect(lengthOf(point)).toBeLessThanOrEqual(0.8);
        },
      ),
    );
  });

  it('counts a business once, however many accounts it has', () => {
    const point = pointOf({ log_rate: Math.log(0.01), effects: new Map() }, known);
    expect(meanPoint([point, point, point]).get(count_name)).toBeCloseTo(aspect_lengths.count, 12);
  });
});

const rules: ReleaseRules = { min_businesses: 5, noise_multiplier: 7, certainty: 0.999 };

/** Sums of so many businesses of the same rate and effect, without noise. */
function sums(businesses: number, rate: number, effect = 0): ReadonlyMap<string, number> {
  const point = pointOf({ log_rate: Math.log(rate), effects: new Map([['hook=question', effect]]) }, known);
  return new Map([...point].map(([name, value]) => [name, value * businesses]));
}

describe('a release', () => {
  it('says nothing where the noise could have made enough businesses of too few', () => {
    // 5 + 3.09·7/.45 = 53.07.
    expect(businessesNeeded(0, rules)).toBe(54);
    expect(releaseOf(sums(53, 0.01), columns, { t: 0, rules })).toBeNull();
    expect(releaseOf(sums(54, 0.01), columns, { t: 0, rules })).not.toBeNull();
    expect(businessesNeeded(51, rules)).toBeGreaterThan(businessesNeeded(0, rules));
  });

  it('gives back rate and effect where the noise is small beside the businesses', () => {
    const told = releaseOf(sums(20_000, 0.012, 0.2), columns, { t: 0, rules });
    expect(told?.businesses).toBeCloseTo(20_000, 6);
    expect(Math.exp(told?.log_rate ?? 0)).toBeCloseTo(0.012, 6);
    expect(told?.traits[0]).toMatchObject({ name: 'hook=question', released: true });
    expect(told?.traits[0]?.effect).toBeCloseTo(0.2, 3);
    expect(told?.traits.slice(1).every(({ released }) => !released)).toBe(true);
  });

  it('calls an effect that is within the noise one of too few accounts', () => {
    const told = releaseOf(sums(60, 0.012, 0.1), columns, { t: 0, rules });
    expect(told?.traits.map(({ released }) => released)).toEqual([false, false, false]);
  });

  it('has intervals of the rate that hold what is true as often as they say', () => {
    const random = generator(3);
    let held = 0;
    for (let i = 0; i < 400; i++) {
      const noisy = new Map<string, number>();
      for (const [name, value] of sums(200, 0.012)) noisy.set(name, value + 7 * normal(random));
      const told = releaseOf(noisy, columns, { t: 0, rules });
      if (told !== null && Math.abs(told.log_rate - Math.log(0.012)) <= 1.96 * told.log_rate_sd) held++;
    }
    expect(held).toBeGreaterThan(0.9 * 400);
  });
});

describe('shrinking', () => {
  it('draws what is within the error to nothing, and leaves what is far out of it', () => {
    const [large, ...small] = shrunken([1, ...Array.from({ length: 60 }, (_, i) => 0.03 * Math.sin(i))], 0.03);
    expect(large?.effect).toBeGreaterThan(0.9);
    for (const { effect } of small) expect(Math.abs(effect)).toBeLessThan(0.01);
  });

  it('keeps order and signs, and never enlarges', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (estimates) => {
          shrunken(estimates, 0.2).forEach(({ effect }, i) => {
            const before = estimates[i] ?? 0;
            expect(Math.abs(effect)).toBeLessThanOrEqual(Math.abs(before) + 1e-12);
            expect(effect * before).toBeGreaterThanOrEqual(0);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is honest on average: intervals hold the truth', () => {
    const random = generator(5);
    let held = 0;
    const n = 3_000;
    const truth = Array.from({ length: n }, (_, i) => (i % 10 === 0 ? 0.1 * normal(random) : 0));
    const told = shrunken(
      truth.map((one) => one + 0.05 * normal(random)),
      0.05,
    );
    told.forEach(({ effect, sd }, i) => (held += Math.abs(effect - (truth[i] ?? 0)) <= 1.96 * sd + 1e-9 ? 1 : 0));
    expect(held / n).toBeGreaterThan(0.93);
  });
});
