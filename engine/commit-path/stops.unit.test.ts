/** What an engine does not go on with, and what it says then; on the driver, whose log can be tampered with. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { Driver, Crash } from '../driver/driver.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import type { Limits } from '../options.ts';
import type { Decoded } from '../ports.ts';
import { rebuild } from '../state/rebuild.ts';
import { Runtime } from '../runtime.ts';
import { Watermarks } from './watermarks.ts';

const start_ms = 1_700_000_000_000;
let driver: Driver;
let position = 0;

const options = { ...toyOptions, start_ms };
const started = async (limits: Partial<Limits> = {}): Promise<Driver> => {
  driver = new Driver({ ...options, limits: { ...toyOptions.limits, ...limits } });
  await driver.start();
  return driver;
};
const measured = (ad_id: string, amount = 1): { topic: string; value: object } => ({
  topic: 'toy.measured',
  value: { account_id: 'a', ad_id, amount },
});
const publish = (...events: { topic: string; value: object }[]): Promise<void> =>
  driver.engine.publish({ source: 'test', position: String(++position), events });
const groupOf = (name: string): unknown => driver.engine.groups().find(({ group }) => group === name);

afterEach(async () => {
  vi.restoreAllMocks();
  await driver.stop().catch(() => undefined);
});

describe('a log that is not the one that was read', () => {
  const restarted = async (): Promise<void> => {
    await publish(measured('x'), measured('y'));
    await driver.settle();
    await driver.stop();
  };

  it('begins above the cursor: refused, with the choice to make', async () => {
    await started();
    await restarted();
    vi.spyOn(driver.log, 'range').mockReturnValue({ start: 7, end: 9 });
    await expect(driver.start()).rejects.toMatchObject({
      code: 'log.out_of_range',
      message: expect.stringContaining('the log starts at 7'),
    });
  });

  it('ends before the cursor: refused', async () => {
    await started();
    await restarted();
    vi.spyOn(driver.log, 'range').mockReturnValue({ start: 0, end: 1 });
    await expect(driver.start()).rejects.toMatchObject({ code: 'log.cursor_ahead' });
  });

  it('was truncated and refilled: refused, though its length fits', async () => {
    await started();
    await restarted();
    const read = driver.log.read.bind(driver.log);
    vi.spyOn(driver.log, 'read').mockImplementation((topic, ...place) =>
      read(topic, ...place).map((record) =>
        topic === 'toy.measured' ? { ...record, value: Buffer.from('{"another":1}') } : record,
      ),
    );
    await expect(driver.start()).rejects.toMatchObject({ code: 'log.replaced' });
  });
});

describe('a record that is gone', () => {
  it('stops the group, which would skip it otherwise', async () => {
    await started();
    const read = driver.log.read.bind(driver.log);
    vi.spyOn(driver.log, 'read').mockImplementation((topic, ...place) =>
      read(topic, ...place).filter(({ offset }) => topic !== 'toy.measured' || offset !== 2),
    );
    await publish(measured('x'), measured('y'), measured('x'), measured('y'));
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('offset 2 is missing, the next record is at 3'),
    });
  });

  it('stops no group where the log knows that nothing stood there', async () => {
    await started();
    const read = driver.log.read.bind(driver.log);
    // What was written in transactions that were given up, between others and at the end.
    const holes = [1, 3];
    const isHole = (topic: string, offset: number): boolean => topic === 'toy.measured' && holes.includes(offset);
    const asked = vi.fn((topic: string, _partition: number, from: number, to: number) =>
      Promise.resolve(Array.from({ length: to - from }, (_, i) => from + i).every((offset) => isHole(topic, offset))),
    );
    Object.assign(driver.engine.log, {
      isHole: asked,
      past: (topic: string, _partition: number, offset: number) => (isHole(topic, offset) ? offset + 1 : offset),
    });
    vi.spyOn(driver.log, 'read').mockImplementation((topic, ...place) =>
      read(topic, ...place).filter(({ offset }) => !isHole(topic, offset)),
    );
    await publish(measured('x'), measured('y'), measured('x'), measured('y'));
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'idle', reason: null, lag: 0, events_total: 2 });
    expect(asked).toHaveBeenCalledWith('toy.measured', driver.engine.partitionOf('a'), 1, 2);
    // Nor does it stop who makes the state again.
    expect(await rebuild(driver.engine, 'chain')).toMatchObject({ records: 2, differences: [] });
  });
});

describe('a group that is new in a folder', () => {
  it('begins where the log does, though its beginning is no longer kept', async () => {
    const [chain, check, mirror] = toyOptions.topology.processors;
    if (chain === undefined || check === undefined || mirror === undefined) throw new Error('the toy has three groups');
    const growing = {
      ...options,
      topology: { ...toyOptions.topology, processors: [chain, check] as readonly AnyProcessor[] },
    };
    driver = new Driver(growing);
    await driver.start();
    await publish(...Array.from({ length: 10 }, () => measured('x')));
    await driver.settle();
    await driver.stop();
    const range = driver.log.range.bind(driver.log);
    vi.spyOn(driver.log, 'range').mockImplementation((topic, partition) =>
      topic === 'toy.measured'
        ? { start: Math.min(4, range(topic, partition).end), end: range(topic, partition).end }
        : range(topic, partition),
    );
    growing.topology = toyOptions.topology;
    await driver.start();
    await driver.survive();
    expect(groupOf('mirror')).toMatchObject({ state: 'idle', events_total: 6, lag: 0 });
    expect(groupOf('chain')).toMatchObject({ state: 'idle', events_total: 10 });
  });
});

describe('a lost commit', () => {
  it('is not redone by other code, which might decide otherwise', async () => {
    const changing = { ...options, code: 'toy-1' };
    driver = new Driver(changing);
    await driver.start();
    driver.onStep = (step, { group }) => {
      if (step === 'commit' && group === 'chain') throw new Crash('after the commit');
    };
    await publish(measured('x'));
    expect(await driver.settle()).toBe(false);
    driver.onStep = undefined;
    driver.ledger.lose(1);
    changing.code = 'toy-2';
    await expect(driver.start()).rejects.toMatchObject({
      code: 'journal.other_code',
      message: expect.stringMatching(/which code toy-1 took, under code toy-2/),
    });
    changing.code = 'toy-1';
    await driver.start();
    await driver.survive();
    expect(await driver.engine.state('chain', 'a', 'x')).toMatchObject({ n: 1 });
  });
});

describe('a lost commit under a first policy', () => {
  it('is not redone under another one, which would decide otherwise', async () => {
    const changing = { ...options, policy: { ...toyOptions.policy, initial: { version: 'first' } } };
    driver = new Driver(changing);
    await driver.start();
    driver.onStep = (step, { group }) => {
      if (step === 'commit' && group === 'chain') throw new Crash('after the commit');
    };
    await publish(measured('x'));
    expect(await driver.settle()).toBe(false);
    driver.onStep = undefined;
    driver.ledger.lose(1);
    changing.policy = { ...toyOptions.policy, initial: { version: 'second' } };
    await driver.start();
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({
      state: 'stopped',
      events_total: 0,
      reason: expect.stringContaining('decided under policy first, under policy second'),
    });
  });
});

describe('a ledger that lost its state', () => {
  const cutAt = (start: number): void => {
    const range = driver.log.range.bind(driver.log);
    vi.spyOn(driver.log, 'range').mockImplementation((topic, partition) =>
      topic === 'toy.measured'
        ? { ...range(topic, partition), start: Math.min(start, range(topic, partition).end) }
        : range(topic, partition),
    );
  };

  it('is made again from a log that is whole, and refused with one whose beginning is gone', async () => {
    await started();
    await publish(...Array.from({ length: 10 }, () => measured('x')));
    await driver.settle();
    await driver.stop();
    driver.ledger.lose(64);
    cutAt(4);
    await expect(driver.start()).rejects.toMatchObject({
      code: 'ledger.lost',
      message: expect.stringContaining('its state stands at batch 0, its journal goes on from batch 1'),
    });
    vi.restoreAllMocks();
    await driver.start();
    await driver.survive();
    expect(await driver.engine.state('check', 'a', 'x')).toMatchObject({ n: 10, breaks: 0 });
  });
});

describe('state that cannot be read', () => {
  /** The toy whose `chain` keeps its state in this version. */
  const ofVersion = (version: number): typeof toyOptions.topology => ({
    ...toyOptions.topology,
    processors: toyOptions.topology.processors.map((one) =>
      one.wiring.group === 'chain'
        ? { ...one, wiring: { ...one.wiring, state: { ...one.wiring.state, version } } }
        : one,
    ),
  });

  it.each([
    ['measured', measured('x')],
    ['the hour', { topic: 'toy.hour', value: { hour: 1 } }],
  ])('stops its group at %s, and makes no dead letter of what is not at fault', async (_what, event) => {
    const changing = { ...options, topology: ofVersion(2) };
    driver = new Driver(changing);
    await driver.start();
    await publish(measured('x'));
    await driver.settle();
    await driver.stop();
    changing.topology = ofVersion(1);
    await driver.start();
    await publish(event);
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'stopped', dead_letters_total: 0 });
    expect(driver.failures).toMatchObject([{ code: 'state.too_new' }]);
  });

  it('is made again by older code, which names what it could not read and goes on where the newer one stopped', async () => {
    const changing = { ...options, topology: ofVersion(2) };
    driver = new Driver(changing);
    await driver.start();
    await publish(measured('x', 3), measured('x', 3), measured('y'));
    await driver.settle();
    const [states, parts] = [2, 2];
    const written = [await driver.engine.state('chain', 'a', 'x'), await driver.engine.state('chain', 'a', 'y')];
    await driver.stop();

    changing.topology = ofVersion(1);
    const older = new Runtime({ ...changing, clock: driver.clock }, { log: driver.log, ledger: driver.ledger });
    expect(await rebuild(older, 'chain')).toMatchObject({ unread: states, replaced: null });
    await expect(older.state('chain', 'a', 'x')).rejects.toMatchObject({ code: 'state.too_new' });
    const { differences, unread, replaced } = await rebuild(older, 'chain', { replace: true });
    expect(differences.map(({ key, stored, rebuilt, unread: why }) => [key, stored, rebuilt, why])).toEqual(
      ['x', 'y'].map((ad, i) => [
        `a / ${ad}`,
        undefined,
        written[i],
        expect.stringMatching(/version 2, this code .* 1/),
      ]),
    );
    expect({ unread, replaced }).toMatchObject({
      unread: states,
      replaced: { before: { state: states, part: parts }, after: { state: states, part: parts } },
    });
    expect(await rebuild(older, 'chain')).toMatchObject({ differences: [], unread: 0 });

    await driver.start();
    await publish(measured('x'));
    await driver.settle();
    expect(driver.failures).toEqual([]);
    expect(await driver.engine.state('check', 'a', 'x')).toMatchObject({ n: 3, breaks: 0 });
  });
});

