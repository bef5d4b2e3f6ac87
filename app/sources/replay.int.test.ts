import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Driver } from '../../engine/driver/driver.ts';
import { nameOf } from '../../topology/coordinates.ts';
import type { Engine, SourceBatch } from '../../engine/engine.ts';
import { topology } from '../../processors/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { RunningSource } from '../assemble.ts';
import { defaultConfig } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import type { Speed } from '../operations/operations.ts';
import { holdsReplay, openReplay } from './replay.ts';
import { few } from './testing/few.ts';

const here = dirname(fileURLToPath(import.meta.url));
const file = join(here, '../../ports/sources/ab-test-csv/testing/four-tests.csv');
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start_ms = Date.UTC(2026, 0, 1);
const events_in_all = 4 + 9 + 9 * 24 + hoursInAll();

/** From the hour in which the first test was made to a day after the last one's end. */
function hoursInAll(): number {
  const first = Date.UTC(2014, 2, 1, 10);
  const last_start = Date.UTC(2014, 2, 4, 1);
  return (last_start - first) / hour_ms + 24 + 24;
}

const newDriver = (groups = few): Driver => {
  const { clock: _, ...options } = engineOptions(defaultConfig, groups, 'test');
  return new Driver({ ...options, start_ms });
};

type Feed = Pick<Engine, 'publish' | 'statuses' | 'log' | 'topology'>;

const open = (driver: Driver, speed: Speed = 'max', engine: Feed = driver.engine, seed = 1): Promise<RunningSource> =>
  openReplay({ file, seed, speed, engine, clock: driver.clock, now_ms: () => start_ms });

/** The engine, telling of each event that is published. */
function watched(driver: Driver, tell: (batch: SourceBatch) => void): Feed {
  const { engine } = driver;
  return {
    topology: engine.topology,
    log: engine.log,
    statuses: () => engine.statuses(),
    publish(batch) {
      tell(batch);
      return engine.publish(batch);
    },
  };
}

/**
 * All events of all topics in their order, journals apart. What a group sent again after a crash is left out, as every
 * reader leaves it out.
 */
function logOf(driver: Driver): readonly unknown[] {
  const events: unknown[] = [];
  for (const topic of [...driver.log.topics()].sort()) {
    if (topic.startsWith('journal.')) continue;
    for (let partition = 0; partition < driver.log.partitions; partition++) {
      const names = new Set<string>();
      for (const { key, value, name, appended_ms } of driver.log.read(topic, partition, 0, 1e9)) {
        if (name !== undefined && names.size === names.add(nameOf(name)).size) continue;
        events.push([topic, partition, key, appended_ms, Buffer.from(value).toString('base64')]);
      }
    }
  }
  return events;
}

async function playedWhole(speed: Speed = 'max', groups = few): Promise<Driver> {
  const driver = newDriver(groups);
  await driver.start();
  const source = await open(driver, speed);
  await source.play();
  await driver.engine.drain();
  expect(source.status()).toMatchObject({ finished: true, progress: 1, events_total: events_in_all });
  return driver;
}

/** Moments, spread over the whole run, at which the process dies. */
const deaths = 13;

/** Steps of all groups in a run that nothing interrupts. */
async function stepsOfAll(): Promise<number> {
  const driver = newDriver();
  let steps = 0;
  driver.onStep = () => void steps++;
  await driver.start();
  await (await open(driver)).play();
  await driver.engine.drain();
  return steps;
}

