import { expect, it } from 'vitest';
import { talliedOf } from './stores.ts';

const whole = { logged: { a: 3, b: 2 }, archived: { a: 3, b: 2 }, winners: 2, points: 2, absent: 0 };

it('the oracle of the servers counts what is lost, there twice and otherwise', () => {
  expect(talliedOf(whole)).toMatchObject({ total: 0, effects: 7 });
  expect(talliedOf({ ...whole, archived: { a: 1, b: 3 } }).counts).toEqual({ lost: 2, duplicated: 1, wrong: 0 });
  expect(talliedOf({ ...whole, archived: { a: 3 } }).counts.lost).toBe(2);
  expect(talliedOf({ ...whole, points: 1, absent: 1 }).counts).toEqual({ lost: 1, duplicated: 0, wrong: 0 });
  expect(talliedOf({ ...whole, points: 3 }).counts.wrong).toBe(1);
});
