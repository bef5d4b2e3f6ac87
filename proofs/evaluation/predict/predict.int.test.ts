import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binomial, generator } from '../../../learning/numeric.ts';
import type { Measure } from '../../measures.ts';
import { predict } from './predict.ts';

/** All as long as the planted word, so that length tells nothing. */
const words =
  'bridge garden window market summer winter dinner coffee letter doctor singer school artist farmer forest silver'.split(
    ' ',
  );
const planted_word = 'secret';
const day_ms = 86_400_000;
const base_rate = 0.03;

interface World {
  readonly seed: number;
  readonly tests: number;
  readonly first_day: number;
  /** Factor of the click rate where the headline has the planted word. */
  readonly effect: number;
}

/** Tests of three packages whose headlines are drawn words; one in two has the planted one. */
function csv({ seed, tests, first_day, effect }: World): string {
  const random = generator(seed);
  const lines = ['clickability_test_id,package_id,test_created_utc,headline,lede,impressions,clicks'];
  for (let t = 0; t < tests; t++) {
    const created = new Date(Date.UTC(2014, 0, 1) + (first_day + t / 10) * day_ms).toISOString();
    for (let k = 0; k < 3; k++) {
      const chosen = Array.from({ length: 6 }, () => words[Math.floor(random() * words.length)] ?? '');
      const planted = random() < 0.5;
      const headline = [
        ...chosen,
        planted ? planted_word : (words[Math.floor(random() * words.length)] ?? ''),
        `number ${k}`,
      ].join(' ');
      const clicks = binomial(4_000, base_rate * (planted ? effect : 1), random);
      const at = created.slice(0, 19).replace('T', ' ');
      lines.push(`s${seed}t${t},s${seed}t${t}p${k},${at},${headline},,4000,${clicks}`);
    }
  }
  return lines.join('\n');
}

describe('evaluate predict', () => {
  let folder = '';
  const found = new Map<string, readonly Measure[]>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'predict-'));
    for (const [name, effect] of [
      ['planted', 1.6],
      ['null', 1],
    ] as const) {
      const train = join(folder, `${name}-train.csv`);
      const test = join(folder, `${name}-test.csv`);
      await writeFile(train, csv({ seed: 1, tests: 110, first_day: 0, effect }));
      await writeFile(test, csv({ seed: 2, tests: 110, first_day: 20, effect }));
      found.set(name, await predict.run({ seed: 1, quick: true, train, test }));
      if (name === 'planted')
        found.set('learning', await predict.run({ seed: 1, quick: true, train, test, learn: true }));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const of = (world: string, name: string, labels: Readonly<Record<string, string>>): Measure => {
    const [first, ...more] = (found.get(world) ?? []).filter(
      (measure) =>
        measure.name === name && Object.entries(labels).every(([key, value]) => measure.labels[key] === value),
    );
    expect(more).toEqual([]);
    if (first === undefined) throw new Error(`no ${name} of ${JSON.stringify(labels)}`);
    return first;
  };

  it('finds an effect that headlines have, on tests it never saw, and does better than length', () => {
    for (const pairs of ['all', 'significant', 'best-vs-worst']) {
      const mix = of('planted', 'pair_accuracy', { model: 'mix', pairs });
      expect(mix.low).toBeGreaterThan(0.55);
      expect(mix.value).toBeGreaterThan(of('planted', 'pair_accuracy', { model: 'longer-headline', pairs }).value);
    }
    expect(of('planted', 'pair_accuracy', { model: 'mix', pairs: 'significant' }).value).toBeGreaterThan(0.85);
    expect(of('planted', 'normalised_entropy', { model: 'mix' }).high).toBeLessThan(1);
  });

  it('finds nothing where there is nothing', () => {
    const { low, high } = of('null', 'pair_accuracy', { model: 'mix', pairs: 'all' });
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
    expect(of('null', 'normalised_entropy', { model: 'mix' }).high).toBeGreaterThan(1);
  });

  it('prints every expert and the n-gram baseline with an interval, and what has no opinion as one half', () => {
    for (const model of ['mix', 'mixed-model', 'pairwise-logistic', 'n-gram-logistic']) {
      const { low = NaN, high = NaN, value } = of('planted', 'pair_accuracy', { model, pairs: 'all' });
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      expect(of('planted', 'expected_calibration_error', { model }).value).toBeGreaterThan(0);
    }
    for (const model of ['longer-headline', 'account-mean'])
      expect(of('planted', 'pair_accuracy', { model, pairs: 'all' }).value).toBe(0.5);
  });

  it('says what history is worth: more of it more, and nothing to a ranker that stopped learning', () => {
    const at = (model: string, history: string): number =>
      of('planted', 'pair_accuracy_by_history', { model, history }).value;
    expect(at('mix', '1')).toBeGreaterThan(at('mix', '0.1'));
    expect(at('mix-frozen', '1')).toBe(at('mix', '0.1'));
    expect(of('planted', 'history_gain', { history: '1' }).value).toBeCloseTo(at('mix', '1') - at('mix', '0.1'), 9);
  });

  it('learns from what it has predicted only when told to', () => {
    const entropy = (world: string): number => of(world, 'normalised_entropy', { model: 'mix' }).value;
    expect(entropy('learning')).not.toBe(entropy('planted'));
  });

  it('gives the same figures again', async () => {
    const files = { train: join(folder, 'null-train.csv'), test: join(folder, 'null-test.csv') };
    expect(await predict.run({ seed: 1, quick: true, ...files })).toEqual(found.get('null'));
  });
});
