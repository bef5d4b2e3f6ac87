/** What a log keeps for the tasks of its process, and when it may let it go. */
import { afterEach, expect, it, vi } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { Driver } from '../driver/driver.ts';
import type { Log } from '../ports.ts';

const driver = new Driver({ ...toyOptions, start_ms: 1_700_000_000_000 });
afterEach(async () => {
  vi.restoreAllMocks();
  await driver.stop();
});

it('records that every task has taken are let go, those that one has not stay, and where nobody reads none are kept', async () => {
  let now_ms = 10_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now_ms);
  await driver.start();
  const log: Log = driver.engine.log;
  const told: (readonly number[])[] = [];
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  log.release = (neededFrom) => {
    told.push(partitions.map((partition) => neededFrom('toy.measured', partition)));
    expect(neededFrom('toy.nobody', 0)).toBe(Infinity);
  };
  const publish = (position: string): Promise<void> => {
    const events = ['x', 'y', 'z'].map((ad_id) => ({
      ...{ topic: 'toy.measured', value: { account_id: 'a', ad_id, amount: 1 } },
    }));
    return driver.engine.publish({ source: 'test', position, events });
  };
  await publish('1');
  await driver.settle();
  expect(told).toEqual([partitions.map(() => 0)]);
  await publish('2');
  expect(told.length).toBe(1);
  const taken = await Promise.all(
    partitions.map(async (partition) => (await log.range('toy.measured', partition)).end),
  );
  await driver.settle();
  now_ms += 1_000;
  await publish('3');
  expect(taken.some((end) => end > 0)).toBe(true);
  expect(told.at(-1)).toEqual(taken);
});
