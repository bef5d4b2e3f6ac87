import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hour_ms } from '../../schemas/values.ts';
import { isIdle, newCourse, nextRaise, step, unknown_hours, type Course, type Timing, type Turn } from './course.ts';

const H = hour_ms;
const timing: Timing = { hold_hours: 2, clear_hours: 3, cooldown_hours: 6 };

/** Turns of a course that is told hour by hour. */
function turnsOf(told: readonly (boolean | null)[], given = timing): readonly (readonly [number, Turn])[] {
  let course = newCourse(0);
  return told.flatMap((met, hour) => {
    const next = step(course, met, hour * H, given);
    course = next.course;
    return next.turn === null ? [] : [[hour, next.turn] as const];
  });
}
const hours = (count: number, met: boolean | null): readonly (boolean | null)[] =>
  Array.from({ length: count }, () => met);

describe('an alert', () => {
  it('is raised once its condition has held, and resolved once that has ended for long enough', () => {
    expect(turnsOf([...hours(5, true), ...hours(5, false)])).toEqual([
      [2, 'raise'],
      [7, 'resolve'],
    ]);
  });

  it('is not raised by a condition that comes and goes within the time that it must hold', () => {
    expect(turnsOf([true, true, false, true, true, false, true, true])).toEqual([]);
  });

  it('stays one where the condition is gone for less than the time to clear', () => {
    expect(turnsOf([...hours(3, true), false, false, true, false, false, true, ...hours(4, false)])).toEqual([
      [2, 'raise'],
      [11, 'resolve'],
    ]);
  });

  it('comes less and less often where it comes often: 6, 12 and 24 hours apart', () => {
    const quick = { hold_hours: 0, clear_hours: 0, cooldown_hours: 6 };
    const flicker = Array.from({ length: 100 }, (_, i) => i % 2 === 0);
    const raises = turnsOf(flicker, quick).filter(([, turn]) => turn === 'raise');
    expect(raises.map(([hour]) => hour).slice(0, 4)).toEqual([0, 6, 18, 42]);
  });

  it('is neither raised nor resolved by what is not known, and is given up after three days of it', () => {
    expect(turnsOf([true, true, null, true, true, true])).toEqual([[5, 'raise']]);
    const gone = turnsOf([...hours(3, true), ...hours(unknown_hours + 1, null)]);
    expect(gone).toEqual([
      [2, 'raise'],
      [2 + unknown_hours, 'forget'],
    ]);
  });
});

describe('whatever is told', () => {
  const someTiming = fc.record({
    hold_hours: fc.integer({ min: 0, max: 5 }),
    clear_hours: fc.integer({ min: 0, max: 5 }),
    cooldown_hours: fc.integer({ min: 0, max: 48 }),
  });
  const told = fc.array(fc.option(fc.boolean(), { nil: null }), { maxLength: 200 });

  it('two alerts are never closer than the cooldown, and each is resolved before the next or open', () => {
    fc.assert(
      fc.property(told, someTiming, (list, given) => {
        let open = false;
        let last: number | null = null;
        for (const [hour, turn] of turnsOf(list, given)) {
          expect(open).toBe(turn !== 'raise');
          open = turn === 'raise';
          if (turn !== 'raise') continue;
          if (last !== null) expect(hour - last).toBeGreaterThanOrEqual(given.cooldown_hours);
          last = hour;
        }
      }),
    );
  });

  it('a course is dropped only where a new one would go on as it would', () => {
    fc.assert(
      fc.property(told, someTiming, (list, given) => {
        let course: Course = newCourse(0);
        for (const [hour, met] of list.entries()) {
          course = step(course, met, hour * H, given).course;
          if (!isIdle(course, hour * H, given)) continue;
          expect(nextRaise(course, given)).toBeLessThanOrEqual(hour * H);
          expect(course.raised_ms).toBeNull();
        }
      }),
    );
  });
});
