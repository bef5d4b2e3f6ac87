/** A decision is explained from the state it met, whatever happened on the way there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLetter, toyOptions } from '../../testing/toy/options.ts';
import { Crash, Driver } from '../driver/driver.ts';
import { explain, type Explained } from './explain.ts';
import type { LogRecord } from '../ports.ts';
import { redrive } from '../dead-letters/redrive.ts';

let driver: Driver;
let position = 0;
beforeEach(async () => {
  driver = new Driver({ ...toyOptions, start_ms: 1_700_000_000_000 });
  await driver.start();
});
afterEach(() => driver.stop());

const measured = (ad_id: string, amount: number): { topic: string; value: object } => ({
  topic: 'toy.measured',
  value: { account_id: 'a', ad_id, amount },
});
const publish = (...events: { topic: string; value: object }[]): Promise<void> =>
  driver.engine.publish({ source: 'test', position: String(++position), events });
const published = async (...events: { topic: string; value: object }[]): Promise<void> => {
  await publish(...events);
  await driver.settle();
};
const lastLink = async (): Promise<LogRecord | undefined> => {
  const partition = driver.engine.partitionOf('a');
  const { end } = await driver.engine.log.range('toy.link', partition);
  return (await driver.engine.log.read('toy.link', partition, end - 1, 1))[0];
};
const explained = async (): Promise<Explained | undefined> => {
  const name = (await lastLink())?.name;
  return name === undefined ? undefined : explain(driver.engine, 'toy.link', name);
};

describe('the state that a decision met', () => {
  it('has each tick before it once, though its visit took several commits', async () => {
    await published(...['p', 'q', 'r', 's', 't', 'u', 'v'].map((ad) => measured(ad, 1)));
    await published({ topic: 'toy.hour', value: { hour: 1 } });
    await published(measured('p', 2));
    expect(await explained()).toMatchObject({ reproduced: true, state_before: { n: 2 } });
  });

  it('is without what failed or waited, until it was sent back', async () => {
    await published(measured('x', 1));
    await published(measured('x', -1));
    await published(measured('x', 5));
    await redrive(driver.engine, parseLetter, ({ letter }) => !Buffer.from(letter.record_value).includes('-1'));
    await driver.settle();
    expect(await explained()).toMatchObject({ reproduced: true, state_before: { n: 1 } });
  });

  it('has a link once that a crash delivered twice', async () => {
    driver.onStep = (step, { group }) => {
      if (step === 'deliver' && group === 'chain') throw new Crash('after delivering');
    };
    await publish(measured('x', 1));
    expect(await driver.settle()).toBe(false);
    driver.onStep = undefined;
    await driver.start();
    await driver.survive();
    const partition = driver.engine.partitionOf('a');
    expect((await driver.engine.log.range('toy.link', partition)).end).toBe(2);
    await published(measured('x', 2));
    expect(await explained()).toMatchObject({ reproduced: true, state_before: { n: 1 } });
  });
});

describe('what a group did not take', () => {
  it('is in no state: an event whose effects did not fit, a record under another account', async () => {
    await driver.stop();
    driver = new Driver({
      ...toyOptions,
      start_ms: 1_700_000_000_000,
      limits: { ...toyOptions.limits, record_bytes: 110 },
    });
    await driver.start();
    await published(measured('x', 1));
    const before = await lastLink();
    await published(measured('x'.repeat(40), 1));
    const strange = Buffer.from(JSON.stringify({ account_id: 'b', ad_id: 'x', amount: 5 }));
    await driver.engine.log.append([
      { topic: 'toy.measured', partition: driver.engine.partitionOf('a'), key: 'a', value: strange },
    ]);
    await published(measured('x', 2));
    expect((await lastLink())?.offset).toBe((before?.offset ?? 0) + 1);
    expect(await explained()).toMatchObject({ reproduced: true, state_before: { n: 1 }, inputs_total: 2 });
  });
});

describe('an event', () => {
  it('is found by its cause, though the clock stepped back between them', async () => {
    await published(measured('x', 1));
    driver.clock.advance(100_000);
    await driver.engine.whilePaused('chain', async () => {
      await publish(measured('x', 2));
      driver.clock.advance(-50_000);
    });
    await driver.settle();
    const link = await lastLink();
    if (link?.name === undefined) throw new Error('there is no link');
    expect((await driver.engine.find('toy.link', link.name))?.record.offset).toBe(link.offset);
  });
});
