/** What becomes of events that fail: in which order keys wait, what goes back, and what state is left. */
import { afterEach, describe, expect, it } from 'vitest';
import { jsonCodec, parseLetter, toyOptions } from '../testing/toy/options.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import { Crash, Driver, type DriverOptions } from './driver/driver.ts';
import type { Codec } from './ports.ts';
import { rebuild } from './rebuild.ts';
import { deadLetters, redrive, type StoredDeadLetter } from './redrive.ts';

let driver: Driver;
let position = 0;
const started = async (more: Partial<DriverOptions> = {}): Promise<void> => {
  driver = new Driver({ ...toyOptions, start_ms: 1_700_000_000_000, ...more });
  await driver.start();
};
afterEach(() => driver.stop());

const event = (topic: string, value: object): { topic: string; value: object } => ({ topic, value });
const measured = (amount: number): { topic: string; value: object } =>
  event('toy.measured', { account_id: 'a', ad_id: 'x', amount });
const publish = async (...events: { topic: string; value: object }[]): Promise<void> => {
  await driver.engine.publish({ source: 'test', position: String(++position), events });
};
const published = async (...events: { topic: string; value: object }[]): Promise<void> => {
  await publish(...events);
  await driver.settle();
};
const bodyOf = ({ letter }: StoredDeadLetter): string => Buffer.from(letter.record_value).toString();
const sendBack = (chosen: (letter: StoredDeadLetter) => boolean): Promise<{ redriven: number }> =>
  redrive(driver.engine, parseLetter, chosen);
const ofChain = (): Promise<unknown> => driver.engine.state('chain', 'a', 'x');
const ofCheck = (): Promise<unknown> => driver.engine.state('check', 'a', 'x');

/** The toy with another `chain`. */
const withChain = (change: (chain: AnyProcessor) => AnyProcessor): Pick<DriverOptions, 'topology'> => ({
  topology: {
    ...toyOptions.topology,
    processors: toyOptions.topology.processors.map((one) => (one.wiring.group === 'chain' ? change(one) : one)),
  },
});

describe('a key that waits', () => {
  it('is not moved by an event behind it, when one that was sent back fails again in the same batch', async () => {
    await started();
    await published(measured(1));
    await published(measured(-1));
    await driver.engine.whilePaused('chain', async () => {
      await publish(measured(5));
      await sendBack(({ letter }) => letter.group === 'chain');
    });
    await driver.settle();
    expect(await ofChain()).toMatchObject({ n: 1 });
    expect(await ofCheck()).toMatchObject({ n: 1, breaks: 0 });
  });

  it('goes on waiting when a record of it that could not be read is sent back', async () => {
    let unread = true;
    const codec: Codec = {
      ...jsonCodec,
      decode: (topic, bytes, at_ms) =>
        unread && Buffer.from(bytes).includes(':9')
          ? { ok: false, stage: 'decode', code: 'unknown_schema', message: 'unknown' }
          : jsonCodec.decode(topic, bytes, at_ms),
    };
    await started({ codec });
    await published(measured(1));
    const value = Buffer.from(JSON.stringify(measured(9).value));
    await driver.engine.log.append([
      { topic: 'toy.measured', partition: driver.engine.partitionOf('a'), key: 'a', value },
    ]);
    await driver.settle();
    await published(measured(-1));
    unread = false;
    await sendBack((stored) => stored.letter.group === 'chain' && bodyOf(stored).includes(':9'));
    await driver.settle();
    await published(measured(3));
    expect(await ofChain()).toMatchObject({ n: 1 });
  });
});

