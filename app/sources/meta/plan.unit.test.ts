import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { dateAt, daysLater } from '../../../ports/ad-platform/meta/zone.ts';
import { standingOf } from './accounts.ts';
import { after, begun, inZone, mayTell, nextStep, shareOf, withSweep } from './plan.ts';
import type { AccountPosition } from './position.ts';

const settings = { poll_ms: 15 * 60_000, backfill_days: 28, rows_a_step: 12_000 };
const now_ms = Date.UTC(2026, 2, 10, 15);

describe('which days of an account are read', () => {
  it('first all of its history, from the oldest day on, each once, today included', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York'),
        fc.integer({ min: 1, max: 30_000 }),
        (zone, rows) => {
          let position = begun(zone, now_ms, settings);
          const read: string[] = [];
          for (;;) {
            const step = nextStep(position, now_ms, rows, settings);
            if (step === null) break;
            expect(step.kind).toBe('sweep');
            for (let date = step.since; date <= step.until; date = daysLater(date, 1)) read.push(date);
            position = after(position, step, now_ms);
          }
          const today = dateAt(now_ms, zone);
          expect(read).toEqual(Array.from({ length: 29 }, (_, i) => daysLater(today, i - 28)));
          expect(position).toMatchObject({ sweep: null, swept_ms: now_ms, recent_ms: now_ms });
        },
      ),
    );
  });

  it('takes few days at once of an account with many rows', () => {
    const position = begun('UTC', now_ms, settings);
    const days = (rows: number): number => {
      const step = nextStep(position, now_ms, rows, settings);
      return step === null ? 0 : (Date.parse(step.until) - Date.parse(step.since)) / day_ms + 1;
    };
    expect([days(12_000), days(50_000), days(4_000), days(24)]).toEqual([1, 1, 3, 7]);
  });

  const done: AccountPosition = {
    time_zone: 'UTC',
    zone_since_ms: 0,
    sweep: null,
    swept_ms: now_ms,
    recent_ms: now_ms,
  };

  it('then the last days as often as Meta refreshes them', () => {
    expect(nextStep(done, now_ms + 14 * 60_000, 100, settings)).toBeNull();
    const due_ms = now_ms + 15 * 60_000;
    const step = nextStep(done, due_ms, 100, settings);
    expect(step).toEqual({ kind: 'recent', since: '2026-03-08', until: '2026-03-10' });
    expect(step && after(done, step, due_ms)).toEqual({ ...done, recent_ms: due_ms });
  });

  it('and all that may be restated once a day, the last days between', () => {
    expect(withSweep(done, now_ms + day_ms - 1)).toBe(done);
    const later_ms = now_ms + day_ms;
    const sweeping = withSweep({ ...done, recent_ms: later_ms }, later_ms);
    expect(sweeping.sweep).toEqual({
      kind: 'restatement',
      since: '2026-02-11',
      until: '2026-03-11',
      next: '2026-02-11',
    });
    expect(nextStep(sweeping, later_ms, 12_000, settings)).toMatchObject({ kind: 'sweep', since: '2026-02-11' });
    expect(nextStep(sweeping, later_ms + settings.poll_ms, 12_000, settings)).toMatchObject({ kind: 'recent' });
    expect(withSweep(sweeping, later_ms + day_ms)).toBe(sweeping);
  });

  it('tells its share of the history', () => {
    expect(shareOf({ kind: 'back-fill', since: '2026-02-10', until: '2026-03-10', next: '2026-02-10' })).toBe(0);
    expect(shareOf({ kind: 'back-fill', since: '2026-02-10', until: '2026-03-10', next: '2026-03-10' })).toBe(28 / 29);
  });
});

describe('a time zone that is changed', () => {
  const before: AccountPosition = { time_zone: 'UTC', zone_since_ms: 0, sweep: null, swept_ms: null, recent_ms: null };
  const at = (start_ms: number, hours: number): { window_start_ms: number; window_end_ms: number } => ({
    window_start_ms: start_ms,
    window_end_ms: start_ms + hours * hour_ms,
  });

  it('leaves all as it was where it is the same', () => {
    expect(inZone(before, 'UTC', now_ms)).toBe(before);
    expect(mayTell(at(0, 24), before)).toBe(true);
  });

  it('keeps days back that overlap those that were told, and hours that do', () => {
    const moved = inZone(before, 'Asia/Tokyo', now_ms);
    expect(mayTell(at(now_ms - 9 * hour_ms, 24), moved)).toBe(false);
    expect(mayTell(at(now_ms + hour_ms, 24), moved)).toBe(true);
    expect(mayTell(at(now_ms - 5 * hour_ms, 1), moved)).toBe(true);
    expect(mayTell(at(now_ms - 4.5 * hour_ms, 1), moved)).toBe(false);
  });
});

describe('how an account stands', () => {
  const at = { now_ms, stale_ms: hour_ms };
  const read = (recent_ms: number | null): AccountPosition => ({
    time_zone: 'UTC',
    zone_since_ms: 0,
    sweep: null,
    swept_ms: now_ms,
    recent_ms,
  });
  it.each([
    ['fresh', read(now_ms - hour_ms), undefined],
    ['stale', read(now_ms - hour_ms - 1), undefined],
    ['stale', undefined, undefined],
    ['failing', read(now_ms), { since_ms: now_ms, why: 'no token' }],
    ['back-fill', begun('UTC', now_ms, settings), undefined],
  ] as const)('%s', (state, position, trouble) => {
    expect(standingOf('act_1', position, trouble, at).state).toBe(state);
  });
});
