/** Each guardrail, and something that tries to break it. */
import { describe, expect, it } from 'vitest';
import { defaultMoneyPolicy, type MoneyPolicy } from '../../policy/money.ts';
import { Loop } from '../../testing/money/loop.ts';
import { limits, winner } from '../../testing/money/winner.ts';
import { hour_ms } from '../../schemas/values.ts';

const a = ({ platform }: Loop): number => platform.minor('a');

describe('a winner in auto', () => {
  it('gets one step of 20 %, read back, and its sibling nothing', async () => {
    const loop = await winner();
    await loop.hours(1);
    expect(a(loop)).toBe(12_000);
    expect(loop.platform.minor('b')).toBe(10_000);
    expect(loop.states).toEqual(['executing writing', 'applied verified']);
    expect(loop.last).toMatchObject({
      legs: [{ id: 'a', from_minor: 10_000, to_minor: 12_000, state: 'verified' }],
      affected_ad_ids: ['ad-a'],
      account_after_minor: 22_000,
      worst_case_minor: 38_500,
      actor: 'auto-promoter',
    });
  });

  it('rises by 20 % in 24 hours at most, however often it is asked for', async () => {
    const loop = await winner({ cooldown_hours: 1 });
    for (let hour = 0; hour < 23; hour++) {
      await loop.hours(1);
      await loop.scale();
      expect(a(loop)).toBeLessThanOrEqual(12_000);
    }
    expect(loop.states).toContain('skipped raise_24h');
    await loop.hours(2);
    expect(a(loop)).toBe(14_400);
  });

  it('stops at its goal, the multiple of what it was', async () => {
    const loop = await winner({ scale_factor: 1.5, request_hours: 336 });
    await loop.hours(24 * 6);
    expect(a(loop)).toBe(15_000);
    expect(loop.states.at(-1)).toBe('skipped goal');
  });
});

