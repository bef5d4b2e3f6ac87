import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { coverageOf, isMissing, withHours, type Horizon, type Span } from './coverage.ts';

const start_ms = 20_000 * day_ms;
const horizon: Horizon = { at_ms: start_ms, matures_ms: start_ms + 72 * hour_ms };
const hours = (from: number, to: number): Span => ({
  window_start_ms: start_ms + from * hour_ms,
  window_end_ms: start_ms + to * hour_ms,
});

describe('coverage of a horizon', () => {
  it('counts each hour once, however windows overlap, and none outside the horizon', () => {
    const windows = fc.array(fc.tuple(fc.integer({ min: -30, max: 90 }), fc.integer({ min: 1, max: 48 })));
    fc.assert(
      fc.property(windows, (chosen) => {
        let covered: readonly number[] = [];
        const seen = new Set<number>();
        for (const [from, length] of chosen) {
          const window = hours(from, from + length);
          const inside = Array.from({ length }, (_, i) => from + i).filter((hour) => hour >= 0 && hour < 72);
          expect(isMissing(covered, horizon, window)).toBe(!inside.some((hour) => seen.has(hour)));
          covered = withHours(covered, horizon, window);
          for (const hour of inside) seen.add(hour);
          expect(coverageOf(covered, horizon)).toMatchObject({ hours: 72, missing: 72 - seen.size });
        }
      }),
    );
  });

  it('begins with the first whole hour after the prediction, and ends with the hour that the horizon ends in', () => {
    const late = { at_ms: start_ms + 1, matures_ms: start_ms + 3 * hour_ms + 1 };
    const expected = { hours: 3, missing: 3, from_ms: start_ms + hour_ms, to_ms: start_ms + 4 * hour_ms };
    expect(coverageOf([], late)).toEqual(expected);
  });

  it('of no hours is nothing to ask for', () => {
    expect(coverageOf([], { at_ms: start_ms + 5, matures_ms: start_ms + 4 })).toMatchObject({ hours: 0, missing: 0 });
  });
});
