/** What a plan says of dead letters, and that sending them back then does it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLetter, toyOptions } from '../../testing/toy/options.ts';
import { Driver } from '../driver/driver.ts';
import { planRedrive, type PlannedLetter } from './redrive-plan.ts';
import { redrive } from './redrive.ts';

let driver: Driver;
let fails = true;

beforeEach(async () => {
  fails = true;
  const processors = toyOptions.topology.processors.map((one) =>
    one.wiring.group !== 'chain'
      ? one
      : {
          ...one,
          decide: Object.fromEntries(
            Object.entries(one.decide).map(([topic, decide]) => [
              topic,
              (...met: Parameters<typeof decide>) => {
                if (fails && Reflect.get(met[1], 'amount') === 7) throw new Error('a defect');
                return decide(...met);
              },
            ]),
          ),
        },
  );
  driver = new Driver({
    ...toyOptions,
    topology: { ...toyOptions.topology, processors },
    start_ms: 1_700_000_000_000,
  });
  await driver.start();
});
afterEach(() => driver.stop());

let position = 0;
async function measured(amount: number): Promise<void> {
  driver.clock.advance(10);
  const value = { account_id: 'a', ad_id: 'x', amount };
  await driver.engine.publish({
    source: 'test',
    position: String(++position),
    events: [{ topic: 'toy.measured', value }],
  });
  await driver.settle();
}
async function poison(): Promise<void> {
  const partition = driver.engine.partitionOf('a');
  await driver.engine.log.append([{ topic: 'toy.measured', partition, key: 'a', value: Buffer.from('poison') }]);
  await driver.settle();
}
const planned = (chosen: (letter: PlannedLetter['letter']) => boolean): Promise<readonly PlannedLetter[]> =>
  planRedrive(driver.engine, parseLetter, ({ letter }) => letter.group === 'chain' && chosen(letter));
const short = (letters: readonly PlannedLetter[]) =>
  letters.map(({ outcome, reason, passes }) => [outcome, reason, passes]);
const sentBack = async (): Promise<void> => {
  await redrive(driver.engine, parseLetter, ({ letter }) => letter.group === 'chain');
  await driver.settle();
};
const bodyOf = ({ record_value }: PlannedLetter['letter']): string => Buffer.from(record_value).toString();

describe('a plan of what goes back', () => {
  it('tells what would be decided from what would be refused again, and what has gone back before', async () => {
    await measured(7);
    await measured(2);
    await poison();
    const unreadable = expect.stringContaining('not valid JSON') as unknown;
    expect(short(await planned(() => true))).toEqual([
      ['decided', null, 0],
      ['decided', null, 0],
      ['refused', unreadable, 0],
    ]);
    fails = false;
    await sentBack();
    expect(await driver.engine.state('chain', 'a', 'x')).toMatchObject({ n: 2 });
    const before = ['nothing', 'it was sent back before', 0];
    expect(short(await planned(() => true))).toEqual([before, before, before, ['refused', unreadable, 0]]);
  });

  it('says which letters of the same key it would pass', async () => {
    await measured(7);
    await measured(2);
    await measured(3);
    expect(short(await planned((letter) => bodyOf(letter).includes(':3')))).toEqual([['decided', null, 2]]);
  });

  it('names the groups that took the record already, also when it was sent back and refused once more', async () => {
    const others = driver.engine.topology.processors
      .filter(({ wiring }) => wiring.group !== 'chain' && wiring.reads.some(({ name }) => name === 'toy.measured'))
      .map(({ wiring }) => wiring.group);
    expect(others.length).toBeGreaterThan(0);
    await measured(7);
    await sentBack();
    const letters = await planned(() => true);
    expect(letters.map(({ letter }) => letter.topic)).toEqual(['toy.measured', 'toy.measured.redrive.chain']);
    for (const { handled_by, not_yet } of letters)
      expect({ handled_by, not_yet }).toEqual({ handled_by: others, not_yet: [] });
  });
});