describe('nothing is written', () => {
  it('in dry_run, which is the default: what would be is told', async () => {
    const loop = await winner({ mode: defaultMoneyPolicy.mode });
    await loop.hours(30);
    expect(loop.platform.history).toEqual([]);
    expect(loop.states).toContain('would_apply dry_run');
    expect(loop.calls.some(({ kind }) => kind === 'write')).toBe(false);
  });

  it('in approve before a person approves, and not after it expired', async () => {
    const loop = await winner({ mode: 'approve', approval_hours: 2 });
    await loop.hours(1);
    expect(loop.last).toMatchObject({ state: 'awaiting_approval' });
    const change_id = loop.last?.change_id ?? '';
    await loop.hours(4);
    await loop.command('approve', { change_id });
    expect(loop.platform.history).toEqual([]);
    expect(loop.states).toContain('expired expired');
  });

  it('of what a person rejected', async () => {
    const loop = await winner({ mode: 'approve' });
    await loop.hours(1);
    await loop.command('reject', { change_id: loop.last?.change_id ?? '' });
    expect(loop.states.at(-1)).toBe('rejected rejected');
    await loop.command('approve', { change_id: loop.last?.change_id ?? '' });
    expect(loop.platform.history).toEqual([]);
  });

  const raises: readonly (readonly [string, (loop: Loop) => void | Promise<void>, string])[] = [
    ['while the account is killed', (loop) => loop.command('kill'), 'killed'],
    [
      'while all accounts are halted',
      (loop) => loop.send('operator.halt', { halted: true, actor: 'sam', reason: 'x', at_ms: 0 }),
      'halted',
    ],
    ['while numbers are stale', (loop) => loop.health({ stale: true }), 'stale'],
    ['while tracking is lost', (loop) => loop.health({ tracking_lost: true }), 'tracking_lost'],
    ['on a blackout date', (loop) => loop.set({ blackout: ['2026-05-30/2026-06-02'] }), 'blackout'],
    ['to a protected ad set', (loop) => loop.set({ protected_ids: ['a'] }), 'protected'],
    ['to the ad set of a protected ad', (loop) => loop.set({ protected_ids: ['ad-a'] }), 'protected'],
    ['in a currency without limits', (loop) => loop.set({ limits: {} }), 'no_limits'],
    ['above the cap of one budget', (loop) => loop.set(limits({ owner_daily_minor: 10_100 })), 'owner_cap'],
    ['above the cap of the account', (loop) => loop.set(limits({ account_daily_minor: 21_999 })), 'account_cap'],
    [
      'above the cap of what the platform may spend',
      (loop) => loop.set(limits({ account_worst_case_minor: 38_499 })),
      'worst_case',
    ],
    ['above the cap of all accounts', (loop) => loop.set(limits({ global_daily_minor: 21_999 })), 'global_cap'],
    ['where the month would come to too much', (loop) => loop.set(limits({ month_minor: 600_000 })), 'month'],
    ['where conversions cost too much', (loop) => loop.set(limits({ target_cost_minor: 500 })), 'target'],
    ['on little evidence', (loop) => loop.set({ min_impressions: 1_000_000 }), 'immature'],
    ['while evidence points elsewhere', (loop) => loop.evidence({ leading_ad_id: 'ad-b' }), 'doubt'],
    ['while a guardrail metric is worse', (loop) => loop.evidence({ guardrail_broken: 'cvr' }), 'doubt'],
    [
      'by clicks where conversions are paid for',
      (loop) => loop.send('ad.created', { campaign_id: 'cmp-a', objective: 'sales' }),
      'objective',
    ],
    ['by ads that share an ad set', (loop) => loop.evidence({ design: 'observational' }), 'observational'],
    ['by recorded experiments', (loop) => loop.evidence({ provenance: 'replayed' }), 'replayed'],
  ];
  it.each(raises)('%s', async (_, prepare, code) => {
    const loop = await winner();
    await prepare(loop);
    loop.platform.pass(loop.platform.now_ms + hour_ms);
    await loop.send('tick.hourly', { hour_ms: loop.platform.now_ms - hour_ms });
    expect(loop.states).toEqual([`skipped ${code}`]);
    expect(loop.last?.reason).not.toBe('');
    expect(loop.platform.history).toEqual([]);
  });

  const states: readonly (readonly [string, Parameters<Loop['platform']['add']>[0], string])[] = [
    ['of a lifetime budget', { account_id: 'act', owner_id: 'a', daily_minor: null }, 'no_daily_budget'],
    ['in the learning phase', { account_id: 'act', owner_id: 'a', learning: 'learning' }, 'learning'],
    ['of an ad set that is paused', { account_id: 'act', owner_id: 'a', status: 'PAUSED' }, 'status'],
    [
      'of an account that is disabled',
      { account_id: 'act', owner_id: 'a', account_status: 'DISABLED' },
      'account_status',
    ],
    ['of what ends within a day', { account_id: 'act', owner_id: 'a', end_ms: Date.UTC(2026, 5, 1, 20) }, 'ending'],
    ['of what spends far too fast', { account_id: 'act', owner_id: 'a', spend_minor: 9_000 }, 'spend_velocity'],
  ];
  it.each(states)('%s', async (_, owner, code) => {
    const loop = await winner();
    loop.platform.add({ campaign_id: 'cmp-a', ...owner });
    await loop.hours(1);
    expect(loop.states).toEqual([`skipped ${code}`]);
    expect(loop.platform.history).toEqual([]);
  });

  it('for winners that lot left as they are', async () => {
    const loop = new Loop();
    loop.platform.add({ account_id: 'act', owner_id: 'a' });
    await loop.scale({ held_out: true });
    await loop.hours(30);
    expect(loop.states).toEqual(['skipped held_out']);
    expect(loop.platform.history).toEqual([]);
  });

  it('on evidence that nobody confirmed for long', async () => {
    const loop = await winner({ request_hours: 12, mode: 'approve', approval_hours: 1 });
    await loop.hours(30);
    expect(loop.states.at(-1)).toBe('skipped old_evidence');
  });
});

