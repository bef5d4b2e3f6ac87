import { expect, it } from 'vitest';
import { speedWords } from './speed.ts';

it('a speed is told in words that need no unit beside them', () => {
  expect([0, 0.5, 1, 21_600, 'max' as const].map(speedWords)).toEqual([
    'paused',
    '0.5 times real time',
    'in real time',
    '21,600 times real time',
    'as fast as it can',
  ]);
});
