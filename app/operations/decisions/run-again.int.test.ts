import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { startDouble, winning_clicks } from '../doubles.ts';
import type { LocalOperations } from '../local.ts';

const start_ms = Date.UTC(2026, 0, 5);
const hour_ms = 3_600_000;
let driver: Driver;
let operations: LocalOperations;
let id: string;

beforeEach(async () => {
  ({ driver, operations } = await startDouble(start_ms));
  const events = [1, 2, 3].map((hour) => {
    const window_start_ms = start_ms - (48 - hour) * hour_ms;
    const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: window_start_ms + hour_ms };
    const value = { ...exampleOf('ad.metrics'), ...window, impressions: 800, clicks: 50, link_clicks: 40, reach: null };
    return { topic: 'ad.metrics', value };
  });
  await driver.engine.publish({ source: 'test', position: '1', events });
  await driver.settle();
  const [row] = await operations.decisions({});
  if (row === undefined) throw new Error('nothing was decided');
  id = row.id;
});
afterEach(() => driver.stop());

const cause = async (): Promise<Record<string, unknown>> => ({ ...(await operations.explain({ id }))?.cause.value });

describe('a decision run again', () => {
  it('from the recorded input is the recorded decision, field by field', async () => {
    const again = await operations.run_again({ id });
    expect(again?.recorded).toEqual([
      { topic: 'winner.detected', value: (await operations.explain({ id }))?.decision.value },
    ]);
    expect(again?.edited).toEqual(again?.recorded);
    expect(again?.differences).toEqual([]);
  });

  it('from less evidence, or a state that has announced it, is none', async () => {
    const less = await operations.run_again({ id, event: { ...(await cause()), e_value: winning_clicks - 1 } });
    expect(less?.edited).toEqual([]);
    expect(less?.differences).toEqual([{ field: '0', before: less?.recorded[0], after: null }]);
    const experiment_id = (await cause())['experiment_id'];
    expect((await operations.run_again({ id, state: { announced: [experiment_id] } }))?.edited).toEqual([]);
  });

  it('under another policy carries its version, and one out of its limits is refused by its field', async () => {
    const under = await operations.run_again({ id, policy: { evidence: { alpha: 0.01 } } });
    expect(under?.differences.map(({ field }) => field)).toEqual(['0.value.policy_version']);
    await expect(operations.run_again({ id, policy: { evidence: { alpha: 7 } } })).rejects.toThrow('evidence.alpha');
  });

  it('from an event that no reader would take is refused with what is wrong', async () => {
    const event = { ...(await cause()), e_value: 'much' };
    await expect(operations.run_again({ id, event })).rejects.toThrow('evidence.changed');
    await expect(operations.run_again({ id, state: 7 })).rejects.toThrow('the handler refuses the edited input');
  });

  it('writes nothing', async () => {
    const before = (await operations.status()).topics;
    await operations.run_again({ id, event: await cause() });
    await driver.settle();
    expect((await operations.status()).topics.map(({ records }) => records)).toEqual(
      before.map(({ records }) => records),
    );
  });
});

describe('advice', () => {
  it('is found in a running engine: winners that no group reads, and a key that waits for its dead letter', async () => {
    const found = async (): Promise<readonly string[]> => (await operations.advice()).map(({ words }) => words);
    expect(await found()).toEqual(['1 event of winner.detected and no reader']);
    const value = { ...exampleOf('ad.metrics'), impressions: 950, clicks: 50, link_clicks: 40, reach: null };
    await driver.engine.publish({ source: 'test', position: '2', events: [{ topic: 'ad.metrics', value }] });
    await driver.settle();
    expect(await found()).toContain('1 key waits in count until its dead letter is settled');
  });
});
