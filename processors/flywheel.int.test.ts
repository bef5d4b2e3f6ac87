/** The picture of the README, followed once around: every event below but the raw ones is made by a loop. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../engine/driver/driver.ts';
import type { EngineEvent } from '../engine/engine.ts';
import { explain } from '../engine/explain/explain.ts';
import { rebuild } from '../engine/state/rebuild.ts';
import type { NicheContribution, PredictionMade } from '../schemas/index.ts';
import { agreed, created, history } from '../testing/history.ts';
import { driverOf, play } from '../testing/played.ts';
import { start_ms } from '../testing/snapshot.ts';
import { processors } from './index.ts';

/** All loops that decide; those that ask the outside are tried with their ports, the archivist with its tables. */
const loops = processors.filter(({ wiring: { group }, call }) => call === undefined && group !== 'archivist');

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  // The log's time runs with the events': a prediction is made when its ad appears.
  const driver = driverOf(loops, start_ms);
  drivers.push(driver);
  return driver;
}

const ofTopic = (events: readonly EngineEvent[], topic: string): readonly EngineEvent[] =>
  events.filter(({ record }) => record.topic === topic);
const predictionOf = (events: readonly EngineEvent[], ad_id: string): EngineEvent | undefined =>
  ofTopic(events, 'prediction.made').find(({ value }) => Reflect.get(value ?? {}, 'ad_id') === ad_id);

describe('the flywheel', () => {
  it('turns: what ads bring makes the prediction of the next one, and the prediction says so', async () => {
    const driver = newDriver();
    const rounds = [
      [created('before', 'Is your sofa too big for you?', null), agreed],
      ...history(8),
      [created('after', 'Is your sofa too big for you?', null)],
    ];
    const events = await play(driver, rounds);
    const made = (topic: string): number => ofTopic(events, topic).length;

    // ad.created → DNA → a prediction before the first impression
    expect(made('dna.extracted')).toBe(22);
    expect(ofTopic(events, 'prediction.made').length).toBeGreaterThan(60);
    // ad.metrics → evidence → winners at their error rate → and a split of the budget
    expect(made('evidence.changed')).toBeGreaterThan(20);
    expect(made('winner.detected')).toBeGreaterThan(0);
    expect(made('allocation.proposed')).toBeGreaterThan(20);
    // evidence → what goes with more clicks
    expect(made('dna.formula.updated')).toBeGreaterThan(0);
    // winners and effects → what the account says to its niche
    const said = ofTopic(events, 'niche.contribution').map(({ value }) => value as unknown as NicheContribution);
    expect(said.at(-1)).toMatchObject({ niche: 'home_decor', withdrawn: false, ads: 20 });
    expect(said.at(-1)?.traits.find(({ value }) => value === 'question')?.effect).toBeGreaterThan(0);

    // predictions → what came of them → weights, accuracy
    expect(made('actuals.fetched')).toBeGreaterThanOrEqual(60);
    expect(made('ensemble.reweighted')).toBe(60);
    expect(made('accuracy.measured')).toBeGreaterThan(0);

    // The same headline, before and after: expected to do better now, because of its question.
    const [before, after] = ['before', 'after'].map((ad_id) => predictionOf(events, ad_id));
    const { rate, causes } = after?.value as unknown as PredictionMade;
    expect(causes.join('; ')).toMatch(/question, from \d+ experiments of the account: \+\d/);
    expect(rate).toBeGreaterThan(Number(Reflect.get(before?.value ?? {}, 'rate')) * 1.15);

    // And the log explains it: from what it was predicted, and that it would be again.
    if (after?.record.name === undefined) throw new Error('no prediction');
    const explained = await explain(driver.engine, 'prediction.made', after.record.name);
    expect(explained?.reproduced).toBe(true);
    expect([...(explained?.parts_before.keys() ?? [])]).toContain('formula');
  });

  it('stands the same where each group is made again from the log', async () => {
    const driver = newDriver();
    await play(driver, history(4));
    for (const { wiring } of loops) {
      const { group, differences } = await rebuild(driver.engine, wiring.group);
      expect({ group, differences }).toEqual({ group, differences: [] });
    }
  });
});
