import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { SimulatedAdPlatform } from '../../ports/ad-platform/simulated/simulated.ts';
import { applyProposals, splitMinor } from './follow-proposals.ts';

const shares = fc
  .array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 6 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => weights.map((weight) => weight / weights.reduce((sum, one) => sum + one, 0)));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('budgets that follow proposals', () => {
  it('are whole minor units of at least 1 that sum to the total', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 100, max: 10_000_000 }), (split, total) => {
        const minor = splitMinor(total, split);
        for (const part of minor) expect(Number.isSafeInteger(part) && part >= 1).toBe(true);
        expect(sum(minor)).toBe(total);
        // Rounding goes to the largest share; an ad set without a share keeps one unit.
        for (const [i, part] of minor.entries())
          expect(Math.abs(part - total * (split[i] ?? 0))).toBeLessThanOrEqual(split.length);
      }),
    );
  });

  it.each([
    [1_000, [0.5, 0.3, 0.2], [500, 300, 200]],
    [1_000, [1 / 3, 1 / 3, 1 / 3], [334, 333, 333]],
    [1_000, [1, 0], [999, 1]],
  ])('split %d by %j into %j', (total, split, minor) => {
    expect(splitMinor(total, split)).toEqual(minor);
  });

  it('keep the total of a campaign, and leave assigned users and campaigns that are over alone', async () => {
    const platform = new SimulatedAdPlatform({ seed: 1, first_ms: 0 });
    for (let hour = 0; hour < 30; hour++) platform.passHour();
    const before = await platform.adSets('act_2001');
    const proposal = (campaign_id: string): Parameters<typeof applyProposals>[1][number] => {
      const own = before.filter((set) => set.campaign_id === campaign_id);
      const arms = own.map(({ adset_id }, i) => ({ adset_id, share: i === 0 ? 0.9 : 0.1 / (own.length - 1) }));
      return { account_id: 'act_2001', campaign_id, arms };
    };
    await applyProposals(platform, ['cmp_2001_1', 'cmp_2001_2', 'cmp_long_over'].map(proposal));
    const after = await platform.adSets('act_2001');
    const budgets = (sets: typeof before, campaign_id: string): number[] =>
      sets.filter((set) => set.campaign_id === campaign_id).map((set) => set.daily_budget_minor ?? 0);
    expect(budgets(after, 'cmp_2001_1')).toEqual(budgets(before, 'cmp_2001_1'));
    const total = sum(budgets(before, 'cmp_2001_2'));
    expect(sum(budgets(after, 'cmp_2001_2'))).toBe(total);
    expect((budgets(after, 'cmp_2001_2')[0] ?? 0) / total).toBeCloseTo(0.9, 4);
  });

  it('move nothing of an observational experiment', async () => {
    const platform = new SimulatedAdPlatform({ seed: 1, first_ms: 0 });
    for (let hour = 0; hour < 30; hour++) platform.passHour();
    const experiments = await platform.experiments('act_2001');
    vi.spyOn(platform, 'experiments').mockResolvedValue(
      experiments.map((one) => ({ ...one, design: 'observational' as const })),
    );
    const before = await platform.adSets('act_2001');
    const own = before.filter((set) => set.campaign_id === 'cmp_2001_2');
    const arms = own.map(({ adset_id }, i) => ({ adset_id, share: i === 0 ? 0.9 : 0.1 / (own.length - 1) }));
    await applyProposals(platform, [{ account_id: 'act_2001', campaign_id: 'cmp_2001_2', arms }]);
    expect(await platform.adSets('act_2001')).toEqual(before);
  });
});
