import { describe, expect, it } from 'vitest';
import { bytes, count, number, percent, span } from './numbers.ts';

describe('numbers in words', () => {
  it.each([
    [0, '0'],
    [1240.4, '1,240'],
    [12.345, '12.3'],
    [0.01234, '0.0123'],
    [4.1e9, '4.1e9'],
    [0.00001, '1.0e-5'],
    [Infinity, '∞'],
  ])('%d reads %s', (value, text) => expect(number(value)).toBe(text));

  it('counts have thousands apart', () => expect(count(1234567)).toBe('1,234,567'));

  it.each([
    [0.234, false, '23 %'],
    [0.0234, false, '2.3 %'],
    [0.00234, false, '0.23 %'],
    [0.08, true, '+8 %'],
    [-0.08, true, '-8 %'],
    [0, true, '0 %'],
  ])('the fraction %d (change: %s) reads %s', (value, signed, text) => expect(percent(value, signed)).toBe(text));

  it.each([
    [12, '12 ms'],
    [1_500, '1.5 s'],
    [60_000, '1 min'],
    [5_400_000, '1.5 h'],
    [12 * 86_400_000, '12 d'],
  ])('%d ms reads %s', (ms, text) => expect(span(ms)).toBe(text));

  it.each([
    [512, '512 B'],
    [1536, '1.5 KiB'],
    [20 * 1024 ** 3, '20 GiB'],
  ])('%d bytes read %s', (size, text) => expect(bytes(size)).toBe(text));
});
