/** One ad followed through every loop, with memory and training in play: the picture of the README, read as a test. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Driver } from '../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../engine/engine.ts';
import { explain } from '../engine/explain/explain.ts';
import type { Row } from '../engine/ports.ts';
import { exampleOf } from '../schemas/examples.ts';
import type {
  ActualsFetched,
  DnaExtracted,
  EnsembleReweighted,
  MemoryRecalled,
  NicheContribution,
  NichePatternUpdated,
  PredictionMade,
  WinnerDetected,
} from '../schemas/index.ts';
import { day_ms } from '../schemas/values.ts';
import { frozenStates } from '../testing/frozen.ts';
import { account_id, agreed, created, history, tick } from '../testing/history.ts';
import { play } from '../testing/played.ts';
import { start_ms } from '../testing/snapshot.ts';
import { wholeOptions } from '../testing/whole.ts';

const archive = { rows: (table: string): readonly Row[] => driver.rows.sent.filter((row) => row.table === table) };
const whole = wholeOptions(archive);
// No loop changes a state in place, on which the engine relies: what would try here is a dead letter, which fails.
const topology = { ...whole.topology, processors: whole.topology.processors.map(frozenStates) };
const driver: Driver = new Driver({ ...whole, topology, start_ms });
let events: readonly EngineEvent[] = [];

/** The ad that is followed, and what its account tries after it won. */
const followed = 'exp3-q';
const alike = 'Are your boots ready for rain?';

/** What other businesses of its niche have learned: that an offer in per cent goes with more clicks. It tried none. */
const others: readonly SourceEvent[] = Array.from({ length: 200 }, (_, i) => ({
  topic: 'niche.contribution',
  value: {
    ...exampleOf('niche.contribution'),
    niche: 'home_decor',
    account_id: `other${i}`,
    business_id: `business${i}`,
    log_rate: Math.log(0.015),
    traits: [{ trait: 'offer', value: 'percent', effect: 0.15 }],
  },
}));
/** A week of releases ends so many days after the start; the one before had one business, too few. */
const release_day = 13;

function* turns(): Generator<readonly SourceEvent[]> {
  yield [created('before', alike, null), agreed];
  yield* history(8);
  yield [created('after', alike, null)];
  yield others;
  // A turn is an hour: the end of the week is still to come.
  driver.clock.set(start_ms + release_day * day_ms);
  yield [tick(24 * release_day - 1)];
  yield [created('offered', 'Save 30% on boots made for rain', null)];
}

beforeAll(async () => {
  events = await play(driver, turns());
}, 240_000);
afterAll(() => driver.stop());

/** Events of a topic about an ad, in the order of the log; the codec made them, so each is of its topic's type. */
function about<T>(topic: string, ad_id: string): readonly (T & { readonly made: EngineEvent })[] {
  return events
    .filter(({ record, value }) => record.topic === topic && Reflect.get(value ?? {}, 'ad_id') === ad_id)
    .map((made) => ({ ...(made.value as T), made }));
}

function only<T>(found: readonly T[]): T {
  const [first] = found;
  if (first === undefined) throw new Error('there is none');
  return first;
}

/** The event that an event was made of, by the name it carries. */
function causeOf({ record: { name } }: EngineEvent): EngineEvent {
  const cause = events.find(
    ({ record }) =>
      record.topic === name?.topic && record.partition === name.partition && record.offset === name.offset,
  );
  if (cause === undefined) throw new Error(`${String(name?.topic)} at ${String(name?.offset)} was not seen`);
  return cause;
}

