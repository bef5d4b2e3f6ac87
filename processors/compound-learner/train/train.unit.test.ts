import { describe, expect, it } from 'vitest';
import { generator } from '../../../learning/numeric.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import type { ExampleSet } from '../../../ports/training-data/port.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { divided, type Division } from './division.ts';
import { judged } from './judge.ts';

const start_ms = Date.UTC(2025, 0, 1);
const policy = { ...defaultPolicy.training, min_rows: 20, min_held_back_ads: 3 };

/** `rows` predictions an hour apart of `ads` ads in turn, whose actuals are known three days later. */
function setOf(rows: number, ads: number, change: Partial<ExampleSet> = {}): ExampleSet {
  const list = (of: (i: number) => number): Float64Array => Float64Array.from({ length: rows }, (_, i) => of(i));
  return {
    features_version: 1,
    features: Float32Array.from({ length: 2 * rows }, (_, i) => i),
    columns: 2,
    ads: Array.from({ length: rows }, (_, i) => `ad-${i % ads}`),
    baseline_rates: list(() => 0.02),
    impressions: list(() => 5_000),
    clicks: list(() => 150),
    predicted_ms: list((i) => start_ms + i * hour_ms),
    known_ms: list((i) => start_ms + i * hour_ms + 3 * day_ms),
    of: rows,
    ...change,
  };
}

const division = (set: ExampleSet): Division => {
  const found = divided(set, policy, 10);
  if (typeof found === 'string') throw new Error(found);
  return found;
};

describe('what a model learns from', () => {
  it('was known before the first prediction that is held back, and that is the last fifth', () => {
    const { learn, held_back } = division(setOf(500, 10));
    expect(held_back).toMatchObject({ from: 400, rows: 100, ads: 10, from_ms: start_ms + 400 * hour_ms });
    expect([...held_back.features.slice(0, 2)]).toEqual([800, 801]);
    // Predicted three days before it at the latest: 0 to 328.
    expect(learn.ratios).toHaveLength(329);
    expect([...learn.features.slice(-2)]).toEqual([656, 657]);
  });

  it('is clicks over what the account lets expect, weighed by how much that tells', () => {
    const { learn } = division(setOf(500, 10));
    expect(learn.ratios[0]).toBe(1.5);
    // 100 clicks expected, shape 10: 100/110.
    expect(learn.weights[0]).toBeCloseTo(100 / 110, 6);
  });

  it('is not divided between predictions of one moment', () => {
    const predicted_ms = Float64Array.from({ length: 500 }, (_, i) => start_ms + Math.floor(i / 30) * 30 * hour_ms);
    expect(division(setOf(500, 10, { predicted_ms })).held_back.from).toBe(390);
  });

  it.each([
    [setOf(0, 1), 'Of 0 predictions with actuals 0 were known before those that are held back; 20 are needed'],
    [setOf(90, 10), 'Of 90 predictions with actuals 1 were known'],
    [setOf(500, 2), 'The 100 predictions that are held back are of 2 ads; 3 are needed'],
  ])('must be enough', (set, why) => {
    expect(divided(set, policy, 10)).toContain(why);
  });
});

describe('a new model', () => {
  const set = setOf(500, 50);
  const { held_back } = division(set);
  const says = (logRatio: number): Float64Array => new Float64Array(held_back.rows).fill(logRatio);
  const random = generator(5);
  // Ads whose rates scatter around 1.5 times the account's: clicks 110 to 190.
  const clicks = set.clicks.map(() => 110 + 80 * random());
  const seen = { ...set, clicks };
  const truth = Math.log(1.5);

  it('is better where it loses less than the account’s mean, beyond doubt', () => {
    const found = judged(seen, held_back, { held_back: says(truth), held_back_rival: null }, 10);
    expect(found).toMatchObject({ better: true, champion_loss: null });
    expect(found.difference).toBeCloseTo(found.challenger_loss - found.baseline_loss, 12);
    expect(found.difference_low).toBeLessThan(found.difference);
    expect(found.difference_high).toBeGreaterThan(found.difference);
    expect(found.difference_high).toBeLessThan(0);
    expect(found.why).toMatch(
      /^It loses less than the account’s mean: 0\.\d{4} nats a prediction \(95 %: 0\.\d{4} to 0\.\d{4}; 100 later predictions of 50 ads\)$/,
    );
  });

  it('loses nothing where it says what came to be', () => {
    const exact = { ...set, clicks: set.clicks.map(() => 150) };
    expect(judged(exact, held_back, { held_back: says(truth), held_back_rival: null }, 10).challenger_loss).toBeCloseTo(
      0,
      9,
    );
  });

  it('is held against the model in use, where there is one, and not against the mean', () => {
    const found = judged(seen, held_back, { held_back: says(truth), held_back_rival: says(truth + 0.001) }, 10);
    expect(found.champion_loss).not.toBeNull();
    expect(found.better).toBe(false);
    expect(found.why).toMatch(/^It is not shown to lose less than the model in use: less by /);
    expect(judged(seen, held_back, { held_back: says(truth), held_back_rival: says(0) }, 10).better).toBe(true);
    expect(judged(seen, held_back, { held_back: says(0), held_back_rival: says(truth) }, 10).better).toBe(false);
  });

  it('is not better for being the same', () => {
    const found = judged(seen, held_back, { held_back: says(0.2), held_back_rival: says(0.2) }, 10);
    expect(found).toMatchObject({ better: false, difference: 0, difference_low: 0, difference_high: 0 });
  });
});
