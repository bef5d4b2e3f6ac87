/** The whole topology, killed at random steps: what is left is what an uninterrupted run leaves. */
import { describe, expect, it } from 'vitest';
import { plain } from '../app/operations/event-view.ts';
import { Crash, Driver } from '../engine/driver/driver.ts';
import type { SourceEvent } from '../engine/engine.ts';
import { steps, type Step } from '../engine/faults.ts';
import type { Replaceable } from '../engine/options.ts';
import { nameOf } from '../engine/ports.ts';
import { readRange } from '../engine/read-range.ts';
import { rebuild } from '../engine/rebuild.ts';
import { Watermarks } from '../engine/watermarks.ts';
import { generator, type Random } from '../learning/numeric.ts';
import { defaultPolicy } from '../policy/document.ts';
import { hashedEmbeddings } from '../ports/embeddings/hashed/hashed.ts';
import { memoryTrainingData } from '../ports/training-data/memory/memory.ts';
import { xgboostTrainer } from '../ports/trainer/xgboost/xgboost.ts';
import { InProcessVectors } from '../ports/vectors/in-process/in-process.ts';
import { createCodec } from '../schemas/codec.ts';
import { exampleOf } from '../schemas/examples.ts';
import { deadLetter, policyChanged, topics } from '../schemas/index.ts';
import { hour_ms } from '../schemas/values.ts';
import { account_id, agreed, created, history } from '../testing/history.ts';
import { start_ms } from '../testing/snapshot.ts';
import { topologyOf } from './index.ts';

const partitions = 2;

function newDriver(replace?: Replaceable): Driver {
  // Rows are the driver's, which is there once callers ask.
  const archive = { rows: (table: string) => driver.rows.sent.filter((row) => row.table === table) };
  const { processors } = topologyOf(
    {
      memory: {
        embeddings: hashedEmbeddings,
        vectors: new InProcessVectors(hashedEmbeddings.dimensions),
        lacking: () => null,
        later: () => undefined,
      },
      actuals: { platform: () => null },
      training: { trainer: xgboostTrainer(), data: memoryTrainingData(archive) },
    },
    'secret',
  );
  const driver = new Driver({
    topology: { topics, processors },
    codec: createCodec({ topics }),
    partitions,
    code: 'test',
    policy: { topic: policyChanged.name, parse: () => defaultPolicy, initial: defaultPolicy },
    deadLetters: {
      topic: deadLetter.name,
      event: ({ message }) => {
        throw new Error(`refused: ${message}`);
      },
    },
    start_ms,
    ...(replace === undefined ? {} : { replace }),
  });
  return driver;
}

/** An account's first days, a new ad that is like its winners, and a model that is asked for. */
function* turnsOf(days: number): Generator<readonly SourceEvent[]> {
  yield [agreed];
  yield* history(days);
  yield [created('after', 'Is your sofa too big for you?', null)];
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

interface Seen {
  readonly state: readonly string[];
  readonly events: readonly string[];
  readonly rows: readonly string[];
}

/** Coordinates of causes: an event that was delivered twice moves the offsets of those after it. */
const withoutNames = (json: string): string => json.replaceAll(/[a-z.-]+\/\d+\/[a-z.]+\/\d+\/\d+\/\d+/g, 'name');

async function seenOf({ engine, rows }: Driver): Promise<Seen> {
  const [state, events]: [string[], string[]] = [[], []];
  for (const { wiring } of engine.topology.processors)
    for await (const { key, stateKey, state: value } of engine.scan(wiring.group)) {
      state.push(`${wiring.group} ${key} ${stateKey} ${JSON.stringify(plain(value))}`);
      for await (const [name, part] of engine.parts(wiring.group, key, stateKey))
        state.push(`${wiring.group} ${key} ${stateKey} ${name} ${JSON.stringify(plain(part))}`);
    }
  for (const { name: topic } of engine.topology.topics)
    for (let partition = 0; partition < partitions; partition++) {
      const taken = new Watermarks({});
      const { start, end } = await engine.log.range(topic, partition);
      for await (const record of readRange(engine.log, topic, partition, start, end))
        if (record.name === undefined || !taken.seen(record.topic, record.name))
          events.push(`${topic} ${JSON.stringify(plain(engine.decoded(record).value))}`);
    }
  const distinct = new Map(
    rows.sent.map((row) => [`${row.table} ${nameOf(row.name)}`, JSON.stringify(plain(row.value))]),
  );
  const table = [...distinct].map(([name, value]) => `${name.split(' ')[0] ?? ''} ${value}`);
  return {
    state: state.map(withoutNames).sort(),
    events: events.map(withoutNames).sort(),
    rows: table.map(withoutNames).sort(),
  };
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
  return { driver, seen: await seenOf(driver) };
}

describe('the flywheel', () => {
  it('that dies at any step of any group leaves what one that lives leaves', { timeout: 240_000 }, async () => {
    const whole = await played(6, null);
    const hit = new Map<Step, number>();
    for (const seed of [1, 2]) {
      const { seen, driver } = await played(6, { random: generator(seed), hit });
      expect(seen.events).toEqual(whole.seen.events);
      expect(seen.rows).toEqual(whole.seen.rows);
      expect(seen.state).toEqual(whole.seen.state);
      await driver.stop();
    }
    // A group that had nothing to do shows nothing.
    const topicsSeen = new Set(whole.seen.events.map((event) => event.split(' ')[0]));
    const worked = ['winner.detected', 'winner.indexed', 'memory.recalled', 'actuals.returned', 'model.trained'];
    expect([...topicsSeen]).toEqual(
      expect.arrayContaining([...worked, 'niche.pattern.updated', 'ensemble.reweighted']),
    );
    // A step that was never died at shows nothing.
    expect([...hit.keys()].sort()).toEqual([...steps].sort());

    // And each group's state is what the log makes of it.
    for (const { wiring } of whole.driver.engine.topology.processors) {
      const { group, differences } = await rebuild(whole.driver.engine, wiring.group);
      expect({ group, differences }).toEqual({ group, differences: [] });
    }
    await whole.driver.stop();
  });

  it('does not pass where readers take what they took before', { timeout: 120_000 }, async () => {
    const replace = { watermarks: () => ({ seen: () => false, stored: () => ({}) }) };
    const whole = await played(1, null, replace);
    const died = await played(1, { random: generator(3), hit: new Map() }, replace);
    expect(died.seen).not.toEqual(whole.seen);
    await Promise.all([whole.driver.stop(), died.driver.stop()]);
  });
});