describe('one ad, followed through the loops', () => {
  it('is created, read, compared with memory and predicted before its first impression', () => {
    const dna = only(about<DnaExtracted>('dna.extracted', followed));
    expect(causeOf(dna.made).record.topic).toBe('ad.created');
    expect(dna.traits).toContainEqual(expect.objectContaining({ trait: 'hook', value: 'question' }));

    const recalled = only(about<MemoryRecalled>('memory.recalled', followed));
    expect(causeOf(causeOf(recalled.made))).toBe(events.find((one) => one === dna.made));
    // Nothing has won yet: memory says so, and invents nothing.
    expect(recalled).toMatchObject({ neighbours: [], prior_log_lift: null, failure: null });

    const predicted = only(about<PredictionMade>('prediction.made', followed));
    expect(causeOf(predicted.made)).toBe(events.find((one) => one === dna.made));
    expect(predicted).toMatchObject({ stage: 'cold', impressions_before: 0 });
    expect(predicted.experts.filter(({ absent }) => absent !== null).map(({ expert }) => expert)).toEqual([
      'trees',
      'dna',
    ]);
  });

  it('is shown, and what came of the prediction moves the weights of the experts', () => {
    const predicted = only(about<PredictionMade>('prediction.made', followed));
    const actuals = only(about<ActualsFetched>('actuals.fetched', followed));
    expect(actuals.prediction_id).toBe(predicted.prediction_id);
    expect(actuals.clicks / actuals.impressions).toBeGreaterThan(predicted.rate);
    const reweighted = events.filter(({ record }) => record.topic === 'ensemble.reweighted');
    const moved = only(
      reweighted.filter(({ value }) => Reflect.get(value ?? {}, 'prediction_id') === predicted.prediction_id),
    );
    expect(causeOf(moved)).toBe(events.find((one) => one === actuals.made));
    const later = only(
      reweighted
        .map(({ value }) => value as unknown as EnsembleReweighted)
        .filter(({ stage }) => stage === 'day_1')
        .slice(-1),
    );
    const weights = later.experts.map(({ weight }) => weight);
    // They began equal; by now two of them spoke, and one was nearer.
    expect(Math.max(...weights) - Math.min(...weights)).toBeGreaterThan(0.005);
  });

  it('wins; memory keeps it with its evidence, the formula its trait, and the niche hears of it', () => {
    const won = only(about<WinnerDetected>('winner.detected', followed));
    expect(causeOf(won.made).record.topic).toBe('evidence.changed');
    const asked = about<object>('memory.index.requested', followed);
    expect(asked.map(({ made }) => causeOf(made))).toContain(events.find((one) => one === won.made));
    expect(about<object>('winner.indexed', followed)).toHaveLength(asked.length);

    const contributions = events
      .filter(({ record }) => record.topic === 'niche.contribution')
      .map(({ value }) => value as unknown as NicheContribution)
      .filter((one) => one.account_id === account_id);
    const question = contributions.at(-1)?.traits.find(({ value }) => value === 'question');
    expect(question?.effect).toBeGreaterThan(0);
  });

  it('makes the prediction of the next ad another, which says why, and would come out so again', async () => {
    const [before] = about<PredictionMade>('prediction.made', 'before');
    const after = about<PredictionMade>('prediction.made', 'after').at(-1);
    if (before === undefined || after === undefined) throw new Error('it was not predicted');
    expect(after.stage).toBe('cold');
    expect(after.rate).toBeGreaterThan(before.rate * 1.15);

    // Memory: it is like the ad that won. DNA: it asks, and asking went with more clicks.
    const causes = after.causes.join('; ');
    expect(causes).toMatch(new RegExp(`memory: like ${followed} \\(0\\.\\d\\d\\), which won by \\+\\d`));
    expect(causes).toMatch(/question, from \d+ experiments of the account: \+\d/);
    expect(causeOf(after.made).record.topic).toBe('memory.recalled');

    const { name } = after.made.record;
    if (name === undefined) throw new Error('it has no name');
    const explained = await explain(driver.engine, 'prediction.made', name);
    expect(explained?.reproduced).toBe(true);
    expect([...(explained?.parts_before.keys() ?? [])]).toEqual(expect.arrayContaining(['formula', 'baseline']));
    const recalled = explained?.cause.value as unknown as MemoryRecalled;
    expect(recalled.neighbours[0]?.ad_id).toBe(followed);
  });

  it('predicts what it never tried by what other businesses of its niche found, once enough have said so', async () => {
    const told = events
      .filter(({ record }) => record.topic === 'niche.pattern.updated')
      .map(({ value }) => value as unknown as NichePatternUpdated)
      .filter((one) => one.account_id === account_id && one.traits.some(({ status }) => status === 'released'));
    expect(told).toHaveLength(1);
    const { status, businesses, traits } = only(told);
    expect(status).toBe('released');
    // Two hundred and itself, behind noise.
    expect(Math.abs(businesses - 201)).toBeLessThan(100);
    expect(traits).toContainEqual(expect.objectContaining({ trait: 'offer', value: 'percent', status: 'released' }));

    const offered = only(about<PredictionMade>('prediction.made', 'offered').slice(-1));
    expect(offered.causes.join('; ')).toContain(`percent, from ${businesses} businesses of the niche: +`);
    for (const ad_id of ['before', 'after'])
      for (const { causes } of about<PredictionMade>('prediction.made', ad_id))
        expect(causes.join('; ')).not.toContain('of the niche');
    const { name } = offered.made.record;
    if (name === undefined) throw new Error('it has no name');
    const explained = await explain(driver.engine, 'prediction.made', name);
    expect(explained?.reproduced).toBe(true);
    expect([...(explained?.parts_before.keys() ?? [])]).toContain('niche');
  });
});
