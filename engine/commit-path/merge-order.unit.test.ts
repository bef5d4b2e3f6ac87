/** In which order a task takes from several inputs that all have a backlog. */
import { afterEach, describe, expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { HandClock } from '../driver/driver.ts';
import { MemoryLog } from '../driver/memory-log.ts';
import { BatchReader } from './batch-reader.ts';
import { emptyHead } from '../ledger.ts';

let clock: HandClock;
let log: MemoryLog;
const fresh = (): void => {
  clock = new HandClock(1_000);
  log = new MemoryLog(1, clock);
};
afterEach(fresh);
fresh();

const append = (topic: string, at_ms: number, text: string): Promise<void> => {
  clock.set(at_ms);
  return log.append([{ topic, partition: 0, key: 'a', value: Buffer.from(text) }]);
};

/** What batches of this size take, batch by batch. */
async function taken(batch_records: number, topics: readonly string[]): Promise<readonly (readonly string[])[]> {
  const reader = await BatchReader.open(
    {
      log,
      group: 'g',
      partition: 0,
      code: toyOptions.code,
      batch_records,
      compacted: () => false,
      topics,
      standsAlone: () => false,
      journal: false,
    },
    emptyHead,
  );
  const batches: string[][] = [];
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next())
    batches.push(batch.records.map(({ value }) => Buffer.from(value).toString()));
  return batches;
}

describe('a backlog on several inputs', () => {
  it('is taken by the time at which the log took it, however the inputs are named or filled', async () => {
    for (let i = 0; i < 9; i++) await append('metrics', 100 + 10 * i, `m${i}`);
    await append('a-tick', 125, 't0');
    await append('z-policy', 155, 'p0');
    expect((await taken(4, ['z-policy', 'metrics', 'a-tick'])).flat()).toEqual([
      ...['m0', 'm1', 'm2', 't0', 'm3', 'm4', 'm5', 'p0', 'm6', 'm7', 'm8'],
    ]);
  });

  it('of one time is taken by topic, then by offset', async () => {
    for (const text of ['b0', 'b1']) await append('b', 100, text);
    for (const text of ['a0', 'a1']) await append('a', 100, text);
    expect(await taken(3, ['b', 'a'])).toEqual([['a0', 'a1', 'b0'], ['b1']]);
  });

  it('is taken in the same order whatever the size of a batch', async () => {
    for (let i = 0; i < 40; i++) await append(['x', 'y', 'z'][i % 3] ?? 'x', 100 + ((i * 7) % 13), `${i}`);
    const orders = [1, 3, 8, 100].map(async (size) => (await taken(size, ['y', 'z', 'x'])).flat().join(' '));
    expect(new Set(await Promise.all(orders)).size).toBe(1);
  });
});
