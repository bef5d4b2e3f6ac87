import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchema, type RecordNode } from './avro/schema.ts';
import { fit, printValue } from './fit.ts';
import { schemaFile } from './ids.ts';
import { quickFit } from './quick-fit.ts';
import { topics } from './index.ts';
import { arbitraryOf } from './testing/arbitrary.ts';

const schemaOf = (name: string): RecordNode => parseSchema(schemaFile(name, 1));
const withoutBytes = topics.map(({ name }) => name).filter((name) => name !== 'dead.letter');

const small = parseSchema({
  type: 'record',
  name: 'Small',
  fields: [
    { name: 'id', type: 'string', doc: 'The id' },
    { name: 'body', type: 'bytes', default: '\u0001\u00ff' },
    { name: 'list', type: { type: 'array', items: 'int' }, default: [] },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
});
const problemsOf = (value: unknown, origin: 'json' | 'code' = 'json'): readonly string[] => {
  const fitted = fit(value, small, origin);
  return fitted.ok ? [] : fitted.problems.map(({ field, rule }) => `${field} ${rule}`);
};

describe('fitting a value to a schema', () => {
  it.each(withoutBytes)('takes every value of %s that JSON can hold as it is', (name) => {
    fc.assert(
      fc.property(arbitraryOf(schemaOf(name)), (value) => {
        const json: unknown = JSON.parse(JSON.stringify(value));
        const fitted = fit(json, schemaOf(name));
        if (fitted.ok) expect(fitted.value).toEqual(json);
        else expect(fitted.problems.every(({ value: found }) => found === 'null')).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it.each(topics.map(({ name }) => name))('%s is taken at once exactly where it fits', (name) => {
    const schema = schemaOf(name);
    const quick = quickFit(schema);
    const same = (value: unknown): void => {
      const fitted = fit(value, schema);
      expect(quick(value)).toEqual(fitted.ok ? fitted.value : undefined);
    };
    fc.assert(
      fc.property(arbitraryOf(schema), fc.nat(), fc.jsonValue(), (value, at, other) => {
        const json = JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
        const names = Object.keys(json);
        const field = names[at % names.length] ?? '';
        same(json);
        same({ ...json, [field]: other });
        same({ ...json, surplus: other });
        same(Object.fromEntries(Object.entries(json).filter(([own]) => own !== field)));
        same(other);
      }),
      { numRuns: 30 },
    );
  });

  it('fills in defaults, bytes among them', () => {
    expect(fit({ id: 'a' }, small)).toEqual({
      ok: true,
      value: { id: 'a', body: new Uint8Array([1, 255]), list: [], note: null },
    });
  });

  it('gives each value its own default', () => {
    const [first, second] = [fit({ id: 'a' }, small), fit({ id: 'a' }, small)];
    if (!first.ok || !second.ok) throw new Error('it was refused');
    expect(first.value['list']).not.toBe(second.value['list']);
  });

  it('reports every problem, with the place in a list', () => {
    expect(problemsOf({ list: [1, 'two', 2.5], nota: 'x' })).toEqual([
      'nota is not a field of the schema',
      'id it is required',
      'list[1] must be a whole number of 32 bits',
      'list[2] must be a whole number of 32 bits',
    ]);
  });

  it('takes bytes as text of code points 0 to 255 in JSON, as bytes only from code', () => {
    expect(problemsOf({ id: 'a', body: '\u0000ÿ' })).toEqual([]);
    expect(problemsOf({ id: 'a', body: '€' })).toEqual(['body must be bytes']);
    expect(problemsOf({ id: 'a', body: 'ab' }, 'code')).toEqual(['body must be bytes']);
  });

  it('passes over more fields of a value from code', () => {
    expect(problemsOf({ id: 'a', extra: 1 }, 'code')).toEqual([]);
  });

  it('refuses what is no object', () => {
    for (const value of [null, undefined, 1, 'a', [], new Uint8Array(2)]) expect(problemsOf(value)).toHaveLength(1);
  });
});

it('a printed value is short, and never ends within a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('😀', 'a'), minLength: 100, maxLength: 200 }), (text) => {
      const printed = printValue(text);
      expect(printed.length).toBeLessThanOrEqual(204);
      expect(/\p{Surrogate}/u.test(printed)).toBe(false);
    }),
  );
});
