import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { binomial, generator } from '../../learning/numeric.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { EnsembleReweighted, ImprovementMeasured, PredictionMade } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { snapshot, start_ms, type Given } from '../../testing/snapshot.ts';
import { actualsFetcher } from '../actuals-fetcher/decide.ts';
import { compoundLearner } from './decide.ts';
import { features_version } from './features-version.ts';
import { feature_names } from './features.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([compoundLearner, actualsFetcher]);
  drivers.push(driver);
  return driver;
}

const of = (topic: string, given: object): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id: 'act', ...given },
});
const hook = (value: string): object => ({ trait: 'hook', value, confidence: 0.9, source: 'rule' });
const nothing = { trait: 'hook', value: 'unknown', confidence: 0, source: 'rule' };
const created = (ad_id: string, ...hooks: readonly string[]): SourceEvent =>
  of('dna.extracted', {
    ad_id,
    campaign_id: 'c',
    experiment_id: null,
    traits: hooks.length === 0 ? [nothing] : hooks.map(hook),
    at_ms: start_ms,
  });
const recalled = (ad_id: string, prior_log_lift: number | null, nearest?: string): SourceEvent => {
  const neighbour = {
    account_id: 'act',
    ad_id: nearest ?? '',
    score: 0.8,
    lift: 0.3,
    format: 'image',
    won_at_ms: start_ms,
  };
  const neighbours = nearest === undefined ? [] : [neighbour];
  return of('memory.recalled', { ad_id, prior_log_lift, neighbours, failure: null, at_ms: start_ms + 1 });
};
const formula = (value: string, effect: number): SourceEvent =>
  of('dna.formula.updated', {
    traits: [
      {
        trait: 'hook',
        value,
        effect,
        low: effect - 0.1,
        high: effect + 0.1,
        raw_effect: null,
        experiments: 7,
        impressions: 1,
      },
    ],
  });
const metrics = (given: Given): SourceEvent => ({ topic: 'ad.metrics', value: snapshot(given) });
const tick = (hours: number): SourceEvent => ({
  topic: 'tick.hourly',
  value: { hour_ms: start_ms + (hours - 1) * hour_ms },
});
const valuesOf = <T>(events: readonly EngineEvent[], topic: string): readonly T[] =>
  events.filter(({ record }) => record.topic === topic).map(({ value }) => value as T);
const predictions = (events: readonly EngineEvent[]): readonly PredictionMade[] => valuesOf(events, 'prediction.made');

