import { beforeEach, describe, expect, it } from 'vitest';
import type { AdMetrics } from '../../schemas/index.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { startDouble, type Double } from './doubles.ts';
import type { FollowNode } from './operations.ts';

const hour_ms = 3_600_000;
const start_ms = Date.UTC(2026, 0, 5);
const base = exampleOf('ad.metrics') as unknown as AdMetrics;

function metrics(hour: number, over: Partial<AdMetrics> = {}): AdMetrics {
  const window_start_ms = start_ms - (48 - hour) * hour_ms;
  return {
    ...base,
    account_id: 'act_1',
    experiment_id: 'exp_1',
    window_start_ms,
    window_end_ms: window_start_ms + hour_ms,
    as_of_ms: window_start_ms + hour_ms,
    impressions: 800,
    clicks: 50,
    link_clicks: 40,
    reach: null,
    ...over,
  };
}

let double: Double;
let position = 0;

async function publish(topic: string, ...values: readonly object[]): Promise<void> {
  await double.driver.engine.publish({
    source: 'test',
    position: String(++position),
    events: values.map((value) => ({ topic, value })),
  });
  await double.driver.settle();
}

beforeEach(async () => {
  position = 0;
  double = await startDouble(start_ms);
});

describe('decisions', () => {
  it('are listed newest first, by kind, and once even when sent twice', async () => {
    await publish(
      'ad.metrics',
      metrics(1),
      metrics(2),
      metrics(3),
      metrics(4, { experiment_id: 'exp_2', link_clicks: 50 }),
    );
    const rows = await double.operations.decisions({});
    expect(rows.map(({ topic, group, account_id }) => `${topic} ${group} ${account_id}`)).toEqual([
      'winner.detected promote act_1',
    ]);
    const { log } = double.driver;
    const [record] = log.read('winner.detected', double.driver.engine.partitionOf('act_1'), 0, 1);
    if (record === undefined) throw new Error('no winner in the log');
    await log.append([record]);
    expect(await double.operations.decisions({ topic: 'winner.detected' })).toHaveLength(1);
  });

  it('of a topic that carries none are refused', async () => {
    await expect(double.operations.decisions({ topic: 'ad.metrics' })).rejects.toThrow('winner.detected');
  });
});

describe('explain', () => {
  it('goes back from a winner to the raw events, the state it met and the same event again', async () => {
    await publish('ad.metrics', metrics(1), metrics(2), metrics(3, { account_id: 'act_9' }), metrics(4));
    const [row] = await double.operations.decisions({});
    const found = await double.operations.explain({ id: row?.id ?? '' });
    expect(found).toMatchObject({
      group: 'promote',
      state_before: { announced: [''] },
      policy_version: 'built-in',
      reproduced: true,
    });
    expect(found?.chain.map(({ topic }) => topic)).toEqual(['evidence.changed', 'ad.metrics']);
    expect(found?.inputs.map(({ topic }) => topic)).toEqual(['ad.metrics', 'ad.metrics', 'ad.metrics']);
    expect(found?.inputs_total).toBe(3);
    expect(found?.numbers).toMatchObject({ account_id: 'act_1', policy_version: 'built-in' });
  });

  it('names the policy that was in force, not the present one', async () => {
    const change = (version: string): object => ({ ...exampleOf('policy.changed'), version });
    await publish('policy.changed', change('p1'));
    await publish('ad.metrics', metrics(1), metrics(2), metrics(3));
    await publish('policy.changed', change('p2'));
    const [row] = await double.operations.decisions({});
    expect(await double.operations.explain({ id: row?.id ?? '' })).toMatchObject({
      policy_version: 'p1',
      policy: { version: 'p1' },
      reproduced: true,
    });
  });

  it('knows nothing of what was never decided, and refuses what is no id', async () => {
    expect(await double.operations.explain({ id: 'promote/1/evidence.changed/0/99/0' })).toBeNull();
    await expect(double.operations.explain({ id: 'nonsense' })).rejects.toThrow('nonsense');
  });
});

const shape = ({ event, caused, pending }: FollowNode): unknown => ({
  topic: event.topic,
  caused: caused.map(shape),
  pending,
});

describe('follow', () => {
  it('goes forward from a raw event to everything it caused', async () => {
    await publish('ad.metrics', metrics(1), metrics(2), metrics(3));
    const partition = double.driver.engine.partitionOf('act_1');
    const tree = await double.operations.follow({ id: `ad.metrics/${partition}/2` });
    const winner = { topic: 'winner.detected', caused: [], pending: [] };
    expect(tree === null ? null : shape(tree)).toEqual({
      topic: 'ad.metrics',
      caused: [{ topic: 'evidence.changed', caused: [winner], pending: [] }],
      pending: [],
    });
  });

  it('knows nothing of an event that is not kept', async () => {
    expect(await double.operations.follow({ id: 'ad.metrics/0/99' })).toBeNull();
  });
});

