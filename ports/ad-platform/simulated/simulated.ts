/**
 * An ad platform whose truth is known. What happens is a function of the seed and of the budgets that were set; time
 * passes only when it is told to.
 */
import { hour_ms } from '../../../schemas/values.ts';
import type { BudgetOwner, BudgetState, RefusalCode, WriteOutcome } from '../budgets.ts';
import {
  AdPlatformError,
  type Ad,
  type AdAccount,
  type AdCampaign,
  type AdExperiment,
  type AdPlatform,
  type AdSet,
  type HourRange,
  type Insight,
} from '../port.ts';
import { SimulatedCampaign } from './campaign.ts';
import { accounts, createdHour, planned } from './plan.ts';
import type { PlatformState } from './state.ts';

export interface SimulatedOptions {
  readonly seed: number;
  /** Start of its first hour, UTC epoch milliseconds, on the full hour. */
  readonly first_ms: number;
  /** Where it goes on; left out, it begins. */
  readonly state?: PlatformState;
}

export class SimulatedAdPlatform implements AdPlatform {
  readonly provenance = 'simulated';
  readonly #seed: number;
  readonly #first_ms: number;
  readonly #campaigns: SimulatedCampaign[][];
  /** Campaigns that each account has created. */
  readonly #created: number[];
  #hours: number;

