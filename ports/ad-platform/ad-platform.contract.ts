/** What every ad platform promises; each implementation's test runs this. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCodec } from '../../schemas/codec.ts';
import { topics } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { budgetContract } from './budgets.contract.ts';
import { eventsSince } from './events.ts';
import { AdPlatformError, type AdAccount, type AdPlatform, type Insight } from './port.ts';

/** A platform under test: one that has reported something, with an account of each kind it can have. */
export interface OpenPlatform {
  readonly platform: AdPlatform;
  now_ms(): number;
  /** Lets time pass until something new was reported. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

const totals = [
  'impressions',
  'clicks',
  'link_clicks',
  'spend_minor',
  'conversions',
  'conversion_value_minor',
] as const;
const windowOf = ({ ad_id, window_start_ms }: Insight): string => `${ad_id} ${window_start_ms}`;

export function adPlatformContract(open: () => Promise<OpenPlatform>): void {
  describe('an ad platform', () => {
    let opened: OpenPlatform;
    let platform: AdPlatform;
    let accounts: readonly AdAccount[];
    beforeAll(async () => {
      opened = await open();
      platform = opened.platform;
      accounts = await platform.accounts();
    });
    afterAll(() => opened.close());

    const each = <T>(read: (account_id: string) => Promise<readonly T[]>): Promise<readonly T[]> =>
      Promise.all(accounts.map(({ account_id }) => read(account_id))).then((all) => all.flat());

    it('gives each thing an id of its own, over all accounts', async () => {
      const ids = [
        ...accounts.map(({ account_id }) => account_id),
        ...(await each((id) => platform.campaigns(id))).map(({ campaign_id }) => campaign_id),
        ...(await each((id) => platform.adSets(id))).map(({ adset_id }) => adset_id),
        ...(await each((id) => platform.ads(id))).map(({ ad_id }) => ad_id),
      ];
      expect(ids.length).toBeGreaterThan(accounts.length);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('lists the owner of all that it lists', async () => {
      for (const { account_id } of accounts) {
        const campaigns = new Set((await platform.campaigns(account_id)).map(({ campaign_id }) => campaign_id));
        const sets = new Map((await platform.adSets(account_id)).map((set) => [set.adset_id, set.campaign_id]));
        const ads = new Map((await platform.ads(account_id)).map((ad) => [ad.ad_id, ad.adset_id]));
        for (const campaign_id of sets.values()) expect(campaigns).toContain(campaign_id);
        for (const adset_id of ads.values()) expect(sets.has(adset_id)).toBe(true);
        for (const { campaign_id, arms } of await platform.experiments(account_id)) {
          expect(campaigns).toContain(campaign_id);
          for (const { ad_id, adset_id } of arms) expect(ads.get(ad_id)).toBe(adset_id);
        }
        for (const { ad_id, adset_id } of await platform.insights(account_id, 0)) expect(ads.get(ad_id)).toBe(adset_id);
      }
    });

    it('reports each ad-hour once a call, as of now at the latest', async () => {
      for (const { account_id } of accounts) {
        const insights = await platform.insights(account_id, 0);
        expect(new Set(insights.map(windowOf)).size).toBe(insights.length);
        for (const { as_of_ms, window_start_ms, window_end_ms } of insights) {
          expect(as_of_ms).toBeLessThanOrEqual(opened.now_ms());
          expect(window_end_ms - window_start_ms).toBe(hour_ms);
          expect(window_start_ms % hour_ms).toBe(0);
        }
      }
    });

    it('reports again what was restated, and nothing twice that was not', async () => {
      const before = new Map<string, Insight>();
      for (const insight of await each((id) => platform.insights(id, 0))) before.set(windowOf(insight), insight);
      const since_ms = opened.now_ms();
      expect(await each((id) => platform.insights(id, since_ms))).toEqual([]);
      await opened.pass();
      const after = await each((id) => platform.insights(id, since_ms));
      expect(after.length).toBeGreaterThan(0);
      for (const insight of after) {
        expect(insight.as_of_ms).toBeGreaterThan(since_ms);
        expect(insight.as_of_ms).toBeGreaterThan(before.get(windowOf(insight))?.as_of_ms ?? 0);
      }
    });

    it('counts whole numbers: link clicks among clicks among impressions', async () => {
      for (const insight of await each((id) => platform.insights(id, 0))) {
        for (const total of totals) expect(Number.isSafeInteger(insight[total]) && insight[total] >= 0).toBe(true);
        expect(insight.clicks).toBeLessThanOrEqual(insight.impressions);
        expect(insight.link_clicks).toBeLessThanOrEqual(insight.clicks);
      }
    });

    it('says nothing that the schemas refuse', async () => {
      const codec = createCodec({ topics });
      for (const account of accounts)
        for (const { topic, value } of await eventsSince(platform, account, 0)) {
          const decoded = codec.decode(topic, codec.encode(topic, value), opened.now_ms());
          expect(decoded).toEqual({ ok: true, value });
        }
    });

    it('says of the hours of an ad what it reported of them, and nothing of other hours or ads', async () => {
      for (const { account_id } of accounts) {
        const reported = await platform.insights(account_id, 0);
        const ad_id = reported.at(-1)?.ad_id ?? '';
        const own = reported.filter((insight) => insight.ad_id === ad_id);
        const [first, last] = [own[0], own.at(-1)];
        if (first === undefined || last === undefined) throw new Error('the platform under test reported nothing');
        const of = { from_ms: first.window_start_ms + hour_ms, to_ms: last.window_start_ms };
        const inside = own.filter(({ window_start_ms: start_ms }) => start_ms >= of.from_ms && start_ms < of.to_ms);
        expect(inside.length).toBeGreaterThan(0);
        expect(await platform.adHours(account_id, ad_id, of)).toEqual(inside);
        expect(await platform.adHours(account_id, ad_id, { from_ms: of.from_ms, to_ms: of.from_ms })).toEqual([]);
      }
    });

    it('refuses ids that it does not have', async () => {
      await expect(platform.ads('none')).rejects.toBeInstanceOf(AdPlatformError);
      await expect(platform.insights('none', 0)).rejects.toMatchObject({ code: 'unknown_id' });
      const of = { from_ms: 0, to_ms: opened.now_ms() };
      await expect(platform.adHours('none', 'none', of)).rejects.toMatchObject({ code: 'unknown_id' });
      await expect(platform.adHours(accounts[0]?.account_id ?? '', 'none', of)).rejects.toMatchObject({
        code: 'unknown_id',
      });
    });
  });
  budgetContract(open);
}
