import { expect, it } from 'vitest';
import { amount } from './amounts.ts';

it('an amount has the decimals of its currency, and says that it is in minor units where that is not known', () => {
  expect([amount(240_000, 'EUR'), amount(2_400, 'JPY'), amount(2_400, 'KWD')]).toEqual([
    '2,400.00 EUR',
    '2,400 JPY',
    '2.400 KWD',
  ]);
  expect([amount(2_400, null), amount(2_400, 'XXX')]).toEqual(['2,400 minor units', '2,400 minor units']);
});