describe('events of ours that cannot be read', () => {
  const blind = {
    ...toyOptions.codec,
    decode: (topic: string, bytes: Uint8Array, at_ms: number): Decoded =>
      topic === 'toy.link'
        ? { ok: false, stage: 'decode', code: 'not_json', message: 'a defect of our codec' }
        : toyOptions.codec.decode(topic, bytes, at_ms),
  };

  it('stop the group that reads them, as a handler that fails does', async () => {
    driver = new Driver({ ...options, codec: blind, limits: { ...toyOptions.limits, failure_count: 20 } });
    await driver.start();
    await publish(...Array.from({ length: 40 }, () => measured('x')));
    await driver.settle();
    expect(groupOf('check')).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('a defect of our codec'),
    });
  });

  it('of a producer outside stop nothing, however many', async () => {
    await started({ failure_count: 20 });
    const place = { topic: 'toy.measured', partition: driver.engine.partitionOf('a'), key: 'a' };
    await driver.log.append(Array.from({ length: 40 }, () => ({ ...place, value: Buffer.from('not JSON') })));
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'idle', dead_letters_total: 40 });
  });
});

describe('a record that is too large', () => {
  it('is refused where it is published, with its size and the limit', async () => {
    await started({ record_bytes: 100 });
    const long = { topic: 'toy.measured', value: { account_id: 'a', ad_id: 'x'.repeat(100), amount: 1 } };
    await expect(publish(long)).rejects.toMatchObject({
      code: 'event.refused',
      message: expect.stringMatching(/it has 1\d\d bytes, a record may have 100/),
    });
  });

  it('is a dead letter of the group that would emit it', async () => {
    await started({ record_bytes: 80 });
    await publish(measured('x'));
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'idle', emitted_total: 1, dead_letters_total: 1 });
    expect(driver.log.range('toy.link', driver.engine.partitionOf('a')).end).toBe(0);
  });
});