describe('a replay', () => {
  it('brings every event of the file to the log, hour by hour in its own time, and proposals follow', async () => {
    const driver = await playedWhole('max', topology);
    const counts = new Map(
      (await driver.engine.topics()).map(({ topic, ranges }) => [topic, ranges.map(({ end }) => end)]),
    );
    const total = (topic: string): number => (counts.get(topic) ?? []).reduce((sum, end) => sum + end, 0);
    expect([total('ad.created'), total('experiment.declared'), total('ad.metrics')]).toEqual([9, 4, 9 * 24]);
    expect(counts.get('tick.hourly')).toEqual([...Array(driver.log.partitions)].map(hoursInAll));
    expect(total('allocation.proposed')).toBeGreaterThan(0);
    expect(total('evidence.changed')).toBeGreaterThan(0);
    expect(total('dead.letter')).toBe(0);
    const [tick] = driver.log.read('tick.hourly', 0, 0, 1);
    expect(tick?.appended_ms).toBe(Date.UTC(2014, 2, 1, 11));
  });

  it.each([1, 2, 3, 4])(
    'ends in the same log where it is stopped after %s appends and started again',
    async (appends) => {
      const driver = newDriver();
      await driver.start();
      const opened: RunningSource[] = [];
      const moments = new Set<number>();
      const engine = watched(driver, () => {
        moments.add(Math.floor((driver.clock.now_ms() / hour_ms - 11) / 24));
        if (moments.size >= appends) void opened[0]?.stop();
      });
      const first = await open(driver, 'max', engine);
      opened.push(first);
      await first.play();
      expect(first.status().finished).toBe(false);
      driver.crash();
      await driver.start();
      const second = await open(driver);
      expect(second.status()).toMatchObject({ events_total: first.status().events_total });
      await second.play();
      await driver.engine.drain();
      expect(second.status()).toMatchObject({ finished: true, events_total: events_in_all });
      expect(logOf(driver)).toEqual(logOf(await playedWhole()));
    },
  );

  it('ends in the same log where the process dies at a step of a group, whichever', { timeout: 60_000 }, async () => {
    const whole = logOf(await playedWhole());
    const all = await stepsOfAll();
    expect(all).toBeGreaterThan(deaths);
    for (let moment = 0; moment < deaths; moment++) {
      const dies_at = 3 + Math.floor((moment * (all - 3)) / deaths);
      const driver = newDriver();
      let steps = 0;
      driver.onStep = () => {
        if (++steps === dies_at) driver.crash();
      };
      await driver.start();
      const source = await open(driver);
      const ended = source.play().catch(() => 'died');
      while (steps < dies_at && !source.status().finished) await new Promise((resolve) => setTimeout(resolve, 1));
      await source.stop();
      await ended;
      await driver.start();
      await (await open(driver)).play();
      await driver.survive();
      expect(steps).toBeGreaterThan(dies_at);
      expect(logOf(driver)).toEqual(whole);
    }
  });

  it('brings the same at any speed, one hour at a time where it is paced', async () => {
    const given = ['ad.created', 'experiment.declared', 'ad.metrics', 'tick.hourly'];
    const only = (driver: Driver): unknown[] =>
      logOf(driver).filter((record) => given.includes(String(Object(record)[0])));
    expect(only(await playedWhole(1_000_000))).toEqual(only(await playedWhole()));
  });

  it('waits while paused, and goes on when its speed is set', async () => {
    const driver = newDriver();
    await driver.start();
    const source = await open(driver, 0);
    const playing = source.play();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(source.status()).toMatchObject({ speed: 0, events_total: 0, progress: 0, finished: false });
    source.setSpeed('max');
    await playing;
    expect(source.status()).toMatchObject({ speed: 'max', finished: true });
  });

  it('goes on under another file name, and refuses another file or seed in the same folder', async () => {
    const driver = await playedWhole();
    const engine = driver.engine;
    expect([await holdsReplay(engine), await holdsReplay(newDriver())]).toEqual([true, false]);
    await expect(open(driver, 'max', engine, 2)).rejects.toMatchObject({ code: 'replay.other' });
    const renamed = join(folder, 'renamed.csv');
    copyFileSync(file, renamed);
    const again = await openReplay({
      file: renamed,
      seed: 1,
      speed: 'max',
      engine,
      clock: driver.clock,
      now_ms: () => start_ms,
    });
    expect(again.status()).toMatchObject({ name: 'renamed.csv', finished: true });
    await again.play();
    expect(again.status().events_total).toBe(events_in_all);
  });
});