describe('the state of a key after a failure', () => {
  it('is without an earlier event of the batch whose effects did not fit their schema', async () => {
    const codec: Codec = {
      ...jsonCodec,
      encode(topic, value) {
        if (topic === 'toy.link' && Reflect.get(value, 'n') === 2) throw new Error('does not fit');
        return jsonCodec.encode(topic, value);
      },
    };
    const skipping = withChain((chain) => ({ ...chain, wiring: { ...chain.wiring, onError: 'skip' } }));
    await started({ codec, ...skipping });
    await published(measured(1));
    await published(measured(5), measured(-1));
    expect(await ofChain()).toMatchObject({ n: 1 });
    expect(await ofCheck()).toMatchObject({ n: 1, breaks: 0 });
  });

  it('is with a tick that was sent back before it in the batch', async () => {
    let broken = true;
    const failing = withChain((chain) => ({
      ...chain,
      decide: {
        ...chain.decide,
        'toy.hour': (...met: Parameters<(typeof chain.decide)[string]>) => {
          if (broken) throw new Error('a defect');
          return chain.decide['toy.hour']?.(...met) ?? { state: undefined };
        },
      },
    }));
    await started(failing);
    await published(measured(1));
    await published(event('toy.hour', { hour: 1 }));
    await published(measured(-1));
    broken = false;
    await sendBack(() => true);
    await driver.settle();
    expect(await ofChain()).toMatchObject({ n: 2 });
    expect(await ofCheck()).toMatchObject({ n: 2, breaks: 0 });
  });
});

describe('dead letters', () => {
  it('go back once, also when two ask at the same time', async () => {
    await started();
    await published(measured(1), measured(-1), measured(5));
    const chosen = (stored: StoredDeadLetter): boolean => bodyOf(stored).includes(':5');
    const asked = await Promise.all([sendBack(chosen), sendBack(chosen)]);
    await driver.settle();
    expect(asked.map(({ redriven }) => redriven)).toEqual([1, 0]);
    expect(await ofChain()).toMatchObject({ n: 2 });
  });

  it('that were delivered twice by a crash are one', async () => {
    await started();
    await published(measured(1), measured(-1));
    driver.onStep = (step, { group }) => {
      if (step === 'deliver' && group === 'chain') throw new Crash('after delivering');
    };
    await publish(measured(5));
    expect(await driver.settle()).toBe(false);
    driver.onStep = undefined;
    await driver.start();
    await driver.survive();
    const bodies: string[] = [];
    for await (const stored of deadLetters(driver.engine, parseLetter)) bodies.push(bodyOf(stored));
    expect(bodies.filter((body) => body.includes(':5'))).toHaveLength(1);
  });
});

describe('a policy that cannot be one', () => {
  it('is a dead letter of each group; the one before stays in force, and after a restart too', async () => {
    const parse = (value: object): unknown => {
      if (Reflect.get(value, 'version') === 'bad') throw new Error('version is bad');
      return value;
    };
    await started({ policy: { ...toyOptions.policy, parse } });
    await published(event('toy.policy', { version: 'p1' }));
    await published(event('toy.policy', { version: 'bad' }), measured(1));
    const states = (): readonly string[] => driver.engine.groups().map(({ state }) => state);
    expect(states()).toEqual(['idle', 'idle', 'idle']);
    await driver.stop();
    await driver.start();
    await published(measured(2));
    expect(states()).toEqual(['idle', 'idle', 'idle']);
    const partition = driver.engine.partitionOf('a');
    const links = await driver.engine.log.read('toy.link', partition, 0, 9);
    expect(links.map((link) => Reflect.get(driver.engine.decoded(link).value ?? {}, 'policy_version'))).toEqual([
      'p1',
      'p1',
    ]);
    const refused: string[] = [];
    for await (const { letter } of deadLetters(driver.engine, parseLetter)) refused.push(letter.group);
    expect([...new Set(refused)].sort()).toEqual(['chain', 'check', 'mirror']);
  });
});

describe('a rebuild', () => {
  it('folds batches that older code took', async () => {
    const changing = { ...toyOptions, start_ms: 1_700_000_000_000, code: 'v1' };
    driver = new Driver(changing);
    await driver.start();
    await published(measured(1));
    await driver.stop();
    changing.code = 'v2';
    await driver.start();
    await published(measured(2));
    expect(await rebuild(driver.engine, 'chain')).toMatchObject({ records: 2, differences: [] });
  });
});

describe('a group that several hold still', () => {
  it('goes on when the last of them is done', async () => {
    await started();
    await published(measured(1));
    let seen: readonly unknown[] = [];
    let release: () => void = () => undefined;
    const first = driver.engine.whilePaused('chain', async () => {
      await new Promise<void>((resolve) => (release = resolve));
      seen = [await ofChain()];
    });
    await driver.engine.whilePaused('chain', () => Promise.resolve());
    await publish(measured(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    await first;
    expect(seen).toMatchObject([{ n: 1 }]);
    await driver.settle();
    expect(await ofChain()).toMatchObject({ n: 2 });
  });
});
