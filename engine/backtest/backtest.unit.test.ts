import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toyOptions } from '../../testing/toy/options.ts';
import { turns, type Turn } from '../../testing/toy/scenario.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import { nameOf } from '../../topology/coordinates.ts';
import { Driver } from '../driver/driver.ts';
import type { EngineEvent } from '../engine.ts';
import type { Versioned } from '../options.ts';
import type { LogRecord } from '../ports.ts';
import { readRange } from '../read-range.ts';
import { Counterparts } from './counterparts.ts';
import { coverageOf } from './coverage.ts';
import { HistoryRun } from './history-run.ts';
import { keptFrom } from './kept.ts';
import { windows } from './windows.ts';

const start_ms = 1_700_000_000_000;

/** What the toy chain emitted and the log keeps. */
const made_topic = 'toy.link';
const coverage = coverageOf(toyOptions.topology, [made_topic]);

const measuredOf = (account_id: string): Turn['events'][number] => ({
  topic: 'toy.measured',
  value: { account_id, ad_id: 'x', amount: 1 },
});

/** A history: each turn is handled before the next, and the clock may step back between them. */
async function recorded(history: readonly Turn[]): Promise<Driver> {
  const driver = new Driver({ ...toyOptions, start_ms });
  await driver.start();
  for (const [i, { events, clock_ms }] of history.entries()) {
    driver.clock.advance(clock_ms);
    await driver.engine.publish({ source: 'turns', position: String(i), events });
    await driver.settle();
  }
  return driver;
}

async function decidedAgain(driver: Driver, policy: Versioned | null): Promise<readonly EngineEvent[]> {
  const { log, engine } = driver;
  const counterparts = await Counterparts.of(log, coverage.between);
  const run = await HistoryRun.start({ options: engine.options, log, coverage, counterparts, policy });
  const made: EngineEvent[] = [];
  for await (const window of windows({ log, coverage, policy_topic: 'toy.policy', until_ms: Infinity }))
    made.push(...(await run.take(window)));
  await run.stop();
  return made.filter(({ record }) => record.topic === made_topic);
}

async function linksOf({ log }: Driver): Promise<readonly LogRecord[]> {
  const links: LogRecord[] = [];
  for (let partition = 0; partition < log.partitions; partition++)
    for await (const record of readRange(log, made_topic, partition, 0, Infinity)) links.push(record);
  return links;
}

const shown = (records: readonly LogRecord[]): readonly string[] =>
  records
    .map(
      ({ partition, name, value }) =>
        `${partition} ${name === undefined ? '' : nameOf(name)} ${Buffer.from(value).toString()}`,
    )
    .sort();

describe('recorded history decided again', () => {
  it('under its own policies gives the same decisions, names and draws, whatever happened and whatever the clock said', async () => {
    await fc.assert(
      fc.asyncProperty(turns, async (history) => {
        const driver = await recorded(history);
        const made = await decidedAgain(driver, null);
        expect(shown(made.map(({ record }) => record))).toEqual(shown(await linksOf(driver)));
        await driver.stop();
      }),
      { numRuns: 60 },
    );
  });

  it('under another policy is decided under that one from the first event to the last', async () => {
    const measured = measuredOf('a');
    const policy = (version: string): Turn['events'][number] => ({ topic: 'toy.policy', value: { version } });
    const turn = (events: Turn['events']): Turn => ({ events, clock_ms: 5, deaths: [] });
    const driver = await recorded([turn([measured]), turn([policy('p1')]), turn([measured])]);
    const versions = async (policy: Versioned | null): Promise<readonly unknown[]> =>
      (await decidedAgain(driver, policy)).map(({ value }) => Reflect.get(value ?? {}, 'policy_version'));
    expect(await versions(null)).toEqual(['none', 'p1']);
    expect(await versions({ version: 'other' })).toEqual(['other', 'other']);
    await driver.stop();
  });

  it('ends where it is told to', async () => {
    const measured = measuredOf('a');
    const driver = await recorded([1, 2, 3].map(() => ({ events: [measured], clock_ms: 10, deaths: [] })));
    const seen: number[] = [];
    const played = { log: driver.log, coverage, policy_topic: 'toy.policy', until_ms: start_ms + 20 };
    for await (const { sources } of windows(played)) seen.push(...sources.map(({ appended_ms }) => appended_ms));
    expect(seen).toEqual([start_ms + 10, start_ms + 20]);
    await driver.stop();
  });
});

describe('a decision of a log that was cut', () => {
  it('counts where it is later than the oldest moment that is kept', async () => {
    const driver = await recorded([1, 2, 3].map(() => ({ events: [measuredOf('a')], clock_ms: 9, deaths: [] })));
    const partition = driver.engine.partitionOf('a');
    const { log } = driver;
    const [first, second, third] = await linksOf(driver);
    if (first === undefined || second === undefined || third === undefined) throw new Error('three links were made');
    const whole = await keptFrom(log, [made_topic]);
    expect([first, second, third].map((record) => whole(record))).toEqual([true, true, true]);
    const cut = Object.assign(Object.create(log) as typeof log, {
      range: (topic: string, at: number) => ({ ...log.range(topic, at), start: at === partition ? 1 : 0 }),
      read: (...place: Parameters<typeof log.read>) => log.read(...place),
    });
    const kept = await keptFrom(cut, [made_topic]);
    expect([first, second, third].map((record) => kept(record))).toEqual([false, false, true]);
    await driver.stop();
  });
});

describe('the groups that can decide again', () => {
  const group = (name: string, reads: readonly string[], emits: readonly string[], asks = false): AnyProcessor => {
    const [one] = toyOptions.topology.processors;
    if (one === undefined) throw new Error('the toy has no processor');
    const named = (names: readonly string[]): AnyProcessor['wiring']['reads'] =>
      names.map((topic) => ({ ...(one.wiring.reads[0] ?? neverTopic()), name: topic }));
    const wiring = { ...one.wiring, group: name, reads: named(reads), emits: named(emits) };
    const failing = (): never => neverTopic();
    const call = { limits: { concurrency: 1, deadline_ms: 1, attempts: 1, first_retry_ms: 1 }, answer: {}, failed: {} };
    return asks ? { wiring, decide: { failing }, call } : { wiring, decide: { failing } };
  };
  const neverTopic = (): never => {
    throw new Error('nobody asks it');
  };

  it('are those that make the wanted topics, and those behind them up to an answer from outside, however far away', () => {
    const processors = [
      group('evidence', ['metrics'], ['evidence']),
      group('promoter', ['evidence'], ['winner']),
      group('ask', ['winner'], ['answer'], true),
      group('learner', ['metrics', 'answer'], ['prediction']),
      group('splitter', ['metrics', 'winner', 'prediction'], ['split']),
      group('other', ['metrics'], ['unwanted']),
    ];
    const found = coverageOf({ topics: [], processors }, ['split']);
    expect(found.processors.map(({ wiring }) => wiring.group)).toEqual(['evidence', 'promoter', 'splitter']);
    expect(found.sources).toEqual(['metrics', 'prediction']);
    expect(found.as_recorded).toEqual(['prediction']);
    expect(found.made).toEqual(['evidence', 'winner', 'split']);
    expect(found.left_out).toEqual(['ask', 'learner', 'other']);
  });
});
