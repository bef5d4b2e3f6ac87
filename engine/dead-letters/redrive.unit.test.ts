/** Dead letters of one key that go back: how long the key waits for them. */
import { afterEach, expect, it } from 'vitest';
import { parseLetter, toyOptions } from '../../testing/toy/options.ts';
import type { AnyProcessor, ErasedDecision } from '../../topology/processor.ts';
import { Driver } from '../driver/driver.ts';
import { deadLetters, redrive } from './redrive.ts';

let driver: Driver;
let position = 0;
/** Whether the `chain` of the toy fails on an event. */
let fails: (event: object) => boolean;
const amountOf = (event: object): unknown => Reflect.get(event, 'amount');
const failing = (chain: AnyProcessor): AnyProcessor => ({
  ...chain,
  decide: Object.fromEntries(
    Object.entries(chain.decide).map(([topic, decide]) => [
      topic,
      (...met: Parameters<typeof decide>): ErasedDecision => {
        if (fails(met[1])) throw new Error('a defect');
        return decide(...met);
      },
    ]),
  ),
});
const processors = toyOptions.topology.processors.map((one) => (one.wiring.group === 'chain' ? failing(one) : one));

const started = async (): Promise<void> => {
  driver = new Driver({
    ...toyOptions,
    topology: { ...toyOptions.topology, processors },
    start_ms: 1_700_000_000_000,
  });
  await driver.start();
};
afterEach(() => driver.stop());

const published = async (topic: string, value: object): Promise<void> => {
  driver.clock.advance(10);
  const events = [{ topic, value: { account_id: 'a', ad_id: 'x', ...value } }];
  await driver.engine.publish({ source: 'test', position: String(++position), events });
  await driver.settle();
};
const measured = (amount: number): Promise<void> => published('toy.measured', { amount });
const sentBack = async (): Promise<number> => {
  const { settled } = await redrive(driver.engine, parseLetter, ({ letter }) => letter.group === 'chain');
  await driver.settle();
  return settled;
};
const lettersOfChain = async (): Promise<number> => {
  let letters = 0;
  for await (const { letter } of deadLetters(driver.engine, parseLetter)) if (letter.group === 'chain') letters++;
  return letters;
};
const parked = async (): Promise<readonly unknown[]> => {
  const lines = [];
  for await (const line of driver.engine.inspect('parked')) lines.push(line);
  return lines;
};
const ofChain = (): Promise<unknown> => driver.engine.state('chain', 'a', 'x');

it('a key waits until the letter that failed once more was sent back once more, and a restart changes nothing', async () => {
  fails = (event) => amountOf(event) === 7;
  await started();
  await measured(1);
  await measured(7);
  expect(await sentBack()).toBe(1);
  expect(await lettersOfChain()).toBe(2);
  await driver.stop();
  await driver.start();
  await measured(2);
  expect(await ofChain()).toMatchObject({ n: 1 });
  expect(await parked()).toMatchObject([{ group: 'chain', dead_letters: 2 }]);
  fails = () => false;
  expect(await sentBack()).toBe(2);
  expect(await parked()).toEqual([]);
  await measured(3);
  expect(await ofChain()).toMatchObject({ n: 4 });
  expect(await driver.engine.state('check', 'a', 'x')).toMatchObject({ n: 4, breaks: 0 });
});
