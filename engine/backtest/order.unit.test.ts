/** In which order groups take their records when they decide recorded history again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { measured, noted, policy, refused } from '../../testing/toy/topology.ts';
import { processor, wire, type Decide } from '../../topology/processor.ts';
import { topic } from '../../topology/topic.ts';
import { Driver } from '../driver/driver.ts';
import { journalTopic, type EngineOptions } from '../options.ts';
import type { Log } from '../ports.ts';
import { Counterparts } from './counterparts.ts';
import { coverageOf } from './coverage.ts';
import { RecordedDecisions } from './decisions.ts';
import { HistoryRun } from './history-run.ts';
import { windows } from './windows.ts';

const start_ms = 1_700_000_000_000;
const common = {
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'for tests',
  check: () => undefined,
} as const;
const large = topic<{ readonly account_id: string; readonly amount: number }>()({ ...common, name: 'toy.large' });
const taken = topic<{ readonly account_id: string; readonly all: string }>()({ ...common, name: 'toy.taken' });

const sievingWiring = wire({
  group: 'sieve',
  description: 'Emits amounts of at least the version of the policy.',
  partitionBy: 'account_id',
  reads: [measured],
  emits: [large],
  writes: [],
  state: { version: 1, initial: () => 0 },
  stateKey: { 'toy.measured': () => '' },
});
const sieving: Decide<typeof sievingWiring> = {
  'toy.measured': (state, { account_id, amount }, { policy: { version } }) => ({
    state: state + 1,
    ...(amount >= Number(version) && { emit: [large.event({ account_id, amount })] }),
  }),
};
const listingWiring = wire({
  group: 'list',
  description: 'Says after each event which ones it took, in order.',
  partitionBy: 'account_id',
  reads: [large, noted],
  emits: [taken],
  writes: [],
  state: { version: 1, initial: () => '' },
  stateKey: { 'toy.large': () => '', 'toy.noted': () => '' },
});
const listed = (
  before: string,
  one: string,
  account_id: string,
): ReturnType<Decide<typeof listingWiring>['toy.noted']> => {
  const all = `${before} ${one}`.trim();
  return { state: all, emit: [taken.event({ account_id, all })] };
};
const listing: Decide<typeof listingWiring> = {
  'toy.large': (state, { account_id, amount }) => listed(state, `large${amount}`, account_id),
  'toy.noted': (state, { account_id, note }) => listed(state, `note${note}`, account_id),
};

const options: Omit<EngineOptions, 'clock'> = {
  ...toyOptions,
  partitions: 1,
  topology: {
    topics: [measured, noted, large, taken, policy, refused],
    processors: [processor(sievingWiring, sieving), processor(listingWiring, listing)],
  },
  policy: { ...toyOptions.policy, initial: { version: '4' } },
};
const two = coverageOf(options.topology, [taken.name]);

let driver: Driver;
beforeEach(async () => {
  driver = new Driver({ ...options, start_ms });
  await driver.start();
});
afterEach(() => driver.stop());

/** Reaches the log at this time after the start, and is taken before what happens next. */
async function happens(at_ms: number, event: { readonly topic: string; readonly value: object }): Promise<void> {
  driver.clock.set(start_ms + at_ms);
  await driver.engine.publish({ source: 'test', position: String(at_ms), events: [event] });
  await driver.settle();
}
const amount = (value: number): { readonly topic: string; readonly value: object } => ({
  topic: measured.name,
  value: { account_id: 'a', ad_id: 'x', amount: value },
});
const note = (value: number): { readonly topic: string; readonly value: object } => ({
  topic: noted.name,
  value: { account_id: 'a', ad_id: 'x', note: value },
});

interface Again {
  /** What the second group took in the end, in order. */
  readonly all: unknown;
  readonly recorded: readonly string[];
  readonly made: readonly string[];
  /** Records taken in the order of times. */
  readonly by_time: number;
}

async function again(version: string | null, log: Log = driver.log, of = driver, coverage = two): Promise<Again> {
  const counterparts = await Counterparts.of(log, coverage.between);
  const given = { options: of.engine.options, log, coverage, counterparts };
  const run = await HistoryRun.start({ ...given, policy: version === null ? null : { version } });
  const decisions = await RecordedDecisions.open(log, coverage);
  const [recorded, made]: [string[], string[]] = [[], []];
  let [all, by_time]: [unknown, number] = ['', 0];
  for await (const window of windows({ log, coverage, policy_topic: policy.name, until_ms: Infinity })) {
    for (const { record, value } of await run.take(window)) {
      made.push(Buffer.from(record.value).toString());
      if (record.topic === taken.name) all = Reflect.get(value ?? {}, 'all');
    }
    for (const { value } of await decisions.take(window.until_ms, run)) recorded.push(Buffer.from(value).toString());
    for (const { lines } of window.taken) by_time += lines.filter((line) => line.by_time).length;
  }
  await run.stop();
  return { all, recorded: recorded.sort(), made: made.sort(), by_time };
}

/** The log without its journals, as after their retention. */
const withoutJournals = (log: Log, groups: readonly string[]): Log =>
  Object.assign(Object.create(log) as Log, {
    range: async (name: string, partition: number) => {
      const { start, end } = await log.range(name, partition);
      return { start: groups.map(journalTopic).includes(name) ? end : start, end };
    },
    read: (...place: Parameters<Log['read']>) => log.read(...place),
  });

