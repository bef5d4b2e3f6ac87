import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../../engine/engine.ts';
import { rebuild } from '../../../engine/state/rebuild.ts';
import { generator, poisson } from '../../../learning/numeric.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import type { DnaFormulaUpdated, EvidenceChanged, MadeFrom, VariationProposed } from '../../../schemas/index.ts';
import { decideAgain, driverOf, play } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { creativeDnaFormula } from './decide.ts';
import { applicationName, type ApplicationPart } from './state.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([creativeDnaFormula]);
  drivers.push(driver);
  return driver;
}

const example = exampleOf('evidence.changed') as unknown as EvidenceChanged;
const of = (topic: string, given: object): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id: 'act', ...given },
});
const dna = (ad_id: string, hook: string, ...made_from: readonly MadeFrom[]): SourceEvent =>
  of('dna.extracted', {
    ad_id,
    made_from,
    traits: [{ trait: 'hook', value: hook, confidence: 1, source: 'rule' }],
    at_ms: start_ms,
  });
const arm = (ad_id: string, clicks: number): EvidenceChanged['arms'][number] => ({
  ...(example.arms[0] as EvidenceChanged['arms'][number]),
  ad_id,
  adset_id: `set-${ad_id}`,
  impressions: 20_000,
  clicks,
});
const evidence = (experiment_id: string, arms: EvidenceChanged['arms']): SourceEvent =>
  of('evidence.changed', {
    experiment_id,
    design: 'parallel',
    primary_metric: 'link_ctr',
    status: 'deciding',
    leading_ad_id: null,
    arms,
  });
const formulas = (events: readonly EngineEvent[]): readonly DnaFormulaUpdated[] =>
  events
    .filter(({ record }) => record.topic === 'dna.formula.updated')
    .map(({ value }) => value as unknown as DnaFormulaUpdated);

const rivals = ['listicle', 'story', 'command', 'number', 'quote', 'claim'];

/** Twenty-four experiments of a question against one of several other hooks; questions are clicked 40 % more. */
function* experiments(): Generator<SourceEvent[]> {
  const random = generator(1);
  for (let i = 0; i < 24; i++) {
    yield [dna(`q${i}`, 'question'), dna(`l${i}`, rivals[i % rivals.length] ?? '')];
    yield [evidence(`exp${i}`, [arm(`q${i}`, poisson(280, random)), arm(`l${i}`, poisson(200, random))])];
  }
}

/** Each question made from the ad beside it, from the second half of the experiments on. */
function* applications(): Generator<SourceEvent[]> {
  const from = (ad_id: string): MadeFrom => ({
    ad_id,
    trait: 'hook',
    from: null,
    to: 'question',
    suggested_by: 'score',
    decision_id: null,
  });
  yield* experiments();
  const random = generator(2);
  for (let i = 0; i < 12; i++) {
    yield [dna(`s${i}`, rivals[i % rivals.length] ?? '')];
    yield [dna(`a${i}`, 'question', from(`s${i}`))];
    yield [evidence(`test${i}`, [arm(`a${i}`, poisson(280, random)), arm(`s${i}`, poisson(200, random))])];
  }
}

describe('the formula of an account', () => {
  it('finds what goes with a better click rate inside experiments, surer with each of them', async () => {
    const told = formulas(await play(newDriver(), experiments()));
    const question = told.map(({ traits }) => traits.find(({ value }) => value === 'question'));
    const width = (at: number): number => (question.at(at)?.high ?? 0) - (question.at(at)?.low ?? 0);
    expect(told.length).toBeGreaterThan(5);
    expect(told.length).toBeLessThan(24);
    expect(question.at(-1)?.low).toBeGreaterThan(0);
    expect(question.at(-1)?.experiments).toBeGreaterThan(24 / 1.2);
    expect(question.at(-1)?.impressions).toBe((question.at(-1)?.experiments ?? 0) * 40_000);
    expect(width(-1)).toBeLessThan(width(1));
    // Shrunken, of ln 1.4 = .336.
    expect(question.at(-1)?.effect).toBeGreaterThan(0.1);
    expect(question.at(-1)?.effect).toBeLessThan(0.4);
  });

  it('keeps what was expected of ads made from others and what came of them, the same where the log is handled again', async () => {
    const driver = newDriver();
    await play(driver, applications());
    const found: ApplicationPart[] = [];
    for await (const [name, part] of driver.engine.parts('creative-dna.formula', 'act', ''))
      if (name.startsWith(applicationName(''))) found.push(part as ApplicationPart);
    expect(found).toHaveLength(12);
    for (const { expected, outcome } of found) {
      expect(expected?.effect).toBeGreaterThan(0.1);
      expect(outcome).toMatchObject({ against: 'source', predicted: { low: expect.any(Number) } });
    }
    expect((await rebuild(driver.engine, 'creative-dna.formula')).differences).toEqual([]);
  });

  it('is the same where the log is handled again', async () => {
    const driver = newDriver();
    const events = await play(driver, experiments());
    expect((await rebuild(driver.engine, 'creative-dna.formula')).differences).toEqual([]);
    const last = events.filter(({ record }) => record.topic === 'dna.formula.updated').at(-1);
    const { reproduced, decision, emitted } = await decideAgain(driver, creativeDnaFormula, last);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});

describe('variations of a winner', () => {
  const won = (ad_id: string): SourceEvent =>
    of('winner.detected', { ad_id, experiment_id: 'exp0', adset_id: `set-${ad_id}`, rivals: ['other'], lift: 0.2 });
  const proposals = (events: readonly EngineEvent[]): readonly VariationProposed[] =>
    events
      .filter(({ record }) => record.topic === 'variation.proposed')
      .map(({ value }) => value as unknown as VariationProposed);

  it('change one trait to what the account’s experiments go best with, and say where they come from', async () => {
    const driver = newDriver();
    const events = await play(driver, [...experiments(), [won('l0')]]);
    const [hook, ...others] = proposals(events);
    expect(others).toEqual([]);
    expect(hook).toMatchObject({ ad_id: 'l0', experiment_id: 'exp0', trait: 'hook', from: null, to: 'question' });
    expect(hook?.low).toBeGreaterThan(0);
    expect(hook?.experiments).toBeGreaterThanOrEqual(3);
    expect(hook?.information).toBeGreaterThan(0);
    expect(hook?.priority).toBeCloseTo((hook?.score ?? NaN) + 0.1 * (hook?.information ?? NaN), 12);
    expect(hook?.reason).toMatch(/^l0, varied: add hook question: goes with \+/);
    const { reproduced, decision, emitted } = await decideAgain(
      driver,
      creativeDnaFormula,
      events.filter(({ record }) => record.topic === 'variation.proposed').at(-1),
    );
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });

  it('are none where the winner has what goes best', async () => {
    expect(proposals(await play(newDriver(), [...experiments(), [won('q0')]]))).toEqual([]);
  });

  it('come once experiments know a change, for a winner that was announced before', async () => {
    const rounds = [...experiments()];
    const early = [...rounds.slice(0, 2), [won('l0')], ...rounds.slice(2)];
    const found = proposals(await play(newDriver(), early));
    expect(found.map(({ ad_id, to }) => `${ad_id} ${to ?? ''}`)).toEqual(['l0 question']);
    const taken_back = of('winner.withdrawn', { ad_id: 'l0', experiment_id: 'exp0' });
    const none = [...rounds.slice(0, 2), [won('l0')], [taken_back], ...rounds.slice(2)];
    expect(proposals(await play(newDriver(), none))).toEqual([]);
  });
});
