import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Driver } from '../../engine/driver/driver.ts';
import { nameOf } from '../../engine/ports.ts';
import { topology } from '../../processors/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { RunningSource } from '../assemble.ts';
import { defaultConfig } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import { openSimulated } from './simulated.ts';
import { parsePosition } from './simulated-position.ts';

const first_ms = Date.UTC(2026, 2, 2);
const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

/**
 * The loops that decide. What is asked of the outside is answered when it is, and the log's time of an answer is not
 * that of a run in which nobody died.
 */
const deciding = { ...topology, processors: topology.processors.filter(({ call }) => call === undefined) };

function newDriver(): Driver {
  const { clock: _, ...options } = engineOptions(defaultConfig, deciding, 'test');
  const driver = new Driver({ ...options, start_ms: first_ms });
  drivers.push(driver);
  return driver;
}

/** Opens the driver's simulation and plays until `hours` have passed since its first hour. */
async function playUntil(
  driver: Driver,
  hours: number,
  seed: number | null = 1,
  follows?: (account_id: string) => Promise<boolean>,
): Promise<RunningSource> {
  let stop: () => void = () => undefined;
  const { engine } = driver;
  const clock = {
    now_ms: () => driver.clock.now_ms(),
    set: (now_ms: number) => {
      // A source whose process was killed does nothing any more.
      if (driver.engine !== engine) return;
      driver.clock.set(now_ms);
      // The hour under way is appended; the next one does not begin.
      if (now_ms >= first_ms + hours * hour_ms) stop();
    },
  };
  const given = { seed, first_ms, speed: 'max', engine, clock, now_ms: () => first_ms } as const;
  const source = await openSimulated({ ...given, ...(follows && { follows }) });
  stop = () => void source.stop();
  await source.play();
  return source;
}

/**
 * What is in the log, journals apart, each event of ours once: what was sent before a death and again after it is one
 * to every reader.
 */
function logOf(driver: Driver): readonly (readonly [string, number, string, number, string])[] {
  const records: (readonly [string, number, string, number, string])[] = [];
  for (const topic of [...driver.log.topics()].sort()) {
    if (topic.startsWith('journal.')) continue;
    for (let partition = 0; partition < driver.log.partitions; partition++) {
      const seen = new Set<string>();
      for (const { key, value, appended_ms, name } of driver.log.read(topic, partition, 0, 1e9)) {
        const said = name === undefined ? undefined : nameOf(name);
        if (said !== undefined && seen.has(said)) continue;
        if (said !== undefined) seen.add(said);
        records.push([topic, partition, key, appended_ms, Buffer.from(value).toString('base64')]);
      }
    }
  }
  return records;
}

async function uninterrupted(hours: number): Promise<Driver> {
  const driver = newDriver();
  await driver.start();
  await playUntil(driver, hours);
  await driver.settle();
  return driver;
}

async function positionOf(driver: Driver): Promise<ReturnType<typeof parsePosition>> {
  return parsePosition(z.string().parse(await driver.log.position('simulated')));
}

describe('the simulated source', () => {
  it('feeds all topics hour by hour, and budgets follow what is proposed', async () => {
    const driver = await uninterrupted(48);
    expect(driver.failures).toEqual([]);
    const counts = new Map<string, number>();
    for (const [topic] of logOf(driver)) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    expect(counts.get('tick.hourly')).toBe(48 * driver.log.partitions);
    expect(counts.get('experiment.declared')).toBe(8);
    expect(counts.get('ad.created')).toBe(24);
    for (const topic of ['ad.metrics', 'allocation.proposed', 'evidence.changed'])
      expect(counts.get(topic)).toBeGreaterThan(50);
    expect(counts.get('dead.letter')).toBeUndefined();
    const { platform } = await positionOf(driver);
    const budgets = (a: number, n: number): readonly number[] =>
      platform.campaigns.find((one) => one.a === a && one.n === n)?.budgets ?? [];
    expect(new Set(budgets(1, 0)).size).toBe(2);
    // The first one assigns users at random, so its shares are as planned.
    expect(new Set(budgets(0, 0)).size).toBe(1);
  });

  it('leaves budgets of an account alone where changes of them are written: it would be somebody else', async () => {
    const driver = newDriver();
    await driver.start();
    await playUntil(driver, 48, 1, (account_id) => Promise.resolve(account_id !== 'act_2003'));
    const { platform } = await positionOf(driver);
    const moved = [0, 1].map((a) => platform.campaigns.some((one) => one.a === a && new Set(one.budgets).size > 1));
    expect(moved).toEqual([true, false]);
  });

  it('stamps the log in the time of the accounts: never before an event, never after the next hour', async () => {
    const driver = await uninterrupted(6);
    for (let partition = 0; partition < driver.log.partitions; partition++)
      for (const { offset, appended_ms } of driver.log.read('tick.hourly', partition, 0, 100))
        expect(appended_ms).toBe(first_ms + (offset + 1) * hour_ms);
    expect(driver.clock.now_ms()).toBe(first_ms + 6 * hour_ms + 1_000);
  });

  it('goes on where it was stopped: the log is that of a run without a stop', async () => {
    const whole = logOf(await uninterrupted(72));
    const driver = newDriver();
    for (const hours of [1, 2, 25, 26, 49, 72]) {
      await driver.start();
      const source = await playUntil(driver, hours);
      expect(source.status()).toMatchObject({ kind: 'simulated', clock_ms: first_ms + hours * hour_ms });
      if (hours < 72) await driver.stop();
    }
    await driver.settle();
    expect(logOf(driver)).toEqual(whole);
  });

  it('goes on where it was killed, at any moment: the log is that of a run without a death', async () => {
    const whole = logOf(await uninterrupted(72));
    const driver = newDriver();
    // Prime distances, so that deaths fall on every step of every group in turn.
    const every = 283;
    let steps = 0;
    let deaths = 0;
    let died: () => void = () => undefined;
    driver.onStep = () => {
      if (++steps % every !== 0) return;
      deaths++;
      driver.crash();
      died();
    };
    for (let hours = 0; hours < 72;) {
      await driver.start();
      const death = new Promise<void>((resolve) => {
        died = resolve;
      });
      await Promise.race([playUntil(driver, 72).catch(() => undefined), death]);
      hours = (await driver.log.position('simulated')) === undefined ? 0 : (await positionOf(driver)).platform.hours;
    }
    await driver.survive();
    expect(deaths).toBeGreaterThan(10);
    expect(driver.failures).toEqual([]);
    expect(logOf(driver)).toEqual(whole);
  });

  it('keeps the seed and the first hour of its folder, and refuses another seed that is asked for', async () => {
    const driver = newDriver();
    await driver.start();
    await playUntil(driver, 3, 5);
    await expect(playUntil(driver, 5, 6)).rejects.toThrow(
      'holds a simulation with seed 5; asked for is a simulation with seed 6',
    );
    const source = await playUntil(driver, 5, null);
    expect(source.status().name).toContain('seed 5');
    expect(await positionOf(driver)).toMatchObject({ seed: 5, first_ms, platform: { hours: 5 } });
  });

  it('knows the true rate of its ads and of no other', async () => {
    const driver = newDriver();
    await driver.start();
    const source = await playUntil(driver, 2);
    expect(source.trueRate('ad_2001_1_a')).toBeGreaterThan(0.005);
    expect(source.trueRate('ad_2001_1_a')).toBeLessThan(0.05);
    expect(source.trueRate('ad_elsewhere')).toBeNull();
  });
});