describe('a handler that fails again and again', () => {
  it('stops its group before it drains the topic into dead letters; the others go on', async () => {
    await started({ failure_count: 20, failure_share: 0.01, batch_records: 50 });
    await publish(...Array.from({ length: 30 }, (_, i) => measured(`ad-${i}`, -1)));
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'stopped', reason: expect.stringContaining('it failed on') });
    expect(groupOf('chain')).toMatchObject({ events_total: 0, dead_letters_total: 0 });
    expect(groupOf('mirror')).toMatchObject({ state: 'idle', events_total: 30 });
    expect(driver.failures).toMatchObject([{ code: 'group.too_many_failures' }]);
  });

  it('on fewer is no reason to stop', async () => {
    await started({ failure_count: 20, failure_share: 0.01 });
    await publish(...Array.from({ length: 5 }, (_, i) => measured(`ad-${i}`, -1)), measured('y'));
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'idle', dead_letters_total: 5 });
    expect(await driver.engine.state('chain', 'a', 'y')).toMatchObject({ n: 1 });
  });
});

describe('a sink that is away', () => {
  it('lets groups go on until their outbox is full, then makes them wait, and gets each row once it is back', async () => {
    await started({ outbox_bytes: 500 });
    const away = vi.spyOn(driver.rows, 'send').mockRejectedValue(new Error('connection refused'));
    await publish(...Array.from({ length: 40 }, (_, i) => measured(`ad-${i}`)));
    await vi.waitFor(() => {
      expect(groupOf('check')).toMatchObject({
        state: 'waiting',
        reason: 'the row sink refuses: connection refused',
      });
    });
    const { events_total } = groupOf('check') as { events_total: number };
    expect(events_total).toBeLessThan(40);
    await vi.waitFor(() => expect(groupOf('chain')).toMatchObject({ events_total: 40 }));
    away.mockRestore();
    await driver.settle();
    expect(groupOf('check')).toMatchObject({ state: 'idle', events_total: 40 });
    const ads = driver.rows.sent.filter(({ table }) => table === 'links').map(({ name }) => name.offset);
    expect(ads).toHaveLength(40);
    expect(new Set(ads).size).toBe(40);
  });
});

