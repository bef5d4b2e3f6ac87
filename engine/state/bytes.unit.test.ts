import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stateBytes } from './bytes.ts';
import { pack } from './codec.ts';

const item = fc.oneof(
  fc.record({ id: fc.string(), n: fc.double(), legs: fc.array(fc.record({ a: fc.integer() }), { maxLength: 3 }) }),
  fc.constant(null),
  fc.integer(),
);
const state = fc.dictionary(
  fc.string(),
  fc.oneof(fc.anything({ maxDepth: 2 }), fc.array(item, { minLength: 6, maxLength: 20 }), fc.constant(undefined)),
);

it('a state is the bytes that the packer makes of it, the first time and each time after an item was replaced', () => {
  fc.assert(
    fc.property(fc.nat(300), state, fc.array(item, { minLength: 8, maxLength: 20 }), (version, rest, list) => {
      let now = { ...rest, list };
      for (const [i] of list.entries()) {
        expect(Buffer.compare(stateBytes([version, now]), pack([version, now]))).toBe(0);
        now = { ...now, list: now.list.map((one, at) => (at === i ? { id: 'other', n: i, legs: [] } : one)) };
      }
    }),
    { numRuns: 25 },
  );
});

it('a list of any length is the bytes that the packer makes of it', () => {
  for (const length of [0, 7, 8, 15, 16, 0xffff, 0x1_0000]) {
    const one = { id: 'x' };
    const value = { list: Array.from({ length }, () => one) };
    expect(Buffer.compare(stateBytes([1, value]), pack([1, value]))).toBe(0);
  }
});

it.each([[null], [[{ a: 1 }]], ['text'], [7], [new Map([['a', 1]])]])(
  'what is no record goes through as it is: %j',
  (value) => {
    expect(Buffer.compare(stateBytes([2, value]), pack([2, value]))).toBe(0);
  },
);
