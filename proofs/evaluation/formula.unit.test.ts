import { describe, expect, it } from 'vitest';
import { binomial, generator } from '../../learning/numeric.ts';
import { defaultDnaPolicy } from '../../policy/dna.ts';
import type { RecordedTest } from '../../ports/sources/ab-test-csv/tests.ts';
import type { Measure } from '../measures.ts';
import { dataMeasures } from './formula-data.ts';
import { worldMeasures, worlds } from './formula-world.ts';

const named = (measures: readonly Measure[], name: string, labels: Measure['labels'] = {}): Measure | undefined =>
  measures.find((one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text));

/** Tests of two headlines, one with a number that is clicked more by a factor, in time order. */
function recorded(factor: number, tests: number): readonly RecordedTest[] {
  const random = generator(3);
  return Array.from({ length: tests }, (_, i) => ({
    test_id: `t${i}`,
    created_ms: i,
    randomised: i % 2 === 0,
    arms: ['9 Small Coats That Are Warm', 'Some Small Coats That Are Warm'].map((headline, arm) => ({
      package_id: `p${i}${arm}`,
      headline,
      lede: null,
      impressions: 20_000,
      clicks: binomial(20_000, 0.015 * (arm === 0 ? factor : 1), random),
    })),
  }));
}

describe('the formula evaluation', () => {
  it.each(worlds)('finds intervals that hold the truth and hardly a false claim where $name', (world) => {
    const measures = worldMeasures(world, defaultDnaPolicy, 25, 11);
    expect(named(measures, 'coverage')?.value).toBeGreaterThan(0.9);
    expect(named(measures, 'false_claims')?.value).toBeLessThan(0.03);
  });

  it('finds a trait that helps, and knows the better headline of later tests by it', () => {
    const measures = dataMeasures(recorded(1.3, 100), defaultDnaPolicy, 1);
    const accuracy = named(measures, 'pair_accuracy', { pairs: 'all', tests: 'all' });
    expect(accuracy?.value).toBeGreaterThan(0.95);
    // The first of five parts is not judged.
    expect(accuracy?.n).toBe(80);
    expect(named(measures, 'effect', { value: 'number=yes' })?.low).toBeGreaterThan(0.1);
    expect(named(measures, 'pair_accuracy', { tests: 'without randomization risk' })?.n).toBe(40);
  });

  it('knows no better than a coin where there is nothing to know', () => {
    const measures = dataMeasures(recorded(1, 100), defaultDnaPolicy, 1);
    const accuracy = named(measures, 'pair_accuracy', { pairs: 'all', tests: 'all' });
    expect(accuracy?.low).toBeLessThan(0.5);
    expect(accuracy?.high).toBeGreaterThan(0.4);
    expect(accuracy?.value).toBeLessThan(0.7);
    expect(named(measures, 'claimed')?.value).toBe(0);
  });
});