describe('dead letters', () => {
  const poison = metrics(1, { impressions: 950 });

  it('are listed with the reason, and marked when they went back', async () => {
    await publish('ad.metrics', poison, metrics(2));
    const { rows, total } = await double.operations.dead_letters({});
    expect(total).toBe(2);
    expect(rows.map(({ stage }) => stage).sort()).toEqual(['decide', 'parked']);
    expect(rows.find(({ stage }) => stage === 'decide')).toMatchObject({
      group: 'count',
      topic: 'ad.metrics',
      settled: null,
      message: 'no account has 950 impressions an hour',
    });
    const plan = await double.operations.plan_redrive({ group: 'count' });
    expect(plan).toMatchObject({ total: 2, decided: 2, refused: 0, nothing: 0 });
    const others = plan.rows.map(({ handled_by, not_yet, passes }) => ({ handled_by, not_yet, passes }));
    expect(await double.operations.dead_letters({})).toMatchObject({ total: 2 });
    expect(others).toEqual(others.map(({ handled_by }) => ({ handled_by, not_yet: [], passes: 0 })));
    expect(await double.operations.redrive({ group: 'count' })).toEqual({ redriven: 2, keys: 1 });
    expect(await double.operations.plan_redrive({ group: 'count' })).toMatchObject({ nothing: 2 });
    await double.driver.settle();
    const after = await double.operations.dead_letters({});
    expect(after.rows.filter(({ settled }) => settled === 'redriven')).toHaveLength(2);
    expect(await double.operations.redrive({})).toMatchObject({
      redriven: after.rows.filter(({ settled }) => settled === null).length,
    });
  });

  it('are chosen by group, topic and id', async () => {
    await publish('ad.metrics', poison);
    expect((await double.operations.dead_letters({ group: 'promote' })).total).toBe(0);
    expect((await double.operations.dead_letters({ topic: 'ad.metrics' })).total).toBe(1);
    await expect(double.operations.redrive({ ids: ['1:99'] })).rejects.toThrow('no dead letter 1:99');
    await expect(double.operations.dead_letters({ group: 'nobody' })).rejects.toThrow('no group nobody');
    await expect(double.operations.dead_letters({ topic: 'nothing' })).rejects.toThrow('no topic nothing');
    await expect(double.operations.redrive({ ids: ['x'] })).rejects.toThrow('there is no dead letter x');
  });
});

describe('rebuild', () => {
  it('folds the log into the stored state', async () => {
    await publish('ad.metrics', metrics(1), metrics(2, { experiment_id: 'exp_2' }), metrics(3));
    expect(await double.operations.rebuild({ group: 'count' })).toMatchObject({
      group: 'count',
      records: 3,
      keys: 2,
      equal: true,
      differences: [],
    });
  });

  it('names the groups there are when asked for another', async () => {
    await expect(double.operations.rebuild({ group: 'nobody' })).rejects.toThrow('count, promote');
  });
});

describe('status', () => {
  it('counts what came from outside, once per event, and what was decided', async () => {
    await publish('ad.metrics', metrics(1), metrics(2), metrics(3));
    await publish('tick.hourly', { hour_ms: start_ms - hour_ms });
    const { summary, groups, topics } = await double.operations.status();
    expect(summary).toMatchObject({ events: 4, experiments: 1, winners: 1, alpha: 0.05, dead_letters: 0 });
    expect(groups.find(({ group }) => group === 'count')).toMatchObject({ lag: 0, events_total: 5, emitted_total: 3 });
    expect(topics.find(({ topic }) => topic === 'ad.metrics')?.records).toBe(3);
  });
});

describe('experiments', () => {
  it('are listed with the announced first, in pages', async () => {
    await publish(
      'ad.metrics',
      metrics(1, { experiment_id: 'exp_a', link_clicks: 20 }),
      metrics(2),
      metrics(3),
      metrics(4),
    );
    const first = await double.operations.experiments({ limit: 1 });
    expect(first).toMatchObject({ total: 2, next: '1' });
    expect(first.rows[0]).toMatchObject({ experiment_id: 'exp_1', announced: 'winner', e_value: 120 });
    const second = await double.operations.experiments({ limit: 1, after: first.next ?? '' });
    expect(second).toMatchObject({ next: null });
    expect(second.rows[0]).toMatchObject({ experiment_id: 'exp_a', announced: null });
    expect((await double.operations.experiments({ status: 'winner' })).total).toBe(1);
    // It is listed where it stands, not also where its evidence would stand without the announcement.
    const [winner] = (await double.operations.experiments({ status: 'winner' })).rows;
    const { rows } = await double.operations.experiments({ status: winner?.status ?? '' });
    expect(rows.map(({ experiment_id }) => experiment_id)).not.toContain(winner?.experiment_id);
  });
});

describe('events', () => {
  it('are the newest of a topic, newest first, by whatever partition', async () => {
    for (const [hour, account_id] of ['act_1', 'act_2', 'act_3', 'act_4'].entries()) {
      double.driver.clock.advance(1_000);
      await publish('ad.metrics', metrics(hour, { account_id }));
    }
    const shown = await double.operations.events({ topic: 'ad.metrics', limit: 3 });
    expect(shown.map(({ key }) => key)).toEqual(['act_4', 'act_3', 'act_2']);
    await expect(double.operations.events({ topic: 'ad.metric' })).rejects.toThrow('there is no topic ad.metric');
  });
});