describe('an outbox', () => {
  it('is not marked delivered before all of it is: what a slow sink had not taken is sent again after a death', async () => {
    await started();
    const send = driver.rows.send.bind(driver.rows);
    const slow = vi.spyOn(driver.rows, 'send').mockImplementation(async (rows) => {
      if (rows.some(({ table }) => table === 'links')) await new Promise(() => undefined);
      await send(rows);
    });
    await publish(measured('x'));
    await vi.waitFor(() => expect(slow.mock.calls.flat(2).map(({ table }) => table)).toContain('links'));
    await publish(measured('y'));
    await vi.waitFor(() => expect(groupOf('check')).toMatchObject({ events_total: 2 }));
    driver.crash();
    slow.mockRestore();
    await driver.start();
    await driver.survive();
    expect(driver.rows.sent.filter(({ table }) => table === 'links').map(({ name }) => name.offset)).toEqual([0, 1]);
  });

  it('counts the bytes of the events in it: a few large ones fill it', async () => {
    await started({ outbox_bytes: 2_000, batch_records: 1 });
    let release: () => void = () => undefined;
    const append = driver.log.append.bind(driver.log);
    vi.spyOn(driver.log, 'append').mockImplementation(async (records) => {
      if (records.some(({ topic }) => topic === 'toy.link')) await new Promise<void>((resolve) => (release = resolve));
      await append(records);
    });
    await publish(...Array.from({ length: 9 }, () => measured('x'.repeat(1_000))));
    await vi.waitFor(() => expect(groupOf('chain')).toMatchObject({ state: 'waiting', reason: 'the outbox is full' }));
    expect(groupOf('chain')).toMatchObject({ events_total: 2 });
    vi.restoreAllMocks();
    release();
    await driver.settle();
    expect(groupOf('chain')).toMatchObject({ state: 'idle', events_total: 9 });
  });
});

