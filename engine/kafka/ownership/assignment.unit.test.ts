import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assigned, type Member } from './assignment.ts';

const member = (id: string, ...owned: number[]): Member => ({ id, owned });
const listed = (members: readonly Member[], partitions: number): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(assigned(members, partitions));

/** Members with whatever they say they have, right or wrong. */
const groups = fc.record({
  partitions: fc.integer({ min: 1, max: 24 }),
  members: fc.uniqueArray(
    fc.record({ id: fc.string({ minLength: 1, maxLength: 4 }), owned: fc.array(fc.integer({ min: -2, max: 30 })) }),
    { minLength: 1, maxLength: 7, selector: ({ id }) => id },
  ),
});

describe('the assignment of a group', () => {
  it('gives each partition to one member, as evenly as can be, whatever members say they have', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const shares = [...assigned(members, partitions).values()];
        expect(shares.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: partitions }, (_, p) => p));
        const sizes = shares.map((share) => share.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is the same in whatever order members come', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        expect(listed(members.toReversed(), partitions)).toEqual(listed(members, partitions));
      }),
    );
  });

  it('stays as it is where nobody came or went', () => {
    fc.assert(
      fc.property(groups, ({ partitions, members }) => {
        const first = assigned(members, partitions);
        const again = members.map(({ id }) => member(id, ...(first.get(id) ?? [])));
        expect(assigned(again, partitions)).toEqual(first);
      }),
    );
  });

  it('moves only what a newcomer gets, and only what one who left had', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 24 }), (count, partitions) => {
        const ids = Array.from({ length: count }, (_, i) => `m${i}`);
        const before = assigned(
          ids.map((id) => member(id)),
          partitions,
        );
        const members = ids.map((id) => member(id, ...(before.get(id) ?? [])));
        const joined = assigned([...members, member('new')], partitions);
        for (const id of ids) for (const p of joined.get(id) ?? []) expect(before.get(id)).toContain(p);
        const left = assigned(members.slice(1), partitions);
        for (const id of ids.slice(1)) for (const p of before.get(id) ?? []) expect(left.get(id)).toContain(p);
      }),
    );
  });

  it('is worked out by hand here', () => {
    expect(listed([member('a'), member('b')], 5)).toEqual({ a: [0, 1, 4], b: [2, 3] });
    expect(listed([member('a', 0, 1, 2, 3), member('b')], 4)).toEqual({ a: [0, 1], b: [2, 3] });
    expect(listed([member('a', 3), member('b', 3, 0)], 4)).toEqual({ a: [1, 2], b: [0, 3] });
    expect(listed([], 4)).toEqual({});
  });
});
