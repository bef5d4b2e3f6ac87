/** Caps that several budgets share, and what people are told and asked beside them. */
import { describe, expect, it } from 'vitest';
import type { MoneyPool } from '../../policy/money.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { Loop } from '../../testing/money/loop.ts';
import { limits, winner } from '../../testing/money/winner.ts';

const pool = (given: Partial<MoneyPool>): { readonly pools: readonly MoneyPool[] } => ({
  pools: [{ name: 'sale', currency: 'USD', daily_minor: 21_000, members: ['cmp-a', 'b'], ...given }],
});
const a = ({ platform }: Loop): number => platform.minor('a');

describe('a cap that campaigns share', () => {
  it('holds up what would go beyond it, whichever way its members are named', async () => {
    for (const members of [['cmp-a'], ['a', 'b'], ['act'], ['cmp-a', 'a']]) {
      const loop = await winner(pool({ members }));
      await loop.hours(8);
      expect([a(loop), loop.states.at(-1)]).toEqual([10_000, 'skipped pool_cap']);
      expect(loop.last?.reason).toContain('sale would come to 22000, above 21000');
    }
  });

  it('lets through what stays within it, and budgets that do not belong to it', async () => {
    for (const given of [
      { daily_minor: 22_000 },
      { members: ['b'] },
      { members: ['elsewhere'] },
      { currency: 'EUR' },
    ]) {
      const loop = await winner(pool(given));
      await loop.hours(2);
      expect(a(loop)).toBe(12_000);
    }
  });

  it('counts what other accounts put into it', async () => {
    const others = { account_id: 'other', currency: 'USD', minor: 90_000, parts: [{ pool: 'sale', minor: 90_000 }] };
    for (const [daily_minor, becomes] of [
      [111_999, 10_000],
      [112_000, 12_000],
    ] as const) {
      const loop = await winner(pool({ daily_minor, members: ['act', 'other'] }));
      loop.pool = { halted: null, accounts: [others] };
      await loop.hours(8);
      expect(a(loop)).toBe(becomes);
    }
  });

  it('that is overfull holds up what fills it further, and neither the way down nor what is elsewhere', async () => {
    const loop = await winner(pool({ daily_minor: 15_000, members: ['b'] }));
    loop.platform.humanSets('b', 16_000);
    await loop.hours(2);
    expect(a(loop)).toBe(12_000);
    loop.set(pool({ daily_minor: 1_000, members: ['a'] }));
    await loop.scale({ kind: 'revert', request_id: 'back' });
    await loop.hours(2);
    expect(a(loop)).toBe(10_000);
  });

  it('gets back what was reserved and not written', async () => {
    const loop = await winner(pool({ daily_minor: 40_000, members: ['act'] }));
    loop.platform.fault = (kind) => (kind === 'write' ? 'refused' : 'none');
    await loop.hours(3);
    expect(loop.states).toContain('failed throttled');
    expect(loop.pool.accounts).toMatchObject([{ account_id: 'act', parts: [{ pool: 'sale', minor: 20_000 }] }]);
  });
});

describe('a target of what spend returns', () => {
  it.each([
    [199_999, 'skipped target'],
    [200_000, 'applied verified'],
  ])('of twice itself with %d of 100000 ends as: %s', async (value_week_minor, state) => {
    const loop = await winner(limits({ target_roas: 2 }));
    await loop.health({ spend_week_minor: 100_000, value_week_minor });
    await loop.hours(1, false);
    expect(loop.states.at(-1)).toBe(state);
  });

  it('holds raises up where nothing was spent: what it returns is not known', async () => {
    const loop = await winner(limits({ target_roas: 2 }));
    await loop.health({ spend_week_minor: 0, value_week_minor: 0 });
    await loop.hours(1, false);
    expect(loop.states.at(-1)).toBe('skipped target');
  });
});

describe('a budget that is too small to leave its learning phase', () => {
  async function raised(conversions_week: number): Promise<Loop> {
    const loop = await winner({ mode: 'approve' });
    await loop.send('ad.created', {
      ...exampleOf('ad.created'),
      account_id: 'act',
      campaign_id: 'cmp-a',
      objective: 'sales',
    });
    await loop.scale({ primary_metric: 'cvr' });
    await loop.health({ spend_week_minor: 100_000, conversions_week });
    await loop.hours(1, false);
    return loop;
  }

  it('is warned of, with what it would take, and is no reason to hold it up', async () => {
    const { last } = await raised(50);
    // 2000 a conversion, fifty of them in seven days.
    expect(last).toMatchObject({ state: 'awaiting_approval' });
    expect(last?.reason).toContain('Warning: a needs about 14286 a day to leave its learning phase');
  });

  it('is not warned of where it is large enough, or where no conversion says what one costs', async () => {
    for (const conversions of [60, 0]) expect((await raised(conversions)).last?.reason).not.toContain('Warning');
  });
});

describe('a winner that shares its budget', () => {
  async function sharing(mode: 'dry_run' | 'approve' | 'auto'): Promise<Loop> {
    const loop = await winner({ mode });
    const owner = loop.platform.owners.get('a');
    owner?.ads.push({ adset_id: 'a', ad_id: 'ad-sibling', effective_status: 'ACTIVE' });
    await loop.hours(8);
    return loop;
  }

  it('is proposed an ad set of its own, once, with what speaks for it and against it; nothing is written', async () => {
    const loop = await sharing('approve');
    expect(loop.platform.history).toEqual([]);
    expect(loop.proposals).toHaveLength(1);
    expect(loop.proposals[0]).toMatchObject({ kind: 'own_adset', ad_id: 'ad-a', daily_minor: 2_000, currency: 'USD' });
    expect(loop.proposals[0]?.checks.map(({ check, holds }) => [check, holds])).toEqual([
      ['siblings', true],
      ['account_cap', true],
      ['budget_level', true],
      ['learning', false],
    ]);
    await loop.command('reject', { change_id: loop.last?.change_id ?? '' });
    await loop.hours(24);
    expect(loop.proposals).toHaveLength(1);
  });

  it('is proposed nothing in dry_run', async () => {
    expect((await sharing('dry_run')).proposals).toEqual([]);
  });
});

describe('what is not done is told with its reason', () => {
  it('a winner that another one replaced before its turn came', async () => {
    const loop = await winner();
    await loop.scale({ request_id: 'newer' });
    expect(loop.last).toMatchObject({ state: 'cancelled', code: 'replaced' });
    expect(loop.last?.reason).toContain('newer');
  });

  it('a winner that was taken back before its turn came', async () => {
    const loop = await winner();
    await loop.scale({ kind: 'revert', request_id: 'back' });
    expect(loop.states).toEqual(['cancelled withdrawn', 'skipped nothing']);
  });

  it('a split where the policy leaves splits to people', async () => {
    const loop = await winner({ allocate: false });
    loop.state = { ...loop.state, scaling: [] };
    await loop.split({ a: 0.9, b: 0.1 });
    await loop.hours(1);
    expect(loop.states).toEqual(['skipped not_allocated']);
    expect(loop.platform.history).toEqual([]);
  });
});