describe('a group whose sink is away', () => {
  it('is held still for a rebuild all the same, as long as it keeps its rows in the outbox', async () => {
    await started();
    vi.spyOn(driver.rows, 'send').mockRejectedValue(new Error('connection refused'));
    await publish(measured('x'));
    await vi.waitFor(() => expect(groupOf('check')).toMatchObject({ state: 'waiting', events_total: 1 }));
    expect(await rebuild(driver.engine, 'check')).toMatchObject({ differences: [], keys: 1 });
  });

  it('says so where its rows go out before its commit, and goes on when the sink is back', async () => {
    await started();
    const away = vi.spyOn(driver.rows, 'send').mockRejectedValue(new Error('connection refused'));
    await publish(measured('x'));
    await vi.waitFor(() => expect(groupOf('mirror')).toMatchObject({ state: 'waiting' }));
    await expect(rebuild(driver.engine, 'mirror')).rejects.toMatchObject({
      code: 'group.stopped',
      message: expect.stringContaining('it waits for its sink (connection refused)'),
    });
    away.mockRestore();
    await driver.settle();
    expect(groupOf('mirror')).toMatchObject({ state: 'idle', events_total: 1 });
  });

  it('does not hold up a rebuild for ever when the engine stops', async () => {
    await started();
    await driver.stop();
    await expect(rebuild(driver.engine, 'chain')).rejects.toMatchObject({ code: 'group.stopped' });
  });
});

describe('a stop while the sink is away', () => {
  it('does not wait for it, is no failure, and the rows come after the next start', async () => {
    await started();
    const away = vi.spyOn(driver.rows, 'send').mockRejectedValue(new Error('connection refused'));
    await publish(measured('x'), measured('y'));
    await vi.waitFor(() => expect(groupOf('mirror')).toMatchObject({ state: 'waiting' }));
    await driver.stop();
    expect(driver.failures).toEqual([]);
    away.mockRestore();
    await driver.start();
    await driver.survive();
    expect(driver.rows.sent.map(({ table }) => table).sort()).toEqual(['amounts', 'amounts', 'links', 'links']);
  });
});

describe('a rebuild', () => {
  it('delivers nothing: neither event nor row', async () => {
    await started();
    await publish(measured('x'), { topic: 'toy.hour', value: { hour: 1 } }, measured('x'));
    await driver.settle();
    const partition = driver.engine.partitionOf('a');
    const before = [driver.rows.sent.length, driver.log.range('toy.link', partition)];
    expect(await rebuild(driver.engine, 'chain')).toMatchObject({ differences: [], keys: 1 });
    expect([driver.rows.sent.length, driver.log.range('toy.link', partition)]).toEqual(before);
  });
});

describe('watermarks', () => {
  const name = { group: 'g', run: 1, topic: 't', partition: 0, offset: 5, ordinal: 0 };

  it('drop what is not above the last effect taken, of each input apart', () => {
    const seen = new Watermarks({});
    expect([
      seen.seen('links', name),
      seen.seen('links', name),
      seen.seen('links', { ...name, ordinal: 1 }),
      seen.seen('links', { ...name, offset: 4 }),
      seen.seen('links', { ...name, offset: 4, partition: 1 }),
      seen.seen('others', name),
    ]).toEqual([false, true, false, true, false, false]);
  });

  it('let a higher run supersede a lower one, from its first effect on', () => {
    const seen = new Watermarks({});
    seen.seen('links', name);
    expect(seen.seen('links', { ...name, run: 2, offset: 0 })).toBe(false);
    expect(seen.seen('links', { ...name, run: 1, offset: 9 })).toBe(true);
    expect(new Watermarks(seen.stored()).seen('links', { ...name, run: 2, offset: 0 })).toBe(true);
  });
});
