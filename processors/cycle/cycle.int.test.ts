/** A cycle over the whole topology: every loop but those that ask the outside, on real bytes. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import type { CycleProgressed, CycleStep } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { account_id, agreed, history, tick } from '../../testing/history.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { valuesOf } from '../../testing/prediction.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { PermanentError, type AnyProcessor } from '../../topology/processor.ts';
import { processors } from '../index.ts';
import { indexGroup } from '../rag-memory/index/call.ts';
import { learningCycle } from './decide.ts';
import { steps } from './state.ts';

/** Whoever makes vectors; away until `is_back`. */
class Provider {
  is_back = true;

  readonly embeddings = {
    ...hashedEmbeddings,
    embed: (...asked: Parameters<typeof hashedEmbeddings.embed>) =>
      this.is_back ? hashedEmbeddings.embed(...asked) : Promise.reject(new PermanentError('no such key')),
  };
}

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(without: readonly string[] = [], provider = new Provider()): Driver {
  const memory = {
    embeddings: provider.embeddings,
    vectors: new InProcessVectors(hashedEmbeddings.dimensions),
    lacking: () => null,
    later: () => undefined,
  };
  const deciding = processors.filter(({ wiring: { group }, call }) => call === undefined && group !== 'archivist');
  const loops: readonly AnyProcessor[] = [...deciding, indexGroup(memory)];
  const driver = driverOf(
    loops.filter(({ wiring }) => !without.includes(wiring.group)),
    start_ms,
  );
  drivers.push(driver);
  return driver;
}

/** Asks for a cycle as of an hour of the history, some minutes past. */
const asked = (cycle_id: string, hour: number, given: object = {}): SourceEvent => ({
  topic: 'cycle.requested',
  value: {
    account_id,
    cycle_id,
    retrain: true,
    accuracy_threshold: null,
    at_ms: start_ms + hour * hour_ms + 20 * 60_000,
    ...given,
  },
});

const progress = (events: readonly EngineEvent[], cycle_id: string): readonly CycleProgressed[] =>
  valuesOf<CycleProgressed>(events, 'cycle.progressed').filter((one) => one.cycle_id === cycle_id);
const stepOf = (events: readonly EngineEvent[], cycle_id: string, step: CycleStep) =>
  progress(events, cycle_id)
    .at(-1)
    ?.steps.find((one) => one.step === step);

/** A history without recall; then two cycles, once it is back. */
function* comesBack(provider: Provider): Generator<readonly SourceEvent[]> {
  yield [agreed];
  yield* history(5);
  provider.is_back = true;
  yield [asked('one', 121)];
  yield [asked('two', 122)];
}