describe('a group takes its records again', () => {
  it('in the order of its journal, where that of their times is another one', async () => {
    await happens(50, note(1));
    await happens(40, amount(5));
    await happens(60, note(2));
    const { all, recorded, made, by_time } = await again(null);
    expect(all).toBe('note1 large5 note2');
    expect(made).toEqual(recorded);
    expect(made).toHaveLength(4);
    expect(by_time).toBe(0);
    // Had the order of times been taken, the amount would come first.
    expect((await again(null, withoutJournals(driver.log, ['sieve', 'list']))).all).toBe('large5 note1 note2');
  });

  it('in the order of times where its journal is gone, and says so', async () => {
    await happens(50, note(1));
    await happens(40, amount(5));
    await happens(60, note(2));
    const { all, by_time } = await again(null, withoutJournals(driver.log, ['list']));
    expect(all).toBe('large5 note1 note2');
    expect(by_time).toBe(3);
  });

  it('in the order of times before its journal begins, and in that of the journal from there on', async () => {
    await happens(50, note(1));
    await happens(40, amount(5));
    await happens(80, note(2));
    await happens(70, amount(6));
    const log: Log = Object.assign(Object.create(driver.log) as Log, {
      range: (name: string, partition: number) => {
        const { end } = driver.log.range(name, partition);
        return { start: name === journalTopic('list') ? 2 : 0, end };
      },
      read: (...place: Parameters<Log['read']>) => driver.log.read(...place),
    });
    const { all, by_time } = await again(null, log);
    expect(all).toBe('large5 note1 note2 large6');
    expect(by_time).toBe(2);
  });

  it('and no more of them than it had taken', async () => {
    await happens(10, note(1));
    await driver.stop();
    await driver.arrive('test', 'late', [note(2)]);
    const { all, recorded, made } = await again(null);
    expect(all).toBe('note1');
    expect(made).toEqual(recorded);
  });
});

describe('under another policy', () => {
  it('what is decided alike is taken where it was taken, and what is not decided leaves no gap', async () => {
    await happens(50, note(1));
    await happens(40, amount(5));
    await happens(41, amount(9));
    await happens(60, note(2));
    expect((await again('5')).all).toBe('note1 large5 large9 note2');
    expect((await again('9')).all).toBe('note1 large9 note2');
    expect((await again('10')).all).toBe('note1 note2');
  });

  it('what the log does not have is taken by the time at which its cause was taken', async () => {
    await happens(10, note(1));
    await happens(20, amount(3));
    await happens(20, note(2));
    await happens(30, amount(5));
    await happens(40, note(3));
    await happens(50, amount(2));
    expect((await again(null)).all).toBe('note1 note2 large5 note3');
    // After what reached the log in the same moment, and before all that came later; at the end what is left.
    expect((await again('2')).all).toBe('note1 note2 large3 large5 note3 large2');
  });
});

describe('groups that read each other', () => {
  const answered = topic<{ readonly account_id: string; readonly amount: number }>()({ ...common, name: 'toy.answer' });
  const counting = { version: 1, initial: () => 0 } as const;
  const askingWiring = wire({
    group: 'ask',
    description: 'Asks with each measurement, and counts answers.',
    partitionBy: 'account_id',
    reads: [measured, answered],
    emits: [large],
    writes: [],
    state: counting,
    stateKey: { 'toy.measured': () => '', 'toy.answer': () => '' },
  });
  const asking: Decide<typeof askingWiring> = {
    'toy.measured': (state, { account_id }) => ({ state, emit: [large.event({ account_id, amount: state })] }),
    'toy.answer': (state) => ({ state: state + 1 }),
  };
  const answeringWiring = wire({
    group: 'answer',
    description: 'Answers each question, and counts notes.',
    partitionBy: 'account_id',
    reads: [noted, large],
    emits: [answered],
    writes: [],
    state: counting,
    stateKey: { 'toy.noted': () => '', 'toy.large': () => '' },
  });
  const answering: Decide<typeof answeringWiring> = {
    'toy.noted': (state) => ({ state: state + 1 }),
    'toy.large': (state, { account_id }) => ({ state, emit: [answered.event({ account_id, amount: state })] }),
  };

  it('decide again also where their clocks contradict what caused what', async () => {
    const topics = [measured, noted, large, answered, policy, refused];
    const processors = [processor(askingWiring, asking), processor(answeringWiring, answering)];
    const both = new Driver({ ...options, topology: { topics, processors }, start_ms });
    await both.start();
    // Each group takes its records long before they were appended, as its own clock has it.
    both.onStep = () => both.clock.set(start_ms + 10);
    for (const at_ms of [100, 200, 300]) {
      both.clock.set(start_ms + at_ms);
      await both.engine.publish({ source: 'test', position: String(at_ms), events: [amount(at_ms), note(at_ms)] });
      await both.settle();
    }
    const found = coverageOf(both.engine.topology, [large.name, answered.name]);
    const { made, recorded } = await again(null, both.log, both, found);
    expect(made).toHaveLength(6);
    expect(made).toEqual(recorded);
    await both.stop();
  });
});
