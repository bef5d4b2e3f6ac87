/** What every ad platform promises of its budgets; part of `ad-platform.contract.ts`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isCurrency } from '../../schemas/currency.ts';
import { day_ms } from '../../schemas/values.ts';
import type { OpenPlatform } from './ad-platform.contract.ts';
import type { BudgetOwner, BudgetState } from './budgets.ts';
import { AdPlatformError, type AdPlatform } from './port.ts';

/** An owner of a budget with a daily one that delivers, as it is read. */
async function active(platform: AdPlatform): Promise<BudgetState> {
  for (const { account_id } of await platform.accounts())
    for (const { adset_id } of await platform.adSets(account_id)) {
      const read = await platform.readBudget(await platform.budgetOwnerOfAdSet(account_id, adset_id));
      if (read.daily_budget_minor !== null && read.effective_status === 'ACTIVE') return read;
    }
  throw new Error('the platform under test has no daily budget that delivers');
}

const ownerOf = ({ account_id, level, owner_id }: BudgetOwner): BudgetOwner => ({ account_id, level, owner_id });

export function budgetContract(open: () => Promise<OpenPlatform>): void {
  describe('budgets of an ad platform', () => {
    let opened: OpenPlatform;
    let platform: AdPlatform;
    beforeAll(async () => {
      opened = await open();
      platform = opened.platform;
    });
    afterAll(() => opened.close());

    it('are owned by an ad set or its campaign, the same for each ad of the ad set', async () => {
      for (const { account_id } of await platform.accounts())
        for (const { ad_id, adset_id, campaign_id } of await platform.ads(account_id)) {
          const owner = await platform.budgetOwnerOfAdSet(account_id, adset_id);
          expect(owner.account_id).toBe(account_id);
          expect(owner.owner_id).toBe(owner.level === 'adset' ? adset_id : campaign_id);
          expect(await platform.budgetOwnerOfAd(account_id, ad_id)).toEqual(owner);
          expect((await platform.readBudget(owner)).ads).toContainEqual({
            adset_id,
            ad_id,
            effective_status: expect.any(String) as string,
          });
        }
    });

    it('are read whole, in minor units of the account’s currency', async () => {
      for (const { account_id, currency } of await platform.accounts())
        for (const { adset_id, campaign_id } of await platform.adSets(account_id)) {
          const read = await platform.readBudget(await platform.budgetOwnerOfAdSet(account_id, adset_id));
          expect(read).toMatchObject({ account_id, campaign_id, currency });
          expect(isCurrency(read.currency)).toBe(true);
          const { daily_budget_minor: daily, lifetime_budget_minor: lifetime } = read;
          expect(daily === null && lifetime === null).toBe(false);
          for (const amount of [daily ?? 0, lifetime ?? 0, read.spend_today_minor, read.account_daily_budgets_minor])
            expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true);
          const sum = read.account_budgets.reduce((total, { minor }) => total + minor, 0);
          expect(sum).toBe(read.account_daily_budgets_minor);
          if (daily !== null && read.effective_status === 'ACTIVE')
            expect(read.account_budgets).toContainEqual({ owner_id: read.owner_id, campaign_id, minor: daily });
          expect(read.minimum_daily_budget_minor).toBeGreaterThanOrEqual(1);
          expect(read.updated_ms).toBeLessThanOrEqual(read.read_ms);
          expect(read.read_ms - read.day_start_ms).toBeGreaterThanOrEqual(0);
          expect(read.read_ms - read.day_start_ms).toBeLessThanOrEqual(day_ms + day_ms / 24);
        }
    });

    it('keep what was written, and say that the owner was changed', async () => {
      const before = await active(platform);
      const minor = (before.daily_budget_minor ?? 0) + 700;
      expect(await platform.writeDailyBudget(ownerOf(before), minor)).toEqual({ outcome: 'applied' });
      const after = await platform.readBudget(before);
      expect(after.daily_budget_minor).toBe(minor);
      expect(after.updated_ms).toBeGreaterThan(before.updated_ms);
      expect(after.account_daily_budgets_minor).toBe(before.account_daily_budgets_minor + 700);
      expect(after.ads).toEqual(before.ads);
      // An absolute amount: the same again changes nothing more.
      await platform.writeDailyBudget(ownerOf(before), minor);
      expect((await platform.readBudget(before)).daily_budget_minor).toBe(minor);
    });

    it.each([0, -1, 0.5, Number.NaN])('refuse %d minor units and keep the old amount', async (minor) => {
      const before = await active(platform);
      expect(await platform.writeDailyBudget(ownerOf(before), minor)).toMatchObject({
        outcome: 'refused',
        code: 'invalid_amount',
      });
      expect((await platform.readBudget(before)).daily_budget_minor).toBe(before.daily_budget_minor);
    });

    it('refuse less than the least daily budget', async () => {
      const before = await active(platform);
      const minor = before.minimum_daily_budget_minor - 1;
      const said = await platform.writeDailyBudget(ownerOf(before), minor);
      expect(said).toMatchObject({ outcome: 'refused', code: minor < 1 ? 'invalid_amount' : 'below_minimum' });
      expect((await platform.readBudget(before)).daily_budget_minor).toBe(before.daily_budget_minor);
    });

    it('are spent by the ads that are on: one is switched off and on again', async () => {
      const before = await active(platform);
      const ad = before.ads.find(({ effective_status }) => effective_status === 'ACTIVE');
      if (ad === undefined) throw new Error('the platform under test has no ad that is on');
      const statusOf = async (): Promise<string | undefined> =>
        (await platform.readBudget(before)).ads.find(({ ad_id }) => ad_id === ad.ad_id)?.effective_status;
      expect(await platform.writeAdStatus(before.account_id, ad.ad_id, 'PAUSED')).toEqual({ outcome: 'applied' });
      expect(await statusOf()).toBe('PAUSED');
      expect((await platform.readBudget(before)).daily_budget_minor).toBe(before.daily_budget_minor);
      expect(await platform.writeAdStatus(before.account_id, ad.ad_id, 'ACTIVE')).toEqual({ outcome: 'applied' });
      expect(await statusOf()).toBe('ACTIVE');
    });

    it('of ids that it does not have are refused', async () => {
      const [account] = await platform.accounts();
      const account_id = account?.account_id ?? '';
      const nobody = { account_id, level: 'adset', owner_id: '404' } as const;
      await expect(platform.budgetOwnerOfAdSet(account_id, '404')).rejects.toBeInstanceOf(AdPlatformError);
      await expect(platform.budgetOwnerOfAd(account_id, '404')).rejects.toMatchObject({ code: 'unknown_id' });
      await expect(platform.readBudget(nobody)).rejects.toMatchObject({ code: 'unknown_id' });
      const refused = { outcome: 'refused', code: 'unknown_id' };
      expect(await platform.writeDailyBudget(nobody, 100)).toMatchObject(refused);
      expect(await platform.writeAdStatus(account_id, '404', 'PAUSED')).toMatchObject(refused);
    });
  });
}