describe('a person has to approve in auto', () => {
  const asks: readonly (readonly [string, Partial<MoneyPolicy>, string])[] = [
    ['a budget above the threshold', limits({ approve_new_minor: 11_999 }), 'approve_new'],
    ['a raise above the threshold', limits({ approve_raise_minor: 1_999 }), 'approve_raise'],
  ];
  it.each(asks)('%s', async (_, money, code) => {
    const loop = await winner(money);
    await loop.hours(1);
    expect(loop.states).toEqual([`awaiting_approval ${code}`]);
    await loop.command('approve', { change_id: loop.last?.change_id ?? '' });
    expect(a(loop)).toBe(12_000);
    expect(loop.states.slice(1)).toEqual(['queued approved', 'executing writing', 'applied verified']);
  });

  it('where other ads spend of the same budget: all of them are named', async () => {
    const loop = await winner();
    const ads = ['ad-a', 'ad-x'].map((ad_id) => ({ adset_id: 'a', ad_id, effective_status: 'ACTIVE' }));
    loop.platform.add({ account_id: 'act', owner_id: 'a', campaign_id: 'cmp-a', ads });
    await loop.hours(1);
    expect(loop.last).toMatchObject({
      state: 'awaiting_approval',
      code: 'siblings',
      affected_ad_ids: ['ad-a', 'ad-x'],
    });
  });

  it('where the campaign has the budget: its owner is found and all ads are named', async () => {
    const loop = new Loop();
    const ads = ['ad-a', 'ad-b'].map((ad_id) => ({ adset_id: `set-${ad_id}`, ad_id, effective_status: 'ACTIVE' }));
    loop.platform.add({ account_id: 'act', level: 'campaign', owner_id: 'cmp-a', campaign_id: 'cmp-a', ads });
    await loop.health({});
    await loop.scale();
    await loop.hours(1);
    expect(loop.last).toMatchObject({
      state: 'awaiting_approval',
      code: 'siblings',
      legs: [{ level: 'campaign', id: 'cmp-a' }],
      affected_ad_ids: ['ad-a', 'ad-b'],
    });
  });

  it('and what was approved is not written when it is not what would be planned now', async () => {
    const loop = await winner({ mode: 'approve' });
    await loop.hours(1);
    const change_id = loop.last?.change_id ?? '';
    loop.platform.humanSets('a', 11_000);
    await loop.command('approve', { change_id });
    expect(loop.states.at(-1)).toBe('cancelled changed_since');
    expect(a(loop)).toBe(11_000);
  });

  it('and an approval after a kill writes nothing', async () => {
    const loop = await winner({ mode: 'approve' });
    await loop.hours(1);
    const change_id = loop.last?.change_id ?? '';
    await loop.command('kill');
    await loop.command('approve', { change_id });
    expect(loop.states).toContain('cancelled killed');
    expect(loop.platform.history).toEqual([]);
  });
});

