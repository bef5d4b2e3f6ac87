/** Where experiments stand, over a log that holds what the groups said of them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { versionOf } from '../../../policy/document.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { doubleOptions, startDouble, type Double } from '../doubles.ts';
import type { ExperimentRow } from '../operations.ts';

const start_ms = Date.UTC(2026, 9, 5);
const day_ms = 86_400_000;

let double: Double;
let ordinal = 0;
beforeEach(async () => {
  double = await startDouble(start_ms);
});

/** What a group of that name would have emitted, in the log. */
async function emitted(topic: string, over: Readonly<Record<string, unknown>>): Promise<void> {
  const { driver } = double;
  const value = doubleOptions.codec.encode(topic, { ...exampleOf(topic), account_id: 'act_1', ...over });
  const partition = driver.engine.partitionOf('act_1');
  const name = { group: 'promote', run: 1, topic: 'evidence.changed', partition, offset: ++ordinal, ordinal: 0 };
  await driver.log.append([{ topic, partition, key: 'act_1', value, name }]);
}

const declared = (experiment_id: string, over: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  emitted('experiment.declared', {
    experiment_id,
    campaign_id: `c_${experiment_id}`,
    name: `Test ${experiment_id}`,
    design: 'parallel',
    start_ms,
    planned_days: 14,
    ...over,
  });

const evidence = (experiment_id: string, over: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  emitted('evidence.changed', {
    experiment_id,
    family: '2026-Q4',
    design: 'parallel',
    status: 'deciding',
    threshold: 600,
    e_value: 40,
    peak_e_value: 40,
    start_ms,
    at_ms: start_ms + 3 * day_ms,
    ...over,
  });

const won = (experiment_id: string, e_value: number, over: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  emitted('winner.detected', {
    experiment_id,
    family: '2026-Q4',
    e_value,
    threshold: 600,
    planned_experiments: 30,
    alpha: 0.05,
    at_ms: start_ms + 3 * day_ms,
    ...over,
  });

async function row(experiment_id: string): Promise<ExperimentRow | undefined> {
  const { rows } = await double.operations.experiments({});
  return rows.find((one) => one.experiment_id === experiment_id);
}

describe('the threshold of an experiment', () => {
  it('is what its family asks for now: less with each winner that stands, more again when one is taken back', async () => {
    for (const id of ['a', 'b', 'c']) await declared(id);
    await evidence('c');
    expect((await row('c'))?.threshold).toBe(600);
    await won('a', 766);
    expect((await row('c'))?.threshold).toBe(300);
    await won('b', 320, { threshold: 300 });
    expect((await row('c'))?.threshold).toBeCloseTo(200, 9);
    await emitted('winner.withdrawn', { experiment_id: 'b', family: '2026-Q4', at_ms: start_ms + 4 * day_ms });
    expect((await row('c'))?.threshold).toBe(300);
  });

  it('is its own where it won, and knows nothing of other families', async () => {
    await declared('a');
    await declared('late', { start_ms: Date.UTC(2027, 0, 5) });
    await evidence('a', { e_value: 900, status: 'separated' });
    await evidence('late', { family: '2027-Q1', start_ms: Date.UTC(2027, 0, 5), at_ms: Date.UTC(2027, 0, 9) });
    await won('a', 766);
    expect((await row('a'))?.threshold).toBe(600);
    expect((await row('late'))?.threshold).toBe(600);
  });

  it('is that of the next quarter where the family of its start was full', async () => {
    for (let i = 0; i < 30; i++) await declared(`e${i}`);
    await declared('over');
    await evidence('over');
    await won('e0', 766);
    expect((await row('over'))?.threshold).toBe(600);
  });
});

describe('an experiment whose planned days are over', () => {
  it('stands as ended, and is found as such, while nothing of it may be announced', async () => {
    await declared('a');
    await evidence('a', { at_ms: start_ms + 13 * day_ms });
    expect((await row('a'))?.standing).toBe('deciding');
    await evidence('a', { at_ms: start_ms + 14 * day_ms });
    expect((await row('a'))?.standing).toBe('ended');
    expect((await double.operations.experiments({ status: 'ended' })).total).toBe(1);
    expect((await double.operations.experiments({ status: 'deciding' })).total).toBe(0);
    await won('a', 766);
    expect((await row('a'))?.standing).toBe('winner');
  });

  it('has ended by the clock too, where its data came to an end before', async () => {
    await declared('a');
    await evidence('a', { at_ms: start_ms + 2 * day_ms });
    expect((await row('a'))?.standing).toBe('deciding');
    double.driver.clock.advance(15 * day_ms);
    expect((await row('a'))?.standing).toBe('ended');
  });
});

describe('a page of experiments that is asked for again', () => {
  it('is the same object until evidence, a name or the policy changes what it says, and then another', async () => {
    const page = (): ReturnType<typeof double.operations.experiments> => double.operations.experiments({ limit: 5 });
    await declared('a');
    await evidence('a', { leading_ad_id: 'x' });
    const first = await page();
    expect(await page()).toBe(first);
    await evidence('a', { leading_ad_id: 'x', e_value: 50, at_ms: start_ms + 4 * day_ms });
    const second = await page();
    expect(second.rows[0]?.e_value).toBe(50);
    await emitted('ad.created', { ad_id: 'x', headline: 'Summer shoes' });
    const third = await page();
    expect([second.rows[0]?.leading_name, third.rows[0]?.leading_name]).toEqual(['x', 'Summer shoes']);
    const document = JSON.stringify({ evidence: { planned_experiments: 60 } });
    await emitted('policy.changed', { document, version: versionOf(document) });
    expect((await page()).rows[0]?.threshold).toBe(1200);
    // Only the same question has the same answer.
    expect((await double.operations.experiments({ limit: 6 })).rows[0]?.threshold).toBe(1200);
  });
});

describe('an announcement', () => {
  it('has the time when it was decided, which is later than its evidence where others let it in', async () => {
    double.driver.clock.advance(9 * day_ms);
    await declared('a');
    await evidence('a');
    await won('a', 310);
    expect(await row('a')).toMatchObject({ announced_ms: start_ms + 9 * day_ms, at_ms: start_ms + 3 * day_ms });
    const [decision] = await double.operations.decisions({ topic: 'winner.detected' });
    expect(decision).toMatchObject({ appended_ms: start_ms + 9 * day_ms, at_ms: start_ms + 3 * day_ms });
    expect(decision?.entity).toBe('Test a');
    expect(decision?.result).toMatch(/evidence 310, 600 needed: “.+”$/);
  });
});

describe('topics', () => {
  it('without a key say how many copies of each record they hold', async () => {
    const { topics } = await double.operations.status();
    expect(topics.filter(({ copies }) => copies > 1).map(({ topic, copies }) => `${topic} ${copies}`)).toEqual([
      'policy.changed 2',
      'policy.proposed 2',
      'tick.hourly 2',
    ]);
  });
});