describe('a cycle of an account', () => {
  it('runs its seven steps in order, each with what came of it', async () => {
    const events = await play(newDriver(), [[agreed], ...history(4.5), [asked('one', 106)]]);
    const told = progress(events, 'one');
    expect(told.map(({ status }) => status)).toEqual([...steps.map(() => 'running'), 'done']);
    expect(told.at(-1)?.steps.map(({ step, status }) => [step, status])).toEqual([
      ['fetch_actuals', 'skipped'],
      ['calculate_accuracy', 'done'],
      ['auto_retrain', 'skipped'],
      ['compound_learning', 'skipped'],
      ['auto_promote', 'done'],
      ['cross_learning', 'skipped'],
      ['rag_indexing', 'skipped'],
    ]);
    const reasons = told.at(-1)?.steps.map(({ reason }) => reason ?? '');
    expect(reasons?.[0]).toMatch(/^nothing has matured since it was counted last; /);
    expect(reasons?.[1]).toMatch(/of 20 predictions made before the first impression/);
    expect(reasons?.[2]).toBe('accuracy is not known yet');
    expect(reasons?.[4]).toMatch(/^10 experiments checked: [1-9]\d* winners? in all, no other may be announced$/);
    expect(reasons?.[5]).toBe('it has learned nothing since it told home_decor last');
    expect(reasons?.[6]).toMatch(/^recall knows all [1-9]\d* winners? already$/);
  });

  it('does now what its loops would do at their next hour, and they do not do it again', async () => {
    // Predictions of the first day mature with the hour that ends at `due`; the cycle comes before that hour is told.
    const rounds = [...history(4)];
    const whole = await play(newDriver(), rounds);
    const first = whole.find(({ record }) => record.topic === 'actuals.fetched');
    const due = (Number(Reflect.get(first?.value ?? {}, 'at_ms')) - start_ms) / hour_ms;
    const before = rounds.findIndex(([event]) => JSON.stringify(event) === JSON.stringify(tick(due - 1)));
    expect(before).toBeGreaterThan(0);
    const early = [...rounds.slice(0, before), [asked('one', due - 0.25)], ...rounds.slice(before)];
    const events = await play(newDriver(), early);
    const counted = stepOf(events, 'one', 'fetch_actuals');
    expect(counted).toMatchObject({ status: 'done', count: 20 });
    expect(counted?.reason).toMatch(/^20 predictions were compared with what came; \d+ predictions wait$/);
    const told = (all: readonly EngineEvent[]) =>
      valuesOf<{ prediction_id: string; revision: number; clicks: number }>(all, 'actuals.fetched')
        .map(({ prediction_id, revision, clicks }) => `${prediction_id} ${revision} ${clicks}`)
        .sort();
    expect(told(events)).toEqual(told(whole));
  });

  it('is one at a time: the second is answered with the id of the first', async () => {
    const events = await play(newDriver(), [...history(1), [asked('one', 24), asked('two', 24)]]);
    expect(progress(events, 'two')).toMatchObject([{ status: 'refused', running_cycle_id: 'one' }]);
    expect(progress(events, 'one').at(-1)?.status).toBe('done');
    expect(valuesOf(events, 'cycle.step.requested')).toHaveLength(steps.length);
  });

  it('says of each step that has nothing to do why', async () => {
    const events = await play(newDriver(), [[asked('one', 0, { retrain: false })]]);
    expect(progress(events, 'one').at(-1)?.steps).toMatchObject(
      [
        'nothing has matured since it was counted last; no prediction waits',
        'no prediction has matured in the last 30 days',
        'the request wants no new model',
        'no prediction is due, and nothing has matured that could be compared with the control',
        'no experiment that could have a winner was declared',
        'its people did not agree to learn with others',
        'the account has no winner to remember',
      ].map((reason) => ({ status: 'skipped', reason, count: 0 })),
    );
  });

  it('goes on without a loop that is away, and says which step that was', async () => {
    const away = newDriver(['compound-learner']);
    const events = await play(away, [...history(1), [asked('one', 24)], [tick(25)]]);
    const last = progress(events, 'one').at(-1);
    expect(last?.status).toBe('partial');
    expect(last?.steps.filter(({ status }) => status === 'failed')).toMatchObject([
      {
        step: 'compound_learning',
        reason: expect.stringMatching(/^its loop did not answer within \d+ minutes/) as string,
      },
    ]);
  });

  it('asks recall again for winners that it does not know, which else is done once a day', async () => {
    const provider = new Provider();
    provider.is_back = false;
    const driver = newDriver([], provider);
    const events = await play(driver, comesBack(provider));
    const at = events.findIndex(({ record }) => record.topic === 'cycle.requested');
    const wishes = valuesOf<{ ad_id: string }>(events.slice(0, at), 'memory.index.requested');
    const winners = new Set(wishes.map(({ ad_id }) => ad_id));
    expect(winners.size).toBeGreaterThan(0);
    // As long as nobody answers they are wished again, at the end of a day only.
    expect(wishes.length).toBeGreaterThan(winners.size);
    expect(wishes.length).toBeLessThanOrEqual(winners.size * 5);
    expect(stepOf(events, 'one', 'rag_indexing')).toMatchObject({ status: 'done', count: winners.size });
    expect(valuesOf<{ recallable: boolean }>(events.slice(at), 'winner.indexed').map((one) => one.recallable)).toEqual(
      [...winners].map(() => true),
    );
    expect(stepOf(events, 'two', 'rag_indexing')?.reason).toMatch(/^recall knows all/);
  });
});

describe('what cycles leave', () => {
  it('is the same where the log is handled again, in each group', async () => {
    const driver = newDriver();
    const events = await play(driver, [[agreed], ...history(3), [asked('one', 70), asked('two', 70)], [tick(72)]]);
    for (const { wiring } of driver.engine.topology.processors) {
      const { group, differences } = await rebuild(driver.engine, wiring.group);
      expect({ group, differences }).toEqual({ group, differences: [] });
    }
    const told = events.filter(({ record }) => record.topic === 'cycle.progressed').at(-1);
    const { reproduced, decision, emitted } = await decideAgain(driver, learningCycle, told);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });

  it('costs an hour nothing where no cycle runs: no event of one, and no account is looked at', async () => {
    const driver = newDriver();
    const rounds = [...history(1), [asked('one', 24)]];
    await play(driver, rounds);
    const handled = (group: string): number =>
      driver.engine.groups().find((one) => one.group === group)?.emitted_total ?? 0;
    const before = ['cycle', 'rag-memory'].map(handled);
    const events: EngineEvent[] = [];
    driver.engine.tail((some) => events.push(...some));
    driver.clock.advance(hour_ms);
    await driver.engine.publish({ source: 'test', position: 'last', events: [25, 26, 27].map(tick) });
    await driver.engine.drain();
    expect(events.filter(({ record }) => record.topic.startsWith('cycle.'))).toEqual([]);
    expect(['cycle', 'rag-memory'].map(handled)).toEqual(before);
  });
});
