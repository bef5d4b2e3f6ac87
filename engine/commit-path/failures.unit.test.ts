/** What becomes of events that fail: in which order keys wait, what goes back, and what state is left. */
import { afterEach, describe, expect, it } from 'vitest';
import { jsonCodec, parseLetter, toyOptions } from '../../testing/toy/options.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import { Crash, Driver, type DriverOptions } from '../driver/driver.ts';
import type { Codec } from '../ports.ts';
import { rebuild } from '../state/rebuild.ts';
import { deadLetters, redrive, settledLetters, type StoredDeadLetter } from '../dead-letters/redrive.ts';
import { Watermarks } from './watermarks.ts';

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
const sendBack = (chosen: (letter: StoredDeadLetter) => boolean): Promise<{ settled: number }> =>
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
    expect(asked.map(({ settled }) => settled)).toEqual([1, 0]);
    expect(await ofChain()).toMatchObject({ n: 2 });
  });

  it('stand in the order of what they are of, though a batch is decoded before it is decided', async () => {
    await started();
    await driver.engine.whilePaused('chain', async () => {
      await publish(measured(-1));
      const place = { topic: 'toy.measured', partition: driver.engine.partitionOf('a'), key: 'a' };
      await driver.engine.log.append([{ ...place, value: Buffer.from('not JSON') }]);
      await publish(measured(5));
    });
    await driver.settle();
    const ofGroup: unknown[] = [];
    const seen = new Watermarks({});
    const partition = driver.engine.partitionOf('a');
    for (const record of await driver.engine.log.read('toy.refused', partition, 0, 99))
      if (record.name?.group === 'chain' && !seen.seen('toy.refused', record.name)) ofGroup.push(record.name.offset);
    expect(ofGroup).toEqual([0, 1, 2]);
  });

  it('hold each tick that a waiting key did not take, for when it is free', async () => {
    await started();
    await published(measured(1));
    await published(measured(-1));
    await published(event('toy.hour', { hour: 1 }), event('toy.hour', { hour: 2 }));
    const waiting: string[] = [];
    for await (const { letter } of deadLetters(driver.engine, parseLetter)) waiting.push(letter.topic);
    expect(waiting.filter((topic) => topic === 'toy.hour')).toHaveLength(2);
    await redrive(driver.engine, parseLetter, (stored) => bodyOf(stored).includes(':-1'), 'discarded');
    await sendBack(() => true);
    await driver.settle();
    expect(await ofChain()).toMatchObject({ n: 3 });
    expect(await ofCheck()).toMatchObject({ n: 3, breaks: 0 });
    expect((await rebuild(driver.engine, 'chain')).differences).toEqual([]);
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

describe('a dead letter that is given up', () => {
  const discard = (chosen: (letter: StoredDeadLetter) => boolean): Promise<{ settled: number }> =>
    redrive(driver.engine, parseLetter, chosen, 'discarded');

  it('no longer holds up its key, and is never decided', async () => {
    await started();
    await published(measured(1), measured(-1), measured(5));
    expect(await ofChain()).toMatchObject({ n: 1 });
    expect(await discard((stored) => bodyOf(stored).includes(':-1'))).toMatchObject({ settled: 1 });
    await sendBack(() => true);
    await driver.settle();
    await published(measured(3));
    expect(await ofChain()).toMatchObject({ n: 3 });
    expect(await ofCheck()).toMatchObject({ n: 3, breaks: 0 });
    expect((await settledLetters(driver.engine)).size).toBe(2);
    expect(await sendBack(() => true)).toMatchObject({ settled: 0 });
    expect((await rebuild(driver.engine, 'chain')).differences).toEqual([]);
  });

  it('may be one that nobody can read', async () => {
    await started();
    const value = Buffer.from('not JSON');
    const place = { topic: 'toy.measured', partition: driver.engine.partitionOf('a'), key: 'a' };
    await driver.engine.log.append([{ ...place, value }]);
    await driver.settle();
    expect(await discard(() => true)).toMatchObject({ settled: 2 });
    await published(measured(1));
    expect(await ofChain()).toMatchObject({ n: 1 });
    expect(driver.engine.groups().map(({ state }) => state)).toEqual(['idle', 'idle', 'idle']);
  });
});

describe('a policy that cannot be one', () => {
  it('is refused at the door; from elsewhere it is a dead letter of each group, the one before stays in force, and after a restart too', async () => {
    const parse = (value: object): { version: string } => {
      const policy = toyOptions.policy.parse(value);
      if (policy.version === 'bad') throw new Error('version is bad');
      return policy;
    };
    await started({ policy: { ...toyOptions.policy, parse } });
    await published(event('toy.policy', { version: 'p1' }));
    await expect(publish(event('toy.policy', { version: 'bad' }))).rejects.toThrow('version is bad');
    const bad = { topic: 'toy.policy', key: '', value: Buffer.from('{"version":"bad"}') };
    await driver.engine.log.append([0, 1].map((partition) => ({ ...bad, partition })));
    await published(measured(1));
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
