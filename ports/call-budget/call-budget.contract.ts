/** What every budget of calls promises; each implementation's test runs this. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallBudget } from './port.ts';

/** Two instances that share a budget of ten points which come back within a second, and a way to let time pass. */
export interface OpenBudgets {
  readonly first: CallBudget;
  readonly second: CallBudget;
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const contract_budget = { points: 10, period_ms: 1_000 } as const;

export function callBudgetContract(open: () => Promise<OpenBudgets>): void {
  describe('a budget of calls', () => {
    let opened: OpenBudgets;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    it('gives no more points than it has, whoever takes them, and says when there are some', async () => {
      const { first, second } = opened;
      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? first : second).take('one', 1)),
      );
      const waits = taken.filter((wait_ms) => wait_ms > 0);
      // While twenty are asked for, some tenth of a second may pass on a real clock.
      expect(waits.length).toBeGreaterThanOrEqual(7);
      expect(waits.length).toBeLessThanOrEqual(10);
      for (const wait_ms of waits) expect(wait_ms).toBeLessThanOrEqual(100);
      await opened.pass(Math.max(...waits));
      expect(await second.take('one', 1)).toBe(0);
    });

    it('has one for each account', async () => {
      expect(await opened.first.take('other', 10)).toBe(0);
      expect(await opened.second.take('other', 10)).toBeGreaterThan(500);
      expect(await opened.first.take('third', 10)).toBe(0);
    });

    it('keeps points for calls that are more urgent', async () => {
      const { first, second } = opened;
      expect(await first.take('kept', 5, 4)).toBe(0);
      expect(await second.take('kept', 3, 4)).toBeGreaterThan(0);
      expect(await second.take('kept', 3)).toBe(0);
    });

    it('pauses an account for all, as long as the longest pause', async () => {
      const { first, second } = opened;
      await first.pause('paused', 60_000);
      await second.pause('paused', 1_000);
      const wait_ms = await second.take('paused', 1);
      expect(wait_ms).toBeGreaterThan(50_000);
      expect(wait_ms).toBeLessThanOrEqual(60_000);
    });

    it('gives a call that is dearer than all of it what there is', async () => {
      expect(await opened.first.take('dear', 25)).toBe(0);
      expect(await opened.first.take('dear', 1)).toBeGreaterThan(0);
    });
  });
}
