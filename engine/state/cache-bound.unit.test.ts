/** A cache that holds next to nothing changes nothing but how often the ledger is read. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { seenOf, type Seen } from '../../testing/toy/oracle.ts';
import { turns, type Turn } from '../../testing/toy/scenario.ts';
import { Driver } from '../driver/driver.ts';

async function played(turnsOfRun: readonly Turn[], cache_entries: number): Promise<Seen> {
  const limits = { ...toyOptions.limits, cache_entries };
  const driver = new Driver({ ...toyOptions, limits, start_ms: 1_700_000_000_000 });
  await driver.start();
  for (const [i, { events }] of turnsOfRun.entries()) {
    await driver.engine.publish({ source: 'turns', position: String(i), events });
    await driver.settle();
  }
  const seen = await seenOf(driver.engine, driver.rows.sent);
  await driver.stop();
  expect(driver.failures).toEqual([]);
  return seen;
}

it('state, events and rows are the same with a cache of one value and with one that holds all', async () => {
  await fc.assert(
    fc.asyncProperty(turns, async (turnsOfRun) => {
      const all = await played(turnsOfRun, 1_000_000);
      expect(await played(turnsOfRun, 1)).toEqual(all);
      expect(all.breaks).toBe(0);
    }),
    { numRuns: 60 },
  );
});
