import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { NicheContribution, NichePatternUpdated } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { nicheAggregator } from './aggregate/decide.ts';
import { nicheContributor } from './contribute/decide.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(noise_key = 'secret'): Driver {
  const driver = driverOf([nicheContributor, nicheAggregator(noise_key)]);
  drivers.push(driver);
  return driver;
}

const of = (topic: string, given: object): SourceEvent => ({ topic, value: { ...exampleOf(topic), ...given } });
const changed = (account: string, given: object = {}): SourceEvent =>
  of('account.changed', {
    account_id: account,
    business_id: `biz-${account}`,
    shares: true,
    niche: null,
    changed_ms: start_ms,
    ...given,
  });
const created = (account: string, i: number, headline: string): SourceEvent =>
  of('ad.created', { account_id: account, ad_id: `ad${i}`, headline, created_ms: start_ms, experiment_id: null });
const actuals = (account: string, i: number, rate = 0.012): SourceEvent =>
  of('actuals.fetched', {
    account_id: account,
    ad_id: `ad${i}`,
    prediction_id: `cold-${i}`,
    stage: 'cold',
    impressions: 10_000,
    clicks: Math.round(10_000 * rate),
  });
const tick = (at_ms: number): SourceEvent => ({ topic: 'tick.hourly', value: { hour_ms: at_ms - hour_ms } });

/** Ends of weeks as releases count them, the first of them after the start. */
const week_ms = 7 * day_ms;
const week = (n: number): number => (Math.floor(start_ms / week_ms) + 1 + n) * week_ms;

/** An account whose creatives speak of food and have matured. */
const foodie = (account: string, rate = 0.012): SourceEvent[] => [
  changed(account),
  ...[1, 2, 3, 4, 5].flatMap((i) => [created(account, i, 'A recipe for your breakfast'), actuals(account, i, rate)]),
];
const foodies = (n: number): SourceEvent[] => Array.from({ length: n }, (_, i) => foodie(`act${i}`)).flat();

function valuesOf<V>(events: readonly EngineEvent[], topic: string): readonly V[] {
  return events.filter(({ record }) => record.topic === topic).map(({ value }) => value as V);
}
const contributions = (events: readonly EngineEvent[]): readonly NicheContribution[] =>
  valuesOf(events, 'niche.contribution');
const patterns = (events: readonly EngineEvent[]): readonly NichePatternUpdated[] =>
  valuesOf(events, 'niche.pattern.updated');

describe('an account', () => {
  it('says nothing to anybody before its people agree', async () => {
    const own = foodie('act').slice(1);
    const events = await play(newDriver(), [own, [tick(week(0))]]);
    expect(contributions(events)).toEqual([]);
    expect(patterns(events)).toEqual([]);
  });

  it('is of the niche that its creatives speak of, or that its people set', async () => {
    const events = await play(newDriver(), [[...foodie('read'), changed('set', { niche: 'travel' })], [tick(week(0))]]);
    const told = contributions(events).map(({ account_id, niche, confidence }) => ({ account_id, niche, confidence }));
    expect(told).toContainEqual({ account_id: 'set', niche: 'travel', confidence: 1 });
    expect(told.find(({ account_id }) => account_id === 'read')).toMatchObject({ niche: 'food' });
    expect(told.find(({ account_id }) => account_id === 'read')?.confidence).toBeLessThan(1);
  });

  it('is a member before it has data, but is counted only when it has', async () => {
    const events = await play(newDriver(), [
      [changed('act', { niche: 'food' })],
      [1, 2, 3, 4, 5].map((i) => actuals('act', i)),
      [tick(start_ms + day_ms - (start_ms % day_ms))],
    ]);
    expect(contributions(events).map(({ log_rate }) => log_rate)).toEqual([null, Math.log(0.012)]);
  });

  it('that goes to another niche is taken out of the one and put into the other', async () => {
    const events = await play(newDriver(), [
      [changed('act', { niche: 'food' })],
      [changed('act', { niche: 'travel' })],
    ]);
    expect(contributions(events).map(({ niche, withdrawn }) => [niche, withdrawn])).toEqual([
      ['food', false],
      ['food', true],
      ['travel', false],
    ]);
  });
});

