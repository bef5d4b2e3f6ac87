import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../../ports.ts';
import type { Fetched } from './fetcher.ts';
import { Place } from './place.ts';

const record = (offset: number): LogRecord => ({
  ...{ topic: 't', partition: 0, key: 'k', value: Buffer.alloc(100), appended_ms: 1, offset },
});
const records = (from: number, to: number): readonly LogRecord[] =>
  Array.from({ length: to - from }, (_, n) => record(from + n));

const kept = (most_bytes = 1e6): Place => {
  const place = new Place('t', 0, most_bytes);
  for (const from of [0, 10, 20]) place.keep(from, from + 10, records(from, from + 10));
  return place;
};
const offsetsAt = (place: Place, offset: number): readonly number[] | undefined =>
  place.at(offset, 100)?.map((one) => one.offset);

describe('what is kept of a partition', () => {
  it('is let go as far as nobody needs it: a piece of which somebody needs the end stays whole', () => {
    const place = kept();
    place.release(15);
    expect(offsetsAt(place, 9)).toBeUndefined();
    expect(offsetsAt(place, 10)?.length).toBe(10);
    place.release(30);
    expect(offsetsAt(place, 29)).toBeUndefined();
  });

  it('is bounded by bytes, of which those that were let go are none', () => {
    const place = kept(9_500);
    place.release(20);
    place.keep(30, 40, records(30, 40));
    place.keep(40, 50, records(40, 50));
    expect([20, 30, 40].map((from) => offsetsAt(place, from)?.[0])).toEqual([20, 30, 40]);
    place.keep(50, 60, records(50, 60));
    expect(offsetsAt(place, 20)).toBeUndefined();
  });
});

describe('where a partition that is followed is read on', () => {
  const fetched = (from: number, to: number): Fetched => ({
    ...{ topic: 't', partition: 0, start: 0, end: to, next: to, records: records(from, to), holes: [] },
  });

  it('is where somebody read up to; its end stays where this process wrote up to', () => {
    const place = new Place('t', 0, 1e6);
    place.end = 7;
    // Asked before this process wrote, answered after.
    place.asked({ start: 0, end: 5 });
    place.followFrom(5);
    expect([place.told, place.end]).toEqual([5, 7]);
    // Another reader comes to follow it too.
    place.followFrom(7);
    expect(place.came(fetched(4, 6)).map(({ offset }) => offset)).toEqual([5]);
    expect([place.told, place.end]).toEqual([6, 7]);
    expect(place.came(fetched(6, 9)).map(({ offset }) => offset)).toEqual([6, 7, 8]);
    expect([place.told, place.end]).toEqual([9, 9]);
  });
});
