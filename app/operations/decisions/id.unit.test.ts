import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOf } from '../../../topology/coordinates.ts';
import { parseCoordinates, parseName, parsePlace } from './id.ts';

const word = fc.stringMatching(/^[a-z][a-z.-]{0,20}$/);
const whole = fc.nat();

describe('ids as people write them', () => {
  it('reads every name that is printed', () => {
    fc.assert(
      fc.property(word, whole, word, whole, whole, whole, (group, run, topic, partition, offset, ordinal) => {
        const name = { group, run, topic, partition, offset, ordinal };
        expect(parseName(nameOf(name))).toEqual(name);
      }),
    );
  });

  it.each(['', 'a/1/b/0/0', 'a/1/b/0/0/0/0', 'a/x/b/0/0/0', '/1/b/0/0/0', 'a/1//0/0/0', 'a/1/b/0/-1/0'])(
    'refuses %j as a name',
    (text) => expect(parseName(text)).toBeUndefined(),
  );

  it('reads coordinates and places of dead letters', () => {
    expect(parseCoordinates('ad.metrics/3/812')).toEqual({ topic: 'ad.metrics', partition: 3, offset: 812 });
    expect(parseCoordinates('ad.metrics/3')).toBeUndefined();
    expect(parsePlace('3:812')).toEqual({ partition: 3, offset: 812 });
    expect(parsePlace('3/812')).toBeUndefined();
    expect(parsePlace('3:8:1')).toBeUndefined();
  });
});
