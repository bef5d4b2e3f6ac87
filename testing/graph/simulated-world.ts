/** The simulated ad platform behind the fake Graph API: the same accounts, told as Meta would tell them. */
import { SimulatedAdPlatform } from '../../ports/ad-platform/simulated/simulated.ts';
import type { Ad, AdCampaign, AdExperiment } from '../../ports/ad-platform/port.ts';
import { hour_ms } from '../../schemas/values.ts';
import { plain_versions } from './plain-world.ts';
import type { GraphAccount, GraphAd, GraphAdSet, GraphCampaign, GraphStudy, GraphWorld, HourTotals } from './world.ts';

export interface SimulatedWorldOptions {
  readonly seed: number;
  /** On the full hour. */
  readonly first_ms: number;
  readonly now_ms: number;
  readonly token: string;
  readonly app_secret?: string;
}

const zones: Readonly<Record<string, string>> = {
  EUR: 'Europe/Oslo',
  USD: 'America/New_York',
  GBP: 'Europe/London',
  JPY: 'Asia/Tokyo',
};

/** Passes its hours up to `now_ms`; more pass as the server's clock is moved. */
export async function simulatedWorld(options: SimulatedWorldOptions): Promise<GraphWorld> {
  const mirror = new Mirror(options);
  await mirror.passTo(options.now_ms);
  return {
    now_ms: options.now_ms,
    app_id: '900100',
    app_secret: options.app_secret ?? null,
    versions: plain_versions,
    tenants: [{ token: options.token, expires_ms: null, accounts: mirror.accounts }],
    onTime: (now_ms) => mirror.passTo(now_ms),
  };
}

class Mirror {
  readonly accounts: GraphAccount[] = [];
  readonly #platform: SimulatedAdPlatform;
  /** By ad, by start of the hour: what was reported last. */
  readonly #reports = new Map<string, Map<number, HourTotals>>();
  readonly #known = new Set<string>();

  constructor({ seed, first_ms }: SimulatedWorldOptions) {
    this.#platform = new SimulatedAdPlatform({ seed, first_ms });
  }

  async passTo(now_ms: number): Promise<void> {
    const platform = this.#platform;
    if (this.accounts.length === 0) await this.#open();
    while (platform.now_ms + hour_ms <= now_ms) {
      const since_ms = platform.now_ms;
      platform.passHour();
      for (const { id } of this.accounts) {
        const reported = await platform.insights(id, since_ms);
        for (const one of reported) this.#report(one.ad_id, one.window_start_ms, { ...one, reach: 0 });
      }
      await this.#learnCampaigns();
    }
  }

  #report(ad_id: string, at_ms: number, totals: HourTotals): void {
    let hours = this.#reports.get(ad_id);
    if (hours === undefined) this.#reports.set(ad_id, (hours = new Map()));
    hours.set(at_ms, { ...totals, reach: Math.round(totals.impressions * 0.85) });
  }

  async #open(): Promise<void> {
    for (const { account_id, name, currency } of await this.#platform.accounts())
      this.accounts.push({
        id: account_id,
        name,
        currency,
        time_zone: zones[currency] ?? 'UTC',
        status: 1,
        tier: 'full',
        min_daily_budget: 1,
        campaigns: [],
        studies: [],
      });
  }

  async #learnCampaigns(): Promise<void> {
    for (const account of this.accounts) {
      const campaigns = await this.#platform.campaigns(account.id);
      const added = campaigns.filter(({ campaign_id }) => !this.#known.has(campaign_id));
      if (added.length === 0) continue;
      const [ads, experiments] = await Promise.all([
        this.#platform.ads(account.id),
        this.#platform.experiments(account.id),
      ]);
      for (const campaign of added) {
        this.#known.add(campaign.campaign_id);
        account.campaigns.push(await this.#campaignOf(account, campaign, ads));
        const study = studyOf(experiments.find((one) => one.campaign_id === campaign.campaign_id));
        if (study !== null) account.studies.push(study);
      }
    }
  }

  async #campaignOf(account: GraphAccount, campaign: AdCampaign, ads: readonly Ad[]): Promise<GraphCampaign> {
    const { campaign_id, name, created_ms, start_ms, end_ms } = campaign;
    const thing = { status: 'ACTIVE', created_ms, updated_ms: created_ms } as const;
    const sets = (await this.#platform.adSets(account.id)).filter((set) => set.campaign_id === campaign_id);
    const adsets = sets.map(({ adset_id, name: set_name, daily_budget_minor }): GraphAdSet => {
      const owner = { account_id: account.id, level: 'adset', owner_id: adset_id } as const;
      return {
        ...thing,
        id: adset_id,
        name: set_name,
        daily_budget: daily_budget_minor,
        lifetime_budget: null,
        end_ms,
        optimization_goal: 'LINK_CLICKS',
        learning: 'SUCCESS',
        ads: ads.filter((ad) => ad.adset_id === adset_id).map((ad) => this.#adOf(ad)),
        onBudget: (minor) => void this.#platform.writeDailyBudget(owner, minor),
      };
    });
    return {
      ...thing,
      id: campaign_id,
      name,
      objective: 'OUTCOME_TRAFFIC',
      daily_budget: null,
      start_ms,
      stop_ms: end_ms,
      adsets,
    };
  }

  #adOf({ ad_id, name, headline, primary_text, call_to_action, format, created_ms, account_id }: Ad): GraphAd {
    return {
      id: ad_id,
      name,
      status: 'ACTIVE',
      created_ms,
      updated_ms: created_ms,
      creative: {
        id: `${ad_id}_creative`,
        title: headline,
        body: primary_text,
        call_to_action,
        kind: format === 'video' || format === 'carousel' ? format : 'image',
      },
      reported: (at_ms) => this.#reports.get(ad_id)?.get(at_ms),
      onStatus: (status) =>
        void this.#platform.writeAdStatus(account_id, ad_id, status === 'ACTIVE' ? 'ACTIVE' : 'PAUSED'),
    };
  }
}

/** Tests that assign people at random are studies; the others are told by how campaigns are built. */
function studyOf(experiment: AdExperiment | undefined): GraphStudy | null {
  if (experiment?.design !== 'randomised') return null;
  const { experiment_id, name, created_ms, start_ms, planned_days, arms } = experiment;
  return {
    id: experiment_id,
    name,
    created_ms,
    start_ms,
    end_ms: start_ms + planned_days * 24 * hour_ms,
    cells: arms.map(({ adset_id, planned_share }, i) => ({
      id: `${experiment_id}_${i}`,
      treatment_percentage: Math.round(planned_share * 100),
      adset_id,
    })),
  };
}
