import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { generator, poisson } from '../../learning/numeric.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { AdFatigued } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { snapshot, start_ms, type Given } from '../../testing/snapshot.ts';
import { fatigueMonitor } from './decide.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([fatigueMonitor]);
  drivers.push(driver);
  return driver;
}

const ads = ['a', 'b', 'c', 'd', 'e', 'f'];
const tick = (day: number): SourceEvent => ({
  topic: 'tick.hourly',
  value: { hour_ms: start_ms + day * 24 * hour_ms - hour_ms },
});

/** Days of six ads, each shown 5,000 times a day; `rate` of an ad on a day, counted from 0. */
function* world(
  days: number,
  rate: (ad: string, day: number) => number,
  given: (ad: string, day: number) => Given = () => ({}),
): Generator<SourceEvent[]> {
  const random = generator(13);
  for (let day = 0; day < days; day++) {
    yield ads.map((ad_id) => ({
      topic: 'ad.metrics',
      value: snapshot({
        ad_id,
        hour: 24 * day,
        impressions: 5_000,
        link_clicks: poisson(5_000 * rate(ad_id, day), random),
        ...given(ad_id, day),
      }),
    }));
    yield [tick(day + 1)];
  }
}

const told = (events: readonly EngineEvent[]): readonly AdFatigued[] =>
  events.filter(({ record }) => record.topic === 'ad.fatigued').map(({ value }) => value as unknown as AdFatigued);
const of = (events: readonly AdFatigued[], ad: string): readonly (readonly [string, string])[] =>
  events.filter(({ ad_id }) => ad_id === ad).map(({ previous, status }) => [previous, status]);

/** Ad `a` loses four tenths of its rate in ten days from day 12 on. */
const tires = (ad: string, day: number): number =>
  0.015 * (ad === 'a' ? 1 - 0.4 * Math.min(1, Math.max(0, (day - 12) / 10)) : 1);

