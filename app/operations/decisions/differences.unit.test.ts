import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';

describe('differences', () => {
  it('name the innermost fields, also those that only one side has', () => {
    const before = { e_value: 734.5, arms: [{ share: 0.7 }, { share: 0.3 }], reason: 'x' };
    const after = { e_value: 734.5, arms: [{ share: 0.6 }], seed: 1, reason: 'x' };
    expect(differences(before, after)).toEqual([
      { field: 'arms.0.share', before: 0.7, after: 0.6 },
      { field: 'arms.1', before: { share: 0.3 }, after: null },
      { field: 'seed', before: null, after: 1 },
    ]);
  });

  it('compare a list with an object, or a value with none, whole', () => {
    expect(differences({ a: [] }, { a: {} })).toEqual([{ field: 'a', before: [], after: {} }]);
    expect(differences([], [{ topic: 't' }])).toEqual([{ field: '0', before: null, after: { topic: 't' } }]);
  });

  it('are none between a value and its copy', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => differences(value, structuredClone(value)).length === 0));
  });
});
