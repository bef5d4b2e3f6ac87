/** Dead letters of one key that go back together: in which order they are decided. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseLetter, toyOptions } from '../../testing/toy/options.ts';
import type { AnyProcessor, ErasedDecision } from '../../topology/processor.ts';
import { Driver } from '../driver/driver.ts';
import { redrive } from './redrive.ts';

let driver: Driver;
let position = 0;
let broken = true;
/** What `chain` decided, in order. */
let decided: string[] = [];
afterEach(() => driver.stop());

/** A `chain` that fails on everything while it is broken. */
const breaking = (chain: AnyProcessor): AnyProcessor => ({
  ...chain,
  decide: Object.fromEntries(
    Object.entries(chain.decide).map(([topic, decide]) => [
      topic,
      (...met: Parameters<typeof decide>): ErasedDecision => {
        if (broken) throw new Error('a defect');
        decided.push(`${topic} ${JSON.stringify(met[1])}`);
        return decide(...met);
      },
    ]),
  ),
});
const processors = toyOptions.topology.processors.map((one) => (one.wiring.group === 'chain' ? breaking(one) : one));

/** Events of one key, each refused before the next arrives, then sent back together once the defect is gone. */
async function decidedAgain(...events: readonly (readonly [topic: string, value: object])[]): Promise<string[]> {
  broken = true;
  decided = [];
  driver = new Driver({
    ...toyOptions,
    topology: { ...toyOptions.topology, processors },
    start_ms: 1_700_000_000_000,
  });
  await driver.start();
  for (const [topic, value] of events) {
    driver.clock.advance(10);
    const event = { topic, value: { account_id: 'a', ad_id: 'x', ...value } };
    await driver.engine.publish({ source: 'test', position: String(++position), events: [event] });
    await driver.settle();
  }
  broken = false;
  await redrive(driver.engine, parseLetter, ({ letter }) => letter.group === 'chain');
  await driver.settle();
  return decided.map((text) => text.replace('"account_id":"a","ad_id":"x",', ''));
}

describe('dead letters of one key', () => {
  it('of one input are decided in the order in which they were refused', async () => {
    const amounts = [3, 1, 2];
    expect(await decidedAgain(...amounts.map((amount) => ['toy.measured', { amount }] as const))).toEqual(
      amounts.map((amount) => `toy.measured {"amount":${amount}}`),
    );
  });

  it('of several inputs are decided in the order in which they were refused', async () => {
    expect(
      await decidedAgain(['toy.noted', { note: 1 }], ['toy.measured', { amount: 2 }], ['toy.noted', { note: 3 }]),
    ).toEqual(['toy.noted {"note":1}', 'toy.measured {"amount":2}', 'toy.noted {"note":3}']);
  });
});
