import { describe, expect, it } from 'vitest';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { adPlatformContract } from '../ad-platform.contract.ts';
import type { Insight } from '../port.ts';
import { SimulatedAdPlatform } from './simulated.ts';
import { platformState } from './state.ts';

const first_ms = Date.UTC(2026, 2, 2);

const after = (hours: number, seed = 1): SimulatedAdPlatform => {
  const platform = new SimulatedAdPlatform({ seed, first_ms });
  for (let hour = 0; hour < hours; hour++) platform.passHour();
  return platform;
};

adPlatformContract(() => {
  const platform = after(40);
  return Promise.resolve({
    platform,
    now_ms: () => platform.now_ms,
    pass: () => Promise.resolve(platform.passHour()),
    close: () => Promise.resolve(),
  });
});

/** Insights of an account, hour by hour from the present to `hours` on. */
async function news(platform: SimulatedAdPlatform, hours: number, account_id = 'act_2001'): Promise<Insight[]> {
  const all: Insight[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const since_ms = platform.now_ms;
    platform.passHour();
    all.push(...(await platform.insights(account_id, since_ms)));
  }
  return all;
}

describe('the simulated ad platform', () => {
  it('does the same again for the same seed and budgets, and something else for another seed', async () => {
    const run = (seed: number): Promise<Insight[]> => news(new SimulatedAdPlatform({ seed, first_ms }), 48);
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  it.each([1, 9, 47, 200])('goes on from its state after %d hours as if it had not stopped', async (hours) => {
    const platform = after(hours, 3);
    const state = platformState.parse(JSON.parse(JSON.stringify(platform.state())));
    const again = new SimulatedAdPlatform({ seed: 3, first_ms, state });
    expect(again.state()).toEqual(platform.state());
    expect(await news(again, 60)).toEqual(await news(platform, 60));
    expect(again.trueRate('ad_2001_1_a')).toBe(platform.trueRate('ad_2001_1_a'));
  });

  it('remembers little however long it runs', () => {
    const sizes = [35, 60].map((days) => JSON.stringify(after(24 * days).state()).length);
    for (const size of sizes) expect(size).toBeLessThan(32_000);
  });

  it('remembers the hours of an ad for four days, as they were reported last', async () => {
    const platform = after(1);
    const reports = await news(platform, 220);
    const ad_id = 'ad_2001_1_a';
    const last = new Map<number, number>();
    for (const report of reports) if (report.ad_id === ad_id) last.set(report.window_start_ms, report.impressions);
    const to_ms = platform.now_ms;
    const hours = await platform.adHours('act_2001', ad_id, { from_ms: to_ms - 4 * day_ms, to_ms });
    expect(hours.length).toBeGreaterThan(90);
    for (const hour of hours) expect(hour.impressions).toBe(last.get(hour.window_start_ms));
  });

  it('reports 92 to 98 in 100 of an hour at once, more after five hours and all after 26', async () => {
    const reports = new Map<string, Insight[]>();
    for (const insight of await news(after(30), 40)) {
      const window = `${insight.ad_id} ${insight.window_start_ms}`;
      reports.set(window, [...(reports.get(window) ?? []), insight]);
    }
    const full = [...reports.values()].filter((ones) => ones.length === 3);
    expect(full.length).toBeGreaterThan(20);
    for (const [first, second, final] of full) {
      if (first === undefined || second === undefined || final === undefined) throw new Error('three were counted');
      const share = first.impressions / final.impressions;
      expect(share).toBeGreaterThan(0.91);
      expect(share).toBeLessThan(0.99);
      expect(second.impressions).toBeGreaterThanOrEqual(first.impressions);
      expect(final.impressions).toBeGreaterThanOrEqual(second.impressions);
      expect(second.link_clicks).toBeGreaterThanOrEqual(first.link_clicks);
      expect(final.link_clicks).toBeGreaterThanOrEqual(second.link_clicks);
      expect([second, final].map(({ as_of_ms }) => (as_of_ms - first.as_of_ms) / hour_ms)).toEqual([5, 26]);
    }
  });

  it('corrects some hours days later, up to 28 days after', async () => {
    const late = (await news(after(0), 24 * 45)).filter((one) => one.as_of_ms - one.window_end_ms > 27 * hour_ms);
    expect(late.length).toBeGreaterThan(0);
    const ages = late.map((one) => (one.as_of_ms - one.window_end_ms) / day_ms);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...ages)).toBeLessThanOrEqual(28);
    expect(Math.max(...ages)).toBeGreaterThan(14);
  });

  it('shows an ad set twice as often for twice the budget, from the next hour on', async () => {
    const shown = async (factor: number): Promise<number> => {
      const platform = after(24);
      const adset_id = 'set_2003_1_a';
      const owner = await platform.budgetOwnerOfAdSet('act_2003', adset_id);
      const { daily_budget_minor } = await platform.readBudget(owner);
      await platform.writeDailyBudget(owner, factor * (daily_budget_minor ?? 0));
      const hours = (await news(platform, 24, 'act_2003')).filter(
        (one) => one.adset_id === adset_id && one.window_start_ms >= first_ms + 24 * hour_ms,
      );
      const newest = new Map(hours.map((one) => [one.window_start_ms, one.impressions]));
      return [...newest.values()].reduce((sum, impressions) => sum + impressions, 0);
    };
    expect((await shown(2)) / (await shown(1))).toBeCloseTo(2, 1);
  });

  it('shows no ad that is switched off, and the others of its ad set instead', async () => {
    const platform = after(24 * 9);
    const ads = (await platform.ads('act_2003')).filter(({ campaign_id }) => campaign_id === 'cmp_2003_2');
    const [off, ...on] = ads.map(({ ad_id }) => ad_id);
    await platform.writeAdStatus('act_2003', off ?? '', 'PAUSED');
    const from_ms = platform.now_ms;
    const hours = (await news(platform, 24, 'act_2003')).filter((one) => one.window_start_ms >= from_ms);
    const shown = (ad_id = ''): number =>
      hours.filter((one) => one.ad_id === ad_id).reduce((sum, { impressions }) => sum + impressions, 0);
    expect(ads).toHaveLength(3);
    expect(shown(off)).toBe(0);
    for (const ad_id of on) expect(shown(ad_id)).toBeGreaterThan(0);
  });

  it('clicks at the true rate that it tells, whatever the day', async () => {
    const ads = new Map<string, { clicks: number; expected: number }>();
    const platform = after(1);
    for (let hour = 1; hour < 24 * 20; hour++) {
      const since_ms = platform.now_ms;
      platform.passHour();
      for (const one of await platform.insights('act_2001', since_ms)) {
        if (one.as_of_ms !== one.window_end_ms) continue;
        const sums = ads.get(one.ad_id) ?? { clicks: 0, expected: 0 };
        sums.clicks += one.link_clicks;
        sums.expected += one.impressions * (platform.trueRate(one.ad_id) ?? 0);
        ads.set(one.ad_id, sums);
      }
    }
    const [randomised] = [...ads.values()];
    expect((randomised?.clicks ?? 0) / (randomised?.expected ?? 1)).toBeGreaterThan(0.94);
    for (const { clicks, expected } of ads.values()) {
      if (expected < 2_000) continue;
      expect(clicks / expected).toBeGreaterThan(0.9);
      expect(clicks / expected).toBeLessThan(1.1);
    }
    expect(platform.trueRate('ad_of_nobody')).toBeNull();
  });

  it('never runs dry: each account has two running experiments or more on every day of a quarter', async () => {
    const platform = after(0);
    const accounts = await platform.accounts();
    for (let day = 0; day < 91; day++) {
      for (let hour = 0; hour < 24; hour++) platform.passHour();
      for (const { account_id } of accounts) {
        const running = (await platform.campaigns(account_id)).filter(
          ({ start_ms, end_ms }) => start_ms <= platform.now_ms && (end_ms ?? Infinity) > platform.now_ms,
        );
        expect(running.length).toBeGreaterThanOrEqual(2);
        expect(running.length).toBeLessThanOrEqual(8);
      }
    }
  });
});