describe('how often', () => {
  it('two changes of one budget are a cooldown apart', async () => {
    const loop = await winner({ cooldown_hours: 5, raise_share_24h: 1 });
    await loop.hours(24);
    const times = loop.platform.history.map(({ at_ms }) => at_ms);
    expect(times.length).toBeGreaterThan(1);
    for (const [i, at_ms] of times.entries())
      if (i > 0) expect(at_ms - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(5 * hour_ms);
  });

  it('a budget is changed three times a day at most', async () => {
    const loop = await winner({ cooldown_hours: 1, raise_share_24h: 1, scale_factor: 10, step_share: 0.05 });
    await loop.hours(23);
    expect(loop.platform.history).toHaveLength(3);
    expect(loop.states).toContain('skipped changes_per_day');
  });

  it('a write that somebody else changed at once counts as well', async () => {
    const loop = await winner({ cooldown_hours: 1, raise_share_24h: 1, stand_down_hours: 1, scale_factor: 10 });
    loop.platform.fault = (kind) => (kind === 'write' ? 'human_after' : 'none');
    await loop.hours(23);
    expect(loop.platform.history.filter(({ by }) => by === 'us')).toHaveLength(3);
  });
});

describe('a kill', () => {
  it('stops a write that was asked for before it', async () => {
    const loop = await winner();
    loop.held = [];
    await loop.hours(1);
    const [read] = loop.held;
    if (read === undefined) throw new Error('nothing was asked');
    for (const event of await loop.answer(read)) await loop.send(event.topic as never, event.value);
    const write = loop.held.at(-1);
    expect(write).toMatchObject({ kind: 'write', to_minor: 12_000 });
    await loop.command('kill');
    for (const event of await loop.answer(write ?? read)) await loop.send(event.topic as never, event.value);
    expect(loop.platform.history).toEqual([]);
    await loop.command('unkill');
    loop.held = null;
    await loop.hours(2);
    expect(loop.platform.history).toEqual([]);
    expect(loop.states).toContain('failed stopped');
  });

  it('is over with unkill, and only then', async () => {
    const loop = await winner();
    await loop.command('kill');
    await loop.hours(12);
    expect(loop.platform.history).toEqual([]);
    await loop.command('unkill');
    await loop.hours(7);
    expect(a(loop)).toBe(12_000);
  });

  it('of all accounts binds one that is not known yet', async () => {
    const loop = await winner();
    loop.pool = { halted: { actor: 'sam', reason: 'test' }, accounts: [] };
    await loop.hours(1);
    expect(loop.states).toEqual(['skipped halted']);
    expect(loop.platform.history).toEqual([]);
  });
});

describe('somebody else', () => {
  it('who changed a budget that we wrote is left alone', async () => {
    const loop = await winner({ stand_down_hours: 48, raise_share_24h: 1 });
    await loop.hours(1);
    loop.platform.humanSets('a', 9_000);
    await loop.hours(40);
    expect(a(loop)).toBe(9_000);
    expect(loop.states).toContain('skipped changed_outside');
  });

  it('who changes it between our read and our write keeps it', async () => {
    const loop = await winner();
    loop.held = [];
    await loop.hours(1);
    const [read] = loop.held;
    if (read === undefined) throw new Error('nothing was asked');
    for (const event of await loop.answer(read)) await loop.send(event.topic as never, event.value);
    loop.platform.humanSets('a', 8_000);
    const write = loop.held.at(-1);
    for (const event of await loop.answer(write ?? read)) await loop.send(event.topic as never, event.value);
    expect(a(loop)).toBe(8_000);
    // What was read may be older than a write: it is looked at once more.
    expect(loop.states.at(-1)).toBe('uncertain changed_outside');
    loop.held = null;
    await loop.hours(1);
    expect(a(loop)).toBe(8_000);
    expect(loop.states).toContain('stood_down changed_outside');
  });

  it('whose change a late read shows though ours came after it does not have the last word', async () => {
    const loop = await winner();
    loop.held = [];
    await loop.hours(1);
    const [read] = loop.held;
    if (read === undefined) throw new Error('nothing was asked');
    for (const event of await loop.answer(read)) await loop.send(event.topic as never, event.value);
    const write = loop.held.at(-1) ?? read;
    const said = await loop.answer(write);
    expect(a(loop)).toBe(12_000);
    // The read back shows what somebody had set before our write came.
    for (const { topic, value } of said) {
      const reads = (Reflect.get(value, 'reads') as object[]).map((one) => ({ ...one, daily_budget_minor: 9_000 }));
      await loop.send(topic as never, { ...value, reads });
    }
    loop.held = null;
    await loop.hours(1);
    expect(loop.states).toContain('applied verified');
    expect(loop.states).not.toContain('stood_down theirs');
  });
});

describe('calls that fail', () => {
  it('three in a row open the breaker for all that is written, and it closes by itself', async () => {
    const loop = await winner({ cooldown_hours: 1, breaker_errors: 3, breaker_hours: 5 });
    loop.platform.fault = () => 'unreadable';
    await loop.hours(3);
    loop.platform.fault = () => 'none';
    await loop.hours(4);
    expect(loop.states).toContain('skipped breaker');
    expect(loop.platform.history).toEqual([]);
    await loop.hours(3);
    expect(a(loop)).toBe(12_000);
  });

  it.each(['lost', 'silent'] as const)('a write that is %s is read again, and nothing is done twice', async (fault) => {
    const loop = await winner();
    loop.platform.fault = (kind) => (kind === 'write' ? fault : 'none');
    await loop.hours(1);
    expect(loop.last?.state).toBe('uncertain');
    loop.platform.fault = () => 'none';
    await loop.hours(1);
    expect(loop.last?.state).toBe('failed');
    expect(a(loop)).toBe(10_000);
    await loop.hours(6);
    expect(a(loop)).toBe(12_000);
  });

  it.each(['answer_lost', 'late', 'stale'] as const)('a write that is %s is found by reading back', async (fault) => {
    const loop = await winner();
    loop.platform.fault = (kind) => (kind === 'write' ? fault : 'none');
    await loop.hours(1);
    loop.platform.fault = () => 'none';
    await loop.hours(1);
    expect(loop.last).toMatchObject({ state: 'applied' });
    expect(loop.platform.history).toHaveLength(1);
    expect(a(loop)).toBe(12_000);
  });

  it('an answer that never comes is not waited for: what was done is read', async () => {
    const loop = await winner();
    loop.held = [];
    await loop.hours(1);
    const [read] = loop.held;
    if (read === undefined) throw new Error('nothing was asked');
    for (const event of await loop.answer(read)) await loop.send(event.topic as never, event.value);
    // The write takes effect; its answer is lost for good.
    await loop.answer(loop.held.at(-1) ?? read);
    loop.held = null;
    await loop.hours(4);
    expect(loop.states).toContain('uncertain no_answer');
    expect(loop.last?.state).toBe('applied');
    expect(loop.platform.history).toHaveLength(1);
  });
});
