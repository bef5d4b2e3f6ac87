import { expect, it } from 'vitest';
import { backfillResult } from './backfill.ts';

it('a back-fill that is killed again and again ends in equal events, and exceeds no limit', async () => {
  const size = { adsets: 6, ads_each: 5, days: 30, kills: 3, seed: 7, access: 'full' } as const;
  const { whole, killed, equal } = await backfillResult(size, () => undefined);
  expect(killed.kills).toBe(3);
  expect(whole.events.length).toBeGreaterThan(15 * 28 * 24);
  expect(equal).toBe(true);
  expect([whole.exceeded, killed.exceeded]).toEqual([0, 0]);
  // What a kill costs are the calls of one step, not those of the whole.
  expect(killed.calls).toBeLessThan(2 * whole.calls);
});