describe('a new ad', () => {
  it('is predicted at once, and again before its first impression where memory says something', async () => {
    const rounds = [
      [created('x', 'question'), created('y'), created('z')],
      [recalled('x', 0.2, 'old'), recalled('y', null)],
      [metrics({ ad_id: 'z', hour: 1 })],
      [recalled('z', 0.2, 'old')],
    ];
    const made = predictions(await play(newDriver(), rounds));
    expect(made.map(({ ad_id, stage }) => [ad_id, stage])).toEqual([
      ['x', 'cold'],
      ['y', 'cold'],
      ['z', 'cold'],
      ['x', 'cold'],
      ['y', 'cold'],
    ]);
    expect(made.every(({ impressions_before }) => impressions_before === 0)).toBe(true);
    expect(made[3]?.rate).toBeGreaterThan(made[0]?.rate ?? 1);
    // Others resemble winners, this one does not.
    expect(made[4]?.rate).toBeLessThan(made[1]?.rate ?? 0);
    expect(made[4]?.causes).toEqual([expect.stringMatching(/^memory: like no winner: −/)]);
  });

  it('is expected no better than others where all of them resemble winners alike', async () => {
    const ads = Array.from({ length: 60 }, (_, i) => `ad${i}`);
    const rounds = [ads.map((ad) => created(ad)), ads.map((ad) => recalled(ad, 0.2, 'old'))];
    const made = predictions(await play(newDriver(), rounds));
    expect(made.at(-1)?.ad_id).not.toBe('ad0');
    expect(made.at(-1)?.rate).toBeLessThan((made[0]?.rate ?? 0) * 1.02);
  });

  it('without anything known is expected to do as the policy says, and says which experts are absent and why', async () => {
    const [made] = predictions(await play(newDriver(), [[created('x', 'question')], [tick(1)]]));
    expect(made?.rate).toBeCloseTo(0.015, 9);
    expect(made?.experts).toEqual([
      { expert: 'bandit', rate: expect.closeTo(0.015, 9) as number, weight: 1, absent: null },
      { expert: 'trees', rate: null, weight: 0, absent: 'no model is in use' },
      { expert: 'dna', rate: null, weight: 0, absent: 'no experiment has told traits apart' },
    ]);
    expect(made?.rate_low).toBeLessThan(0.01);
    expect(made?.rate_high).toBeGreaterThan(0.025);
    expect(made?.features).toHaveLength(feature_names.length);
    expect(made?.causes).toEqual([]);
  });

  it('says that memory has not answered or why it could not, which is no sign that an ad resembles nothing', async () => {
    const away = { ad_id: 'x', prior_log_lift: null, neighbours: [], failure: 'Qdrant does not answer' };
    const rounds = [
      [created('x'), created('y')],
      [of('memory.recalled', { ...away, at_ms: start_ms + 1 }), recalled('y', 0.2, 'old')],
      [metrics({ ad_id: 'x', hour: 1 }), metrics({ ad_id: 'y', hour: 1 })],
      [tick(30)],
    ];
    const made = predictions(await play(newDriver(), rounds));
    const told = (ad: string, stage: string) => made.filter((one) => one.ad_id === ad && one.stage === stage);
    expect(told('x', 'cold').map(({ missing }) => missing)).toEqual([['memory has not answered yet']]);
    const [x] = told('x', 'day_1');
    expect(x?.missing).toEqual(['memory could not answer: Qdrant does not answer']);
    expect(x?.causes.filter((cause) => cause.startsWith('memory'))).toEqual([]);
    expect(told('y', 'day_1').map(({ missing }) => missing)).toEqual([[]]);
  });

  it('is predicted otherwise for what memory and the formula know, and says so', async () => {
    const rounds = [
      [formula('question', 0.2)],
      [created('x', 'question'), created('y')],
      [recalled('x', 0.3, 'old')],
      [tick(1)],
    ];
    const [, y, x] = predictions(await play(newDriver(), rounds));
    expect(y?.ad_id).toBe('y');
    expect(x?.rate).toBeGreaterThan((y?.rate ?? 1) * 1.1);
    expect(x?.causes).toEqual([
      'hook question, from 7 experiments of the account: +22.1 %',
      'memory: like old (0.80), which won by +30.0 %: +6.4 %',
    ]);
  });

  it('is predicted again a day and three days after its first impression, from what it got', async () => {
    const hours = Array.from({ length: 80 }, (_, hour) => hour);
    const rounds = hours.map((hour) => [metrics({ hour: hour + 1, link_clicks: 30 }), tick(hour + 2)]);
    const events = await play(newDriver(), [[created('x')], [tick(1)], ...rounds]);
    const made = predictions(events);
    expect(made.map(({ stage }) => stage)).toEqual(['cold', 'day_1', 'day_3']);
    expect(made[1]?.rate).toBeGreaterThan(0.025);
    expect(made[1]?.causes[0]).toMatch(/^its own [\d,]+ clicks of [\d,]+ impressions: \+\d/);
    expect(made[2]?.impressions_before).toBeGreaterThan(70_000);
  });
});

describe('the trees', () => {
  const model = (given: object): SourceEvent =>
    of('model.trained', {
      model_id: 'm1',
      status: 'trained',
      champion_model_id: null,
      features_version,
      columns: feature_names.length,
      splits: [-1],
      rights: [0],
      values: [0.4],
      roots: [0],
      ...given,
    });
  const treesOf = (made: PredictionMade | undefined): PredictionMade['experts'][number] | undefined =>
    made?.experts.find(({ expert }) => expert === 'trees');

  it('vote with the model that is in use, until somebody goes back from it', async () => {
    const rollback = of('model.rollback.requested', { to_model_id: null });
    const rounds = [[model({})], [created('x')], [rollback], [created('y')]];
    const [x, y] = predictions(await play(newDriver(), rounds));
    expect(treesOf(x)?.rate).toBeCloseTo(0.015 * Math.exp(0.4), 9);
    expect(x?.model_id).toBe('m1');
    expect(x?.rate).toBeGreaterThan(0.016);
    expect(treesOf(y)).toMatchObject({ rate: null, absent: 'no model is in use' });
    expect(y?.model_id).toBeNull();
  });

  it('are absent where the model was refused, beat another one, or knows other features', async () => {
    const absent = async (given: object): Promise<string | null | undefined> =>
      treesOf(predictions(await play(newDriver(), [[model(given)], [created('x')]]))[0])?.absent;
    expect(await absent({ status: 'refused' })).toBe('no model is in use');
    expect(await absent({ champion_model_id: 'm0' })).toBe('no model is in use');
    expect(await absent({ columns: 3 })).toBe('the model in use knows other features');
  });
});

