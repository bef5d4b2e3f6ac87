import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from './pace.ts';

const hour_ms = 3_600_000;

/** Says when an advance has ended and how. */
function watch(advance: Promise<boolean>): () => boolean | undefined {
  let ended: boolean | undefined;
  void advance.then((advanced) => {
    ended = advanced;
  });
  return () => ended;
}

describe('Pace', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets an hour pass in an hour divided by the speed', async () => {
    const ended = watch(new Pace(7_200).advance(hour_ms));
    await vi.advanceTimersByTimeAsync(499);
    expect(ended()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(ended()).toBe(true);
  });

  it('counts what the source did between two hours as waited', async () => {
    const pace = new Pace(7_200);
    const first = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(501);
    expect(first()).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    const second = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(150);
    expect(second()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(50);
    expect(second()).toBe(true);
  });

  it('does not make up for time that a slow source lost', async () => {
    const pace = new Pace(7_200);
    const late = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(10_000);
    const next = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(1);
    expect([late(), next()]).toEqual([true, true]);
    const after = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(490);
    expect(after()).toBeUndefined();
  });

  it('never waits at max', async () => {
    const pace = new Pace('max');
    for (let hour = 0; hour < 3; hour++) {
      const ended = watch(pace.advance(hour_ms));
      await vi.advanceTimersByTimeAsync(0);
      expect(ended()).toBe(true);
    }
  });

  it('waits while paused until the speed changes', async () => {
    const pace = new Pace(0);
    const ended = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(1_000_000);
    expect(ended()).toBeUndefined();
    pace.setSpeed('max');
    await vi.advanceTimersByTimeAsync(0);
    expect(ended()).toBe(true);
    expect(pace.speed).toBe('max');
  });

  it('keeps what has passed when the speed changes in the middle of an hour', async () => {
    const pace = new Pace(3_600);
    const ended = watch(pace.advance(hour_ms));
    await vi.advanceTimersByTimeAsync(500);
    pace.setSpeed(0);
    await vi.advanceTimersByTimeAsync(60_000);
    pace.setSpeed(36_000);
    await vi.advanceTimersByTimeAsync(49);
    expect(ended()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2);
    expect(ended()).toBe(true);
  });

  it('waits longer than one timer can, at real time for months', async () => {
    const ended = watch(new Pace(1).advance(60 * 24 * hour_ms));
    await vi.advanceTimersByTimeAsync(59 * 24 * hour_ms);
    expect(ended()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(24 * hour_ms + 2);
    expect(ended()).toBe(true);
  });

  it('answers false to the wait under way and to later ones when stopped', async () => {
    const pace = new Pace(1);
    const ended = watch(pace.advance(hour_ms));
    pace.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended()).toBe(false);
    expect(await pace.advance(hour_ms)).toBe(false);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the speed %d and says what is one', (speed) => {
    expect(() => new Pace(speed)).toThrow('0 to pause');
    const pace = new Pace(1);
    expect(() => pace.setSpeed(speed)).toThrow(RangeError);
    expect(pace.speed).toBe(1);
  });
});
