/** Sub-records: a commit writes those that were touched, and they have a version of their own. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import { Driver } from '../driver/driver.ts';
import type { StateWrite } from '../ledger.ts';

let driver: Driver;
let position = 0;
afterEach(async () => {
  vi.restoreAllMocks();
  await driver.stop();
});

const started = async (topology = toyOptions.topology): Promise<void> => {
  driver = new Driver({ ...toyOptions, topology, start_ms: 1_700_000_000_000 });
  await driver.start();
};
const measured = async (...amounts: number[]): Promise<void> => {
  const events = amounts.map((amount) => ({
    topic: 'toy.measured',
    value: { account_id: 'a', ad_id: 'x', amount },
  }));
  await driver.engine.publish({ source: 'test', position: String(++position), events });
  await driver.settle();
};
const partsOf = async (): Promise<readonly (readonly [string, unknown])[]> => {
  const parts = [];
  for await (const part of driver.engine.parts('chain', 'a', 'x')) parts.push(part);
  return parts;
};

/** The toy with another `chain`. */
const withChain = (change: (chain: AnyProcessor) => AnyProcessor): typeof toyOptions.topology => ({
  ...toyOptions.topology,
  processors: toyOptions.topology.processors.map((one) => (one.wiring.group === 'chain' ? change(one) : one)),
});

/** What the commits of `chain` write while `work` is done, as `kind` and the last piece of the key. */
async function writesDuring(work: () => Promise<void>): Promise<readonly string[]> {
  const task = driver.ledger.task('chain', driver.engine.partitionOf('a'));
  const commit = vi.spyOn(task, 'commit');
  await work();
  const writes = commit.mock.calls.flatMap(([{ state }]) => state.map(nameOf));
  commit.mockRestore();
  return writes;
}
const nameOf = ({ kind, key }: StateWrite): string => `${kind} ${key.split('\u0000').at(-1) ?? ''}`;

describe('a commit', () => {
  it('writes the parts that its events touched and no other, however many the key has', async () => {
    await started();
    await measured(0, 1, 2, 3, 4, 5, 6, 7);
    expect(await partsOf()).toHaveLength(8);
    expect(await writesDuring(() => measured(3))).toEqual(['state x', 'part amount:3']);
    expect(await writesDuring(() => measured(3, 5, 3))).toEqual(['state x', 'part amount:3', 'part amount:5']);
  });

  it('writes nothing of a key whose decision gives back the state it met, nor parts that were only read', async () => {
    const looking = withChain((chain) => ({
      ...chain,
      decide: {
        ...chain.decide,
        'toy.measured': (...met: Parameters<(typeof chain.decide)[string]>) =>
          Reflect.get(met[1], 'amount') === 8
            ? { state: met[0] }
            : (chain.decide['toy.measured']?.(...met) ?? { state: met[0] }),
      },
    }));
    await started(looking);
    await measured(0);
    expect(await writesDuring(() => measured(8))).toEqual([]);
    expect(await partsOf()).toEqual([['amount:0', 1]]);
  });
});

describe('the version of parts', () => {
  it('is their own: older ones are upcast while the state beside them stays as it is', async () => {
    const changing = { ...toyOptions, start_ms: 1_700_000_000_000 };
    driver = new Driver(changing);
    await driver.start();
    await measured(3);
    await driver.stop();
    changing.topology = withChain(({ wiring, decide }) => ({
      wiring: {
        ...wiring,
        part: { version: 2, initial: () => 0, upcast: (count, version) => Number(count) * 10 + version },
      },
      decide,
    }));
    await driver.start();
    await measured(3);
    expect(await partsOf()).toEqual([['amount:3', 12]]);
    expect(await driver.engine.state('chain', 'a', 'x')).toMatchObject({ n: 2 });
  });
});
