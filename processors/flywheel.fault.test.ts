/** The whole topology, killed at random steps: what is left is what an uninterrupted run leaves. */
import { describe, expect, it } from 'vitest';
import { Crash, Driver } from '../engine/driver/driver.ts';
import type { SourceEvent } from '../engine/engine.ts';
import { steps, type Step } from '../engine/commit-path/faults.ts';
import type { Replaceable } from '../engine/options.ts';
import type { Row } from '../engine/ports.ts';
import { generator, type Random } from '../learning/numeric.ts';
import { exampleOf } from '../schemas/examples.ts';
import { hour_ms } from '../schemas/values.ts';
import { account_id, agreed, created, history } from '../testing/history.ts';
import { madeAgain } from '../testing/made-again.ts';
import { start_ms } from '../testing/snapshot.ts';
import { wholeOptions, wholeSeen, withoutSaga, type Seen } from '../testing/whole.ts';

function newDriver(replace?: Replaceable): Driver {
  // Rows are the driver's, which is there once callers ask.
  const archive = { rows: (table: string): readonly Row[] => driver.rows.sent.filter((row) => row.table === table) };
  const driver: Driver = new Driver({
    ...wholeOptions(archive),
    start_ms,
    ...(replace === undefined ? {} : { replace }),
  });
  return driver;
}

/** Somebody asks for a cycle of the account after so many days, and asks again before it can be over. */
const cycleAsked = (days: number): readonly SourceEvent[] =>
  ['first', 'second'].map((cycle_id) => ({
    topic: 'cycle.requested',
    value: { ...exampleOf('cycle.requested'), account_id, cycle_id, at_ms: start_ms + days * 24 * hour_ms },
  }));

/** An account's first days, a new ad that is like its winners, a cycle, and a model that is asked for. */
function* turnsOf(days: number): Generator<readonly SourceEvent[]> {
  yield [agreed];
  yield* history(days);
  yield [created('after', 'Is your sofa too big for you?', null)];
  yield cycleAsked(days);
  yield [{ topic: 'model.retrain.requested', value: { ...exampleOf('model.retrain.requested'), account_id } }];
}

type Deaths = { readonly random: Random; readonly hit: Map<Step, number> } | null;

/** Dies in about every third turn, once or twice, and forgets up to two commits with it. */
async function live(driver: Driver, deaths: Deaths): Promise<void> {
  for (let left = deaths === null || deaths.random() > 0.34 ? 0 : 2; deaths !== null && left > 0; left--) {
    const step = steps[Math.floor(deaths.random() * steps.length)] ?? 'read';
    let before = 1 + Math.floor(deaths.random() * 60);
    driver.onStep = (at) => {
      if (at === step && --before === 0) throw new Crash(`at ${step}`);
    };
    if (await driver.settle()) continue;
    deaths.hit.set(step, (deaths.hit.get(step) ?? 0) + 1);
    driver.onStep = undefined;
    driver.ledger.lose(Math.floor(deaths.random() * 3));
    await driver.start();
  }
  driver.onStep = undefined;
  await driver.survive();
}

async function played(
  days: number,
  deaths: Deaths,
  replace?: Replaceable,
): Promise<{ readonly driver: Driver; readonly seen: Seen }> {
  const driver = newDriver(replace);
  await driver.start();
  let turn = 0;
  for (const events of turnsOf(days)) {
    driver.clock.advance(hour_ms);
    await driver.engine.publish({ source: 'test', position: String(turn++), events });
    await live(driver, deaths);
  }
  expect(driver.failures).toEqual([]);
  return { driver, seen: await wholeSeen(driver.engine, driver.rows.sent) };
}

/**
 * Each group's state and all that it emitted are what its log makes, in the order of its journal: the saga of budgets,
 * whose order hangs on the life, is held to that.
 */
async function eachIsWhatItsLogMakes({ engine }: Driver): Promise<void> {
  const { differences, events } = await madeAgain(engine);
  expect(differences).toEqual([]);
  // Without a platform nothing is reserved: of the pool this is held in the worlds of `testing/money`.
  for (const group of ['budget-executor', 'budget-executor.watch'])
    expect([group, (events.get(group) ?? 0) > 0]).toEqual([group, true]);
}

describe('the flywheel', () => {
  it('that dies at any step of any group leaves what one that lives leaves', { timeout: 240_000 }, async () => {
    const whole = await played(6, null);
    const hit = new Map<Step, number>();
    for (const seed of [1, 2]) {
      const { seen, driver } = await played(6, { random: generator(seed), hit });
      const [left, wanted] = [withoutSaga(seen), withoutSaga(whole.seen)];
      expect(left.events).toEqual(wanted.events);
      expect(left.rows).toEqual(wanted.rows);
      expect(left.state).toEqual(wanted.state);
      await eachIsWhatItsLogMakes(driver);
      await driver.stop();
    }
    // A group that had nothing to do shows nothing.
    const topicsSeen = new Set(whole.seen.events.map((event) => event.split(' ')[0]));
    const worked = [
      'winner.detected',
      'winner.indexed',
      'memory.recalled',
      'actuals.returned',
      'model.trained',
      'cycle.progressed',
    ];
    expect([...topicsSeen]).toEqual(
      expect.arrayContaining([...worked, 'niche.pattern.updated', 'ensemble.reweighted']),
    );
    // A step that was never died at shows nothing.
    expect([...hit.keys()].sort()).toEqual([...steps].sort());

    await eachIsWhatItsLogMakes(whole.driver);
    await whole.driver.stop();
  });

  it('does not pass where readers take what they took before', { timeout: 120_000 }, async () => {
    const replace = { watermarks: () => ({ seen: () => false, stored: () => ({}) }) };
    const whole = await played(1, null, replace);
    const wanted = JSON.stringify(whole.seen);
    let shown = false;
    // Not every death is between a delivery and what remembers it: of a few lives one must show it.
    for (let seed = 3; seed < 12 && !shown; seed++) {
      const died = await played(1, { random: generator(seed), hit: new Map() }, replace);
      shown = JSON.stringify(died.seen) !== wanted;
      await died.driver.stop();
    }
    expect(shown).toBe(true);
    await whole.driver.stop();
  });
});