/** Ads that are created every day, half of them with a question; `lift` is what a question does to their click rate. */
function* world(days: number, lift: number, believed: number): Generator<SourceEvent[]> {
  const random = generator(11);
  yield [formula('question', believed)];
  for (let d = 0; d < days; d++) {
    const ads = ['a', 'b', 'c', 'd'].map((name, i) => ({ ad_id: `${name}${d}`, question: i % 2 === 0 }));
    yield ads.map(({ ad_id, question }) => ({
      topic: 'dna.extracted',
      value: { ...created(ad_id, question ? 'question' : 'list').value, at_ms: start_ms + d * day_ms },
    }));
    yield [tick(24 * d + 1)];
    yield ads.flatMap(({ ad_id, question }) =>
      [2, 8, 14].map((hour) =>
        metrics({
          ad_id,
          hour: 24 * d + hour,
          impressions: 3_000,
          link_clicks: binomial(3_000, 0.015 * Math.exp(question ? lift : 0), random),
        }),
      ),
    );
    yield [tick(24 * d + 24)];
  }
}

/** A cycle's step that is this loop's, as of an hour after the start. */
const stepRequested = (hour: number): SourceEvent =>
  of('cycle.step.requested', { step: 'compound_learning', at_ms: start_ms + hour * hour_ms });

describe('actuals', () => {
  it('move weight to the expert who was right, and away from one that is wrong', async () => {
    const weight = async (lift: number, believed: number): Promise<number> => {
      const told = valuesOf<EnsembleReweighted>(
        await play(newDriver(), world(20, lift, believed)),
        'ensemble.reweighted',
      );
      return (
        told
          .filter(({ stage }) => stage === 'cold')
          .at(-1)
          ?.experts.find(({ expert }) => expert === 'dna')?.weight ?? 0
      );
    };
    expect(await weight(0.5, 0.5)).toBeGreaterThan(0.6);
    expect(await weight(0, 0.5)).toBeLessThan(0.25);
  });

  it('show that learning helps against the control that stopped, and say too early of a year', async () => {
    const events = await play(newDriver(), [...world(40, 0.5, 0.5), [stepRequested(40 * 24)]]);
    const told = valuesOf<ImprovementMeasured>(events, 'improvement.measured');
    const last = told.at(-1);
    // Once a day, and at the step of a cycle, which says so.
    expect(last?.at_ms).toBe(start_ms + 40 * day_ms);
    expect(told.slice(0, -1).every(({ at_ms }) => at_ms % day_ms === 0)).toBe(true);
    const [finished] = valuesOf<{ reason: string }>(events, 'cycle.step.finished');
    expect(finished?.reason).toMatch(/; learning saved 0\.\d+ nats an ad \(95 %: 0\.\d+ to 0\.\d+\), \d+ ads compared/);
    // The control stopped at its start: of every ad without data it says the same from then on.
    const cold = valuesOf<PredictionMade>(events, 'prediction.made').filter(({ stage }) => stage === 'cold');
    const frozen = cold.filter(({ control_rate, baseline_rate }) => control_rate !== baseline_rate);
    expect(frozen.length).toBeGreaterThan(cold.length / 2);
    expect(new Set(frozen.map(({ control_rate }) => control_rate)).size).toBe(1);
    for (const { status, gain, low, high } of last?.points ?? [])
      if (status === 'known')
        expect([low, gain, high]).toEqual([low, gain, high].toSorted((a, b) => Number(a) - Number(b)));
      else expect([low, gain, high]).toEqual([null, null, null]);
    expect(last?.gain_low).toBeGreaterThan(0);
    expect(last?.live_loss).toBeLessThan(last?.control_loss ?? 0);
    expect(last?.points.map(({ horizon_days, status }) => [horizon_days, status])).toEqual([
      [0, 'known'],
      [30, 'known'],
      [90, 'too_early'],
      [365, 'too_early'],
    ]);
  });

  it('and predictions that are due are dealt with by the step of a cycle, without waiting for the hour', async () => {
    const rounds = [...world(3, 0.5, 0.5)];
    const due = [metrics({ ad_id: 'late', hour: 73, impressions: 900, link_clicks: 9 }), tick(74)];
    const ad = { topic: 'dna.extracted', value: { ...created('late').value, at_ms: start_ms + 72 * hour_ms } };
    const young = await play(newDriver(), [...rounds, [ad], due, [stepRequested(73.5 + 24)], [tick(74 + 24)]]);
    const late = predictions(young).filter(({ ad_id }) => ad_id === 'late');
    expect(late.map(({ stage, at_ms }) => [stage, (at_ms - start_ms) / hour_ms])).toEqual([
      ['cold', 72],
      ['day_1', 97.5],
    ]);
    const [finished] = valuesOf<{ count: number; reason: string }>(young, 'cycle.step.finished');
    expect(finished?.reason).toMatch(/^\d+ predictions? made; too early to compare with the control$/);
  });

  it('and all that follows from them are the same where the log is handled again', async () => {
    const driver = newDriver();
    const events = await play(driver, world(8, 0.3, 0.3));
    expect((await rebuild(driver.engine, 'compound-learner')).differences).toEqual([]);
    const told = events.filter(({ record }) => record.topic === 'ensemble.reweighted').at(-1);
    const { reproduced, decision, emitted } = await decideAgain(driver, compoundLearner, told);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});