describe('a niche', () => {
  it('tells its members once a week what they have in common, and nobody else', async () => {
    const events = await play(newDriver(), [
      [...foodies(120), changed('stranger', { shares: false, niche: 'food' })],
      [tick(week(0) - day_ms)],
      [tick(week(0) - hour_ms)],
      [tick(week(0))],
    ]);
    const told = patterns(events);
    expect(told.map(({ account_id }) => account_id).sort()).toEqual(
      Array.from({ length: 120 }, (_, i) => `act${i}`).sort(),
    );
    const [{ account_id: _, ...first }] = told as readonly [NichePatternUpdated];
    for (const { account_id: __, ...one } of told) expect(one).toEqual(first);
    expect(first).toMatchObject({ niche: 'food', release: 1, status: 'released' });
    expect(first.businesses).toBeGreaterThan(120 - 4 * 16);
    expect(first.businesses).toBeLessThan(120 + 4 * 16);
    const deviation = Math.log((first.mean_rate ?? 1) / 0.012) / (first.mean_rate_log_sd ?? 1);
    expect(Math.abs(deviation)).toBeLessThan(4);
    expect(JSON.stringify(first)).not.toContain('biz-');
  });

  it('of too few businesses says so, also where they have many accounts', async () => {
    const one = Array.from({ length: 120 }, (_, i) => [
      changed(`act${i}`, { business_id: 'one' }),
      ...foodie(`act${i}`).slice(1),
    ]).flat();
    const events = await play(newDriver(), [one, [tick(week(0) - day_ms)], [tick(week(0))]]);
    expect(patterns(events)).toHaveLength(120);
    expect(patterns(events)[0]).toMatchObject({
      status: 'too_few_businesses',
      businesses: 0,
      mean_rate: null,
      traits: [],
    });
  });

  it('hides behind noise that only the key foretells', async () => {
    const rates: (number | null)[] = [];
    for (const key of ['secret', 'secret', 'another']) {
      const events = await play(newDriver(key), [foodies(120), [tick(week(0) - day_ms)], [tick(week(0))]]);
      rates.push(patterns(events)[0]?.mean_rate ?? null);
    }
    expect(rates[1]).toBe(rates[0]);
    expect(rates[2]).not.toBe(rates[0]);
  });

  it('tells one that joins the last release at once, so that a new account need not wait for the next', async () => {
    const events = await play(newDriver(), [
      foodies(120),
      [tick(week(0) - day_ms)],
      [tick(week(0))],
      [changed('new', { niche: 'food' })],
    ]);
    const [last, first] = [patterns(events).at(-1), patterns(events)[0]];
    expect(last).toEqual({ ...first, account_id: 'new' });
  });

  it('forgets one that left in the next release, is told of no more, and never by a rebuild', async () => {
    const driver = newDriver();
    // One account clicks so much more than the others that it would be seen, were there no noise.
    const join = [...foodies(119), ...foodie('leaver', 0.05)];
    const events = await play(driver, [
      join,
      [tick(week(0) - day_ms)],
      [tick(week(0))],
      [changed('leaver', { shares: false })],
      [tick(week(1))],
    ]);
    const other = newDriver();
    const without = await play(other, [foodies(119), [tick(week(0) - day_ms)], [tick(week(0))], [], [tick(week(1))]]);
    expect(
      patterns(events)
        .filter(({ account_id }) => account_id === 'leaver')
        .map(({ status }) => status),
    ).toEqual(['released', 'left']);
    // The same noise, since the key is: what is left of the leaver in the second release is nothing.
    const second = (all: readonly EngineEvent[]) =>
      patterns(all).find(({ release, status }) => release === 2 && status === 'released');
    expect(second(events)?.mean_rate).toBe(second(without)?.mean_rate);
    expect(patterns(events)[0]?.mean_rate).not.toBe(patterns(without)[0]?.mean_rate);
    for (const group of ['cross-learning.contribute', 'cross-learning.aggregate'])
      expect((await rebuild(driver.engine, group)).differences).toEqual([]);
    const { reproduced, decision, emitted } = await decideAgain(
      driver,
      nicheAggregator('secret'),
      events.filter(({ record }) => record.topic === 'niche.pattern.updated').at(-1),
    );
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });

  it('forgets an account of a business whose other accounts stay', async () => {
    const driver = newDriver();
    const events = await play(driver, [
      [...foodies(118), ...foodie('twin'), ...foodie('leaver', 0.05)].map((event) => {
        const value = event.value as { account_id: string };
        const isPair = ['twin', 'leaver'].includes(value.account_id) && event.topic === 'account.changed';
        return isPair ? { ...event, value: { ...value, business_id: 'pair' } } : event;
      }),
      [tick(week(0) - day_ms)],
      [tick(week(0))],
      [changed('leaver', { business_id: 'pair', shares: false })],
    ]);
    expect(contributions(events).at(-1)).toMatchObject({ account_id: 'leaver', withdrawn: true });
    for await (const [, part] of driver.engine.parts('cross-learning.aggregate', 'food', ''))
      if (JSON.stringify(part).includes('twin')) expect(part).toMatchObject({ counted: {} });
  });
});
