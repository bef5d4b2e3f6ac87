import { expect, it } from 'vitest';
import { generator } from '../../../engine/commit-path/seed.ts';
import { growthOf, type Look } from './flat.ts';

const looks = (value: (at_s: number) => number): readonly Look[] =>
  Array.from({ length: 400 }, (_, i) => ({ at_s: i * 5, value: value(i * 5) }));
const random = generator(3);
const noise = (most: number): number => (random() - 0.5) * 2 * most;

it('a figure that only wavers is flat, whatever it did while it warmed up', () => {
  const found = growthOf(
    looks((at_s) => (at_s < 900 ? at_s / 2 : 450) + noise(40)),
    0,
  );
  expect(found?.verdict).toBe('flat');
  expect(found?.mean).toBeGreaterThan(430);
});

it('a leak of a fifth over the second half is seen through the noise', () => {
  const found = growthOf(
    looks((at_s) => 500 + at_s / 10 + noise(40)),
    0,
  );
  expect(found?.verdict).toBe('grows');
  expect(found?.low).toBeLessThan(100);
  expect(found?.high).toBeGreaterThan(100);
});

it('a figure that leaps about is neither called flat nor growing', () => {
  expect(
    growthOf(
      looks(() => 500 + (random() < 0.05 ? 20_000 : 0)),
      0,
    )?.verdict,
  ).toBe('unclear');
});

it('what is nearly nothing may rise by what is allowed', () => {
  expect(
    growthOf(
      looks((at_s) => at_s / 1_000),
      10,
    )?.verdict,
  ).toBe('flat');
  expect(
    growthOf(
      looks((at_s) => at_s / 1_000),
      0,
    )?.verdict,
  ).toBe('grows');
});

it('too few looks say nothing', () => {
  expect(growthOf(looks(() => 1).slice(0, 8), 0)).toBeUndefined();
  expect(growthOf([], 0)).toBeUndefined();
});
