/** What counts as being in an outbox: the bytes of rows, and what an earlier life of the process left in it. */
import { afterEach, expect, it, vi } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { Driver } from '../driver/driver.ts';

let driver: Driver;
let position = 0;
afterEach(async () => {
  vi.restoreAllMocks();
  await driver.stop();
});

/** Rows of `check` are away until `back`; it has room for two of those below, one event to a batch. */
async function startedWithout(): Promise<{ back(): void }> {
  const limits = { ...toyOptions.limits, outbox_bytes: 2_000, batch_records: 1 };
  driver = new Driver({ ...toyOptions, limits, start_ms: 1_700_000_000_000 });
  await driver.start();
  const send = driver.rows.send.bind(driver.rows);
  const away = vi.spyOn(driver.rows, 'send').mockImplementation(async (rows) => {
    if (rows.some(({ table }) => table === 'links')) throw new Error('connection refused');
    await send(rows);
  });
  return { back: () => away.mockRestore() };
}
const publish = (...ads: string[]): Promise<void> =>
  driver.engine.publish({
    source: 'test',
    position: String(++position),
    events: ads.map((ad_id) => ({ topic: 'toy.measured', value: { account_id: 'a', ad_id, amount: 1 } })),
  });
const check = (): unknown => driver.engine.groups().find(({ group }) => group === 'check');
const large = Array.from({ length: 6 }, (_, i) => String(i).repeat(1_000));

it('a few large rows fill an outbox, and the group goes on when they are delivered', async () => {
  const { back } = await startedWithout();
  await publish(...large);
  await vi.waitFor(() => expect(check()).toMatchObject({ state: 'waiting', lag: 4 }));
  expect(check()).toMatchObject({ events_total: 2 });
  back();
  await driver.settle();
  expect(check()).toMatchObject({ state: 'idle', events_total: 6, outbox_bytes: 0 });
});

it('an outbox that was full when the process died is full when it starts again', async () => {
  const { back } = await startedWithout();
  await publish(...large);
  await vi.waitFor(() => expect(check()).toMatchObject({ events_total: 2, lag: 4 }));
  driver.crash();
  await driver.start();
  // As many turns as the whole backlog would take.
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(check()).toMatchObject({ state: 'waiting', events_total: 2 });
  back();
  await driver.settle();
  expect(check()).toMatchObject({ state: 'idle', events_total: 6 });
  // A row may come twice, as the process that died had begun to send it; readers tell them apart by name.
  const links = driver.rows.sent.filter(({ table }) => table === 'links');
  expect(new Set(links.map(({ name }) => name.offset)).size).toBe(6);
});