describe('an ad', () => {
  it('is first unknown, then healthy, then tired, with how much, since when and what may be done', async () => {
    const events = told(await play(newDriver(), world(26, tires)));
    expect(of(events, 'a').slice(0, 2)).toEqual([
      ['insufficient_data', 'healthy'],
      ['healthy', 'fatiguing'],
    ]);
    const tired = events.find(({ ad_id, status }) => ad_id === 'a' && status === 'fatiguing');
    expect(tired?.change_high).toBeLessThan(0);
    expect(tired?.since_ms).toBeGreaterThan(start_ms + 9 * 24 * hour_ms);
    expect(tired?.days_to_critical).toBeGreaterThan(0);
    expect(tired?.proposal).toBe('refresh_creative');
    // 500 cents a day, for some 45 to 60 clicks of what were 75.
    expect(tired?.cost_change).toBeGreaterThan(0.1);
    expect(tired?.cost_per_click_minor).toBeGreaterThan(500 / 75);
    expect(tired?.currency).toBe('USD');
    expect(tired?.reason).toMatch(
      /^Clicked \d+ % less \(\d+ % to \d+ %\) than before, beside the account, for \d+ days\. Each click costs \d+ % more\.$/,
    );
    for (const ad of ads.slice(1)) expect(of(events, ad)).toEqual([['insufficient_data', 'healthy']]);
  });

  it('is not tired where the whole account is clicked less', async () => {
    const events = told(
      await play(
        newDriver(),
        world(26, (_, day) => (day < 12 ? 0.015 : 0.0105)),
      ),
    );
    for (const { status } of events) expect(status).toBe('healthy');
  });

  it('that people see too often has exhausted its audience', async () => {
    const reach = (): Given => ({ reach: 5_000 });
    const events = told(await play(newDriver(), world(26, tires, reach)));
    const tired = events.find(({ ad_id, status }) => ad_id === 'a' && status === 'audience_exhausted');
    expect(tired?.frequency).toBe(7);
    expect(tired?.proposal).toBe('widen_audience');
    expect(tired?.reason).toContain('shown 7.0 times to each person a week');
  });

  it('recovers once, well after it is clicked as before: its status does not flicker', async () => {
    const rate = (ad: string, day: number): number => 0.015 * (ad === 'a' && day >= 12 && day < 22 ? 0.6 : 1);
    const events = told(await play(newDriver(), world(75, rate)));
    const course = of(events, 'a').map(([, status]) => status);
    expect(course[0]).toBe('healthy');
    expect(course.at(-1)).toBe('healthy');
    expect(course.filter((status, i) => status === 'healthy' && i > 0)).toHaveLength(1);
  });

  it('counts restated days by their difference', async () => {
    const driver = newDriver();
    const restated: SourceEvent[] = [
      {
        topic: 'ad.metrics',
        value: snapshot({
          ad_id: 'a',
          hour: 0,
          impressions: 5_000,
          link_clicks: 5,
          as_of_ms: start_ms + 900 * hour_ms,
        }),
      },
    ];
    const events = await play(driver, [...world(10, () => 0.015), restated, [tick(11)]]);
    expect((await rebuild(driver.engine, 'fatigue-monitor')).differences).toEqual([]);
    const last = events.filter(({ record }) => record.topic === 'ad.fatigued').at(-1);
    const { reproduced, decision, emitted } = await decideAgain(driver, fatigueMonitor, last);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});

describe('a tired ad', () => {
  const dna = (ad_id: string, ...values: readonly string[]): SourceEvent => ({
    topic: 'dna.extracted',
    value: {
      ...exampleOf('dna.extracted'),
      account_id: 'act',
      ad_id,
      traits: values.map((name) => {
        const [trait = '', value = ''] = name.split('=');
        return { trait, value, confidence: 0.9, source: 'rule' };
      }),
    },
  });
  const winner = (ad_id: string, lift: number): SourceEvent => ({
    topic: 'winner.detected',
    value: { ...exampleOf('winner.detected'), account_id: 'act', ad_id, experiment_id: 'exp', lift },
  });
  const withdrawn = (ad_id: string): SourceEvent => ({
    topic: 'winner.withdrawn',
    value: { ...exampleOf('winner.withdrawn'), account_id: 'act', ad_id, experiment_id: 'exp' },
  });
  const formula: SourceEvent = {
    topic: 'dna.formula.updated',
    value: { ...exampleOf('dna.formula.updated'), account_id: 'act' },
  };
  const creatives = [dna('a', 'hook=story', 'number=no'), dna('b', 'hook=question', 'number=no')];

  /** What is said when ad `a` becomes tired, in a world that begins with these events. */
  async function toldOfA(first: readonly SourceEvent[], driver = newDriver()): Promise<AdFatigued | undefined> {
    const events = told(await play(driver, [first, ...world(26, tires)]));
    return events.find(({ ad_id, status }) => ad_id === 'a' && status === 'fatiguing');
  }

  it('is proposed the change that experiments support best, and the winner that is not tired and has it', async () => {
    const driver = newDriver();
    const tired = await toldOfA([...creatives, winner('b', 0.2), formula], driver);
    expect(tired?.no_refresh).toBeNull();
    expect(tired).toMatchObject({ like_ad_id: 'b', like_lift: 0.2 });
    expect(tired?.changes).toEqual([
      { trait: 'hook', from: null, to: 'question', expected_effect: 0.07, low: 0.01, high: 0.13, experiments: 9 },
    ]);
    expect(tired?.refresh).toContain('an association, not a cause');
    expect((await rebuild(driver.engine, 'fatigue-monitor')).differences).toEqual([]);
  });

  it('is proposed no winner that was withdrawn, nor one that tires itself, nor itself', async () => {
    for (const first of [
      [...creatives, winner('b', 0.2), withdrawn('b')],
      [...creatives, winner('a', 0.2)],
    ]) {
      const tired = await toldOfA(first);
      expect(tired?.refresh).toBeNull();
      expect(tired?.no_refresh).toContain('no experiment has told traits apart');
    }
    const both = (ad: string, day: number): number => (ad === 'b' ? tires('a', day + 4) : tires(ad, day));
    const events = told(await play(newDriver(), [[...creatives, winner('b', 0.2)], ...world(26, both)]));
    const last = events.filter(({ ad_id, status }) => ad_id === 'a' && status === 'fatiguing').at(-1);
    expect(last?.no_refresh).toContain('no winner is remembered that does not tire');
  });

  it('is told why nothing is proposed where nothing is known of its creative', async () => {
    const tired = await toldOfA([winner('b', 0.2), formula]);
    expect(tired?.refresh).toBeNull();
    expect(tired?.no_refresh).toContain('what its creative is made of');
  });

  it('alone is proposed anything: what does well is left as it is', async () => {
    const events = told(await play(newDriver(), [[...creatives, winner('b', 0.2), formula], ...world(26, tires)]));
    const well = events.filter(({ status }) => status === 'healthy');
    expect(well.length).toBeGreaterThan(0);
    for (const { refresh, no_refresh } of well) expect([refresh, no_refresh]).toEqual([null, null]);
  });
});