  constructor({ seed, first_ms, state }: SimulatedOptions) {
    if (first_ms % hour_ms !== 0) throw new RangeError(`first_ms: ${first_ms} is no full hour; round it down`);
    this.#seed = seed;
    this.#first_ms = first_ms;
    this.#hours = state?.hours ?? 0;
    const stored = state?.campaigns ?? [];
    this.#campaigns = accounts.map((_, a) =>
      stored.filter((one) => one.a === a).map((one) => new SimulatedCampaign(planned(seed, a, one.n), one)),
    );
    this.#created = accounts.map((_, a) => createdBefore(a, this.#hours));
  }

  /** Its clock: the end of the last hour that passed, UTC epoch milliseconds. */
  get now_ms(): number {
    return this.#first_ms + this.#hours * hour_ms;
  }

  /** Lets an hour pass under the budgets as they are. */
  passHour(): void {
    const hour = this.#hours;
    for (const [a, campaigns] of this.#campaigns.entries()) {
      for (let n = this.#created[a] ?? 0; createdHour(a, n) <= hour; n++) {
        campaigns.push(new SimulatedCampaign(planned(this.#seed, a, n)));
        this.#created[a] = n + 1;
      }
      for (const campaign of campaigns) campaign.pass(hour);
    }
    this.#hours = hour + 1;
    for (const [a, campaigns] of this.#campaigns.entries())
      this.#campaigns[a] = campaigns.filter((campaign) => campaign.listed(this.#hours));
  }

  state(): PlatformState {
    return { hours: this.#hours, campaigns: this.#campaigns.flat().map((campaign) => campaign.state()) };
  }

  /** True click rate of an ad that is listed, over the present day, fraction; null for others. */
  trueRate(ad_id: string): number | null {
    for (const campaigns of this.#campaigns)
      for (const campaign of campaigns)
        if (campaign.plan.arms.some((arm) => arm.ad_id === ad_id)) return campaign.trueRate(ad_id, this.#hours);
    return null;
  }

  accounts(): Promise<readonly AdAccount[]> {
    return Promise.resolve(accounts.map(({ account_id, name, currency }) => ({ account_id, name, currency })));
  }

  async campaigns(account_id: string): Promise<readonly AdCampaign[]> {
    return (await this.#of(account_id)).map((campaign) => campaign.describe(this.#first_ms));
  }

  async adSets(account_id: string): Promise<readonly AdSet[]> {
    return (await this.#of(account_id)).flatMap((campaign) => campaign.adSets());
  }

  async ads(account_id: string): Promise<readonly Ad[]> {
    return (await this.#of(account_id)).flatMap((campaign) => campaign.ads(this.#first_ms));
  }

  async experiments(account_id: string): Promise<readonly AdExperiment[]> {
    return (await this.#of(account_id)).map((campaign) => campaign.experiment(this.#first_ms));
  }

  /** Remembers its last hours, so `since_ms` may lie four hours back without missing a restatement. */
  async insights(account_id: string, since_ms: number): Promise<readonly Insight[]> {
    const since = Math.floor((since_ms - this.#first_ms) / hour_ms);
    const found: Insight[] = [];
    for (const campaign of await this.#of(account_id))
      found.push(...campaign.insights(since, this.#hours, this.#first_ms));
    return found;
  }

  /** Remembers the last four days of an ad, and older hours that are yet to be corrected. */
  async adHours(account_id: string, ad_id: string, { from_ms, to_ms }: HourRange): Promise<readonly Insight[]> {
    const campaign = await this.#campaignOf(account_id, 'ad', ad_id);
    return [...campaign.hours(this.#hours, this.#first_ms)].filter(
      (hour) => hour.ad_id === ad_id && hour.window_start_ms >= from_ms && hour.window_start_ms < to_ms,
    );
  }

  async budgetOwnerOfAdSet(account_id: string, adset_id: string): Promise<BudgetOwner> {
    await this.#campaignOf(account_id, 'ad set', adset_id);
    return { account_id, level: 'adset', owner_id: adset_id };
  }

  async budgetOwnerOfAd(account_id: string, ad_id: string): Promise<BudgetOwner> {
    const { plan } = await this.#campaignOf(account_id, 'ad', ad_id);
    const owner_id = plan.arms.find((arm) => arm.ad_id === ad_id)?.adset_id ?? '';
    return { account_id, level: 'adset', owner_id };
  }

  /** Its days are those of UTC, and learning of delivery is not simulated. */
  async readBudget({ account_id, level, owner_id }: BudgetOwner): Promise<BudgetState> {
    const campaign = await this.#campaignOf(account_id, 'ad set', owner_id);
    const delivering = (await this.#of(account_id)).filter((one) => one.delivers(this.#hours));
    const account_budgets = delivering
      .flatMap((one) => one.adSets())
      .map((set) => ({ owner_id: set.adset_id, campaign_id: set.campaign_id, minor: set.daily_budget_minor ?? 0 }));
    return {
      account_id,
      level,
      owner_id,
      ...campaign.readBudget(owner_id, this.#hours, this.#first_ms),
      lifetime_budget_minor: null,
      minimum_daily_budget_minor: 1,
      account_status: 'ACTIVE',
      learning: 'unknown',
      account_daily_budgets_minor: account_budgets.reduce((total, { minor }) => total + minor, 0),
      account_budgets,
      read_ms: this.now_ms,
    };
  }

  async writeDailyBudget({ account_id, owner_id }: BudgetOwner, minor: number): Promise<WriteOutcome> {
    const campaign = await this.#campaignOf(account_id, 'ad set', owner_id).catch(refusal);
    if (!(campaign instanceof SimulatedCampaign)) return campaign;
    if (!Number.isSafeInteger(minor) || minor < 1)
      return refused('invalid_amount', `${minor} is no whole number of minor units above 0; round it`);
    campaign.setBudget(owner_id, minor, this.#hours);
    return { outcome: 'applied' };
  }

  async writeAdStatus(account_id: string, ad_id: string, status: 'ACTIVE' | 'PAUSED'): Promise<WriteOutcome> {
    const campaign = await this.#campaignOf(account_id, 'ad', ad_id).catch(refusal);
    if (!(campaign instanceof SimulatedCampaign)) return campaign;
    campaign.setOn(ad_id, status === 'ACTIVE');
    return { outcome: 'applied' };
  }

  #of(account_id: string): Promise<readonly SimulatedCampaign[]> {
    const found = this.#campaigns[accounts.findIndex((account) => account.account_id === account_id)];
    return found === undefined ? Promise.reject(unknownId('account', account_id)) : Promise.resolve(found);
  }

  async #campaignOf(account_id: string, what: 'ad' | 'ad set', id: string): Promise<SimulatedCampaign> {
    const found = (await this.#of(account_id)).find(({ plan }) =>
      plan.arms.some((arm) => (what === 'ad' ? arm.ad_id : arm.adset_id) === id),
    );
    if (found === undefined) throw unknownId(what, id);
    return found;
  }
}

const refused = (code: RefusalCode, message: string): WriteOutcome => ({
  outcome: 'refused',
  code,
  message,
  retry_after_ms: null,
});

function refusal(error: unknown): WriteOutcome {
  if (error instanceof AdPlatformError) return refused(error.code, error.message);
  throw error;
}

const unknownId = (what: string, id: string): AdPlatformError =>
  new AdPlatformError(
    'unknown_id',
    `there is no ${what} ${id}; list them, for campaigns leave the list when long over`,
  );

/** Campaigns that an account has created in the first `hours` hours. */
function createdBefore(a: number, hours: number): number {
  let n = 0;
  while (createdHour(a, n) < hours) n++;
  return n;
}
