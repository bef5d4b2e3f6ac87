/** Groups that ask the outside: what becomes of answers, of failures, and of requests that were under way. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { link, measured, toy } from '../../testing/toy/topology.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { caller, noState, PermanentError, wire, type CallContext } from '../../topology/processor.ts';
import { Crash, Driver } from '../driver/driver.ts';
import { rebuild } from '../state/rebuild.ts';

const wiring = wire({
  group: 'ask',
  description: 'Asks the outside about each amount.',
  partitionBy: 'account_id',
  reads: [measured],
  emits: [link],
  writes: [],
  state: noState,
  stateKey: { 'toy.measured': () => '' },
});
type Outside = (amount: number, context: CallContext<{ readonly version: string }>) => Promise<number>;

let outside: Outside;
let asked: string[];
let driver: Driver;
let position = 0;
afterEach(() => driver.stop());

const answerOf = (ad_id: string, n: number): ReturnType<typeof link.event> =>
  link.event({ account_id: 'a', ad_id, n, before: 0, hash: 0, policy_version: 'none' });

const asking = caller(wiring, {
  limits: { concurrency: 2, deadline_ms: 200, attempts: 3, first_retry_ms: 1 },
  answer: {
    'toy.measured': async ({ ad_id, amount }, context: CallContext<{ readonly version: string }>) => {
      asked.push(context.request_id);
      return { emit: [answerOf(ad_id, await outside(amount, context))] };
    },
  },
  failed: { 'toy.measured': ({ ad_id }, why) => ({ emit: [answerOf(`${ad_id}: ${why}`, -1)] }) },
});

async function start(of: Outside): Promise<void> {
  outside = of;
  asked = [];
  driver = new Driver({ ...toyOptions, topology: { ...toy, processors: [asking] }, start_ms: 1_700_000_000_000 });
  await driver.start();
}
const publish = (...amounts: number[]): Promise<void> =>
  driver.engine.publish({
    source: 'test',
    position: String(++position),
    events: amounts.map((amount) => ({
      topic: 'toy.measured',
      value: { account_id: 'a', ad_id: `ad-${amount}`, amount },
    })),
  });
const answers = async (): Promise<readonly unknown[]> =>
  (await driver.engine.log.read('toy.link', driver.engine.partitionOf('a'), 0, 99)).map((record) => {
    const { value } = driver.engine.decoded(record);
    return [Reflect.get(value ?? {}, 'ad_id'), Reflect.get(value ?? {}, 'n')];
  });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('answers', () => {
  it('are events in the order of their requests, whichever comes first', async () => {
    await start(async (amount) => {
      await sleep(20 - 4 * amount);
      return amount * 10;
    });
    await publish(1, 2, 3, 4);
    await driver.settle();
    expect(await answers()).toEqual([
      ['ad-1', 10],
      ['ad-2', 20],
      ['ad-3', 30],
      ['ad-4', 40],
    ]);
  });

  it('are asked for a few at a time', async () => {
    let underway = 0;
    let most = 0;
    await start(async (amount) => {
      most = Math.max(most, ++underway);
      await sleep(2);
      underway--;
      return amount;
    });
    await publish(...Array.from({ length: 20 }, (_, i) => i));
    await driver.settle();
    expect(most).toBe(2);
    expect(await answers()).toHaveLength(20);
  });
});

describe('an outside that fails', () => {
  it('is tried again, and its answer taken when it comes', async () => {
    let left = 2;
    await start((amount) => (left-- > 0 ? Promise.reject(new Error('busy')) : Promise.resolve(amount)));
    await publish(7);
    await driver.settle();
    expect(asked).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set([asked[0]]));
    expect(await answers()).toEqual([['ad-7', 7]]);
  });

  it('gives a result that says so: no later request waits for ever, and the group goes on', async () => {
    await start((amount) => (amount === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(amount)));
    await publish(1, 2);
    await driver.settle();
    expect(await answers()).toEqual([
      ['ad-1: broken', -1],
      ['ad-2', 2],
    ]);
    expect(driver.engine.groups()).toMatchObject([{ state: 'idle', dead_letters_total: 0 }]);
  });

  it('that refuses the request itself is not asked twice', async () => {
    await start(() => Promise.reject(new PermanentError('no such ad')));
    await publish(1);
    await driver.settle();
    expect(asked).toHaveLength(1);
    expect(await answers()).toEqual([['ad-1: no such ad', -1]]);
  });

  it('that never answers is given up at the deadline, also when it ignores its signal', async () => {
    await start(() => new Promise(() => undefined));
    await publish(1);
    await driver.settle();
    expect(await answers()).toEqual([['ad-1: no answer within 200 ms', -1]]);
  });
});

describe('a group that stops while it asks', () => {
  it('does not wait for the outside, and asks under the same name with the next start', async () => {
    await start(() => new Promise(() => undefined));
    await publish(1);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await driver.stop();
    expect(driver.failures).toEqual([]);
    outside = (amount) => Promise.resolve(amount);
    await driver.start();
    await driver.survive();
    expect(new Set(asked).size).toBe(1);
    expect(await answers()).toEqual([['ad-1', 1]]);
  });
});

describe('an answer that was committed', () => {
  it('is not asked for again: neither after a crash nor by a rebuild', async () => {
    await start((amount) => Promise.resolve(amount));
    driver.onStep = (step) => {
      if (step === 'deliver') throw new Crash('after the commit');
    };
    await publish(1);
    expect(await driver.settle()).toBe(false);
    driver.onStep = undefined;
    await driver.start();
    await driver.survive();
    expect(await rebuild(driver.engine, 'ask')).toMatchObject({ differences: [] });
    expect(asked).toHaveLength(1);
    const distinct = new Set((await answers()).map((answer) => JSON.stringify(answer)));
    expect([...distinct]).toEqual(['["ad-1",1]']);
  });
});
