import { describe, expect, it } from 'vitest';
import type { Measure } from '../measures.ts';
import { promotions } from './promotions.ts';

const measures = await promotions.run({ seed: 5, quick: true });
const of = (name: string, world: string, rule?: string): readonly Measure[] =>
  measures.filter(
    (one) => one.name === name && one.labels['world'] === world && (rule === undefined || one.labels['rule'] === rule),
  );

describe('what promotions earn, as it is said of simulated accounts', () => {
  it('is in its interval about as often as it is said to be', () => {
    for (const world of ['no effect', '+16 %', 'few results', 'half applied'])
      for (const { high } of of('coverage', world, 'held-out')) expect(high).toBeGreaterThanOrEqual(0.95);
  });

  it('is not claimed of promotions that do nothing, as a look at before and after would', () => {
    for (const { low } of of('claims', 'no effect', 'held-out')) expect(low).toBeLessThanOrEqual(0.05);
    for (const { low } of of('claims', 'no effect', 'before-after')) expect(low).toBeGreaterThan(0.5);
  });

  it('is not told while few winners are held out', () => {
    const [few, , many] = of('too_early', 'no effect');
    expect(few?.value).toBeGreaterThan(many?.value ?? 1);
  });

  it('does not flatter the best of many', () => {
    for (const world of ['no effect', '+16 %']) {
      const bias = (rule: string): number =>
        Math.max(...of('best_single', world, rule).map(({ value }) => Math.abs(value)));
      expect(bias('shrunken')).toBeLessThan(bias('as it looks') / 2);
    }
  });
});
