import { describe, expect, it } from 'vitest';
import { MemoryCallBudget } from '../../call-budget/memory.ts';
import { Gate } from './gate.ts';

/** A gate whose waits pass at once, and are written down. */
function gated(points = 1_000): { readonly gate: Gate; readonly waits: number[] } {
  const waits: number[] = [];
  let now_ms = 0;
  const clock = {
    now_ms: () => now_ms,
    sleep: (ms: number) => {
      waits.push(ms);
      now_ms += ms;
      return Promise.resolve();
    },
  };
  return { gate: new Gate(new MemoryCallBudget({ points, period_ms: 300_000 }, clock.now_ms), clock), waits };
}

const patience_ms = 3_600_000;

describe('calls of an account', () => {
  it.each([
    [0, 0],
    [74, 0],
    [75, 0],
    [80, 1_250],
    [90, 3_750],
  ])('at %d %% of a limit wait %d ms', async (percent, wait_ms) => {
    const { gate, waits } = gated();
    await gate.learn('a', { percent, regain_ms: null });
    await gate.enter('a', 1, patience_ms);
    expect(waits).toEqual(wait_ms === 0 ? [] : [wait_ms]);
  });

  it('pause at 95 %, as long as the answer says', async () => {
    const { gate, waits } = gated();
    await gate.learn('a', { percent: 96, regain_ms: 240_000 });
    await gate.enter('a', 1, patience_ms);
    // Slow as well: the wait before it counts towards the pause.
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(240_000);
    await gate.enter('other', 1, 0);
  });

  it('never take more points than there are in any five minutes', async () => {
    const { gate, waits } = gated(40);
    for (let call = 0; call < 80; call++) await gate.enter('a', 1, patience_ms);
    // Forty at once, and the next forty as they come back.
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(299_000);
  });

  it('are not made where the budget that is shared cannot be asked', async () => {
    const away = {
      take: () => Promise.reject(new Error('no Redis')),
      pause: () => Promise.reject(new Error('no Redis')),
    };
    const gate = new Gate(away, { now_ms: () => 0, sleep: () => Promise.resolve() });
    await expect(gate.enter('a', 1, patience_ms)).rejects.toMatchObject({ kind: 'throttled', retry_after_ms: null });
    await gate.learn('a', { percent: 99, regain_ms: null });
  });

  it('are given up where they would wait longer than they may', async () => {
    const { gate, waits } = gated();
    await gate.pause('a', 60_000);
    await expect(gate.enter('a', 3, 5_000)).rejects.toMatchObject({ kind: 'throttled', retry_after_ms: 60_000 });
    expect(waits).toEqual([]);
  });
});
