/** A world from a few words: what accounts there are and what runs in them. The same words give the same numbers. */
import { binomial, generator, hash32, poisson } from '../../learning/numeric.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import type {
  GraphAccount,
  GraphAd,
  GraphAdSet,
  GraphCampaign,
  GraphStudy,
  GraphWorld,
  HourTotals,
  Reported,
} from './world.ts';

export interface PlainCampaign {
  readonly objective?: string;
  /** Where the budgets are; ad sets by itself. */
  readonly budget_on?: 'adset' | 'campaign' | 'lifetime';
  readonly adsets: number;
  readonly ads_each: number;
  /** Minor units of each budget; 5000 by itself. */
  readonly budget?: number;
  /** Days ago that it began; 30 by itself. */
  readonly began_days_ago?: number;
  /** People are assigned to ad sets at random. */
  readonly study?: boolean;
}

export interface PlainAccount {
  /** Digits. */
  readonly id: string;
  readonly currency?: string;
  readonly time_zone?: string;
  readonly tier?: 'limited' | 'full';
  /** Impressions of an ad in an hour, on average; 200 by itself. */
  readonly hourly_impressions?: number;
  readonly campaigns: readonly PlainCampaign[];
}

export interface PlainWorld {
  readonly now_ms: number;
  readonly app_secret?: string;
  /** Reports stay as they are at this time, whatever the clock says. */
  readonly reports_until_ms?: number;
  /** Tokens and the accounts that each reaches. */
  readonly tenants: readonly { readonly token: string; readonly accounts: readonly PlainAccount[] }[];
}

export const plain_versions: readonly string[] = ['v25.0', 'v26.0'];

export function plainWorld({ now_ms, app_secret, tenants, reports_until_ms = Infinity }: PlainWorld): GraphWorld {
  return {
    now_ms,
    app_id: '900100',
    app_secret: app_secret ?? null,
    versions: plain_versions,
    tenants: tenants.map(({ token, accounts }) => ({
      token,
      expires_ms: null,
      accounts: accounts.map((account) => accountOf(account, { now_ms, reports_until_ms })),
    })),
  };
}

interface Times {
  readonly now_ms: number;
  readonly reports_until_ms: number;
}

function accountOf(plain: PlainAccount, times: Times): GraphAccount {
  const studies: GraphStudy[] = [];
  return {
    id: `act_${plain.id}`,
    name: `Account ${plain.id}`,
    currency: plain.currency ?? 'EUR',
    time_zone: plain.time_zone ?? 'UTC',
    status: 1,
    tier: plain.tier ?? 'full',
    min_daily_budget: 100,
    campaigns: plain.campaigns.map((campaign, c) => campaignOf(plain, campaign, { ...times, c, studies })),
    studies,
  };
}

interface Setting extends Times {
  readonly c: number;
  readonly studies: GraphStudy[];
}

function campaignOf(account: PlainAccount, plain: PlainCampaign, setting: Setting): GraphCampaign {
  const { c, now_ms, studies, reports_until_ms } = setting;
  const id = `${account.id}${100 + c}`;
  const start_ms = Math.floor((now_ms - (plain.began_days_ago ?? 30) * day_ms) / hour_ms) * hour_ms;
  const { budget_on = 'adset', budget = 5_000 } = plain;
  const thing = { status: 'ACTIVE', created_ms: start_ms - hour_ms, updated_ms: start_ms - hour_ms } as const;
  const adsets = Array.from({ length: plain.adsets }, (_, s): GraphAdSet => {
    const set_id = `${id}${100 + s}`;
    return {
      ...thing,
      id: set_id,
      name: `Ad set ${s + 1}`,
      daily_budget: budget_on === 'adset' ? budget : null,
      lifetime_budget: budget_on === 'lifetime' ? budget * 60 : null,
      end_ms: budget_on === 'lifetime' ? now_ms + 30 * day_ms : null,
      optimization_goal: 'LINK_CLICKS',
      learning: 'SUCCESS',
      ads: Array.from({ length: plain.ads_each }, (_, i) =>
        adOf(`${set_id}${100 + i}`, { thing, start_ms, account, reports_until_ms }),
      ),
    };
  });
  if (plain.study === true) studies.push(studyOf(id, adsets, start_ms, now_ms));
  return {
    ...thing,
    id,
    name: `Campaign ${c + 1}`,
    objective: plain.objective ?? 'OUTCOME_TRAFFIC',
    daily_budget: budget_on === 'campaign' ? budget : null,
    start_ms,
    stop_ms: null,
    adsets,
  };
}

const studyOf = (id: string, adsets: readonly GraphAdSet[], start_ms: number, now_ms: number): GraphStudy => ({
  id: `${id}7`,
  name: 'Which ad set',
  created_ms: start_ms - hour_ms,
  start_ms,
  end_ms: now_ms + 14 * day_ms,
  cells: adsets.map((adset, i) => ({
    id: `${id}7${i}`,
    treatment_percentage: Math.round(100 / adsets.length),
    adset_id: adset.id,
  })),
});

interface AdSetting extends Pick<Times, 'reports_until_ms'> {
  readonly thing: Pick<GraphAd, 'status' | 'created_ms' | 'updated_ms'>;
  readonly start_ms: number;
  readonly account: PlainAccount;
}

const calls = ['SHOP_NOW', 'LEARN_MORE', 'SIGN_UP'] as const;
const kinds = ['image', 'video', 'carousel'] as const;

function adOf(id: string, { thing, start_ms, account, reports_until_ms }: AdSetting): GraphAd {
  const seed = hash32(id);
  const { hourly_impressions = 200 } = account;
  const reported = plainReports(seed, start_ms, hourly_impressions);
  return {
    ...thing,
    id,
    name: `Ad ${id}`,
    creative: {
      id: `${id}5`,
      title: `A jacket that weighs ${200 + (seed % 300)} grams`,
      body: 'Three layers, sealed seams, packs into its own pocket.',
      call_to_action: calls[seed % calls.length] ?? null,
      kind: kinds[seed % kinds.length] ?? 'image',
    },
    reported: (at_ms, now_ms) => reported(at_ms, Math.min(now_ms, reports_until_ms)),
  };
}

/** Click rates from one to three percent, by ad. */
const rateOf = (seed: number): number => 0.01 + (seed % 1_000) / 50_000;

function finalOf(seed: number, start_ms: number, hourly: number): HourTotals {
  const random = generator(hash32(String(start_ms), seed));
  const impressions = poisson(hourly, random);
  const link_clicks = binomial(impressions, rateOf(seed), random);
  const clicks = Math.min(impressions, link_clicks + binomial(link_clicks, 0.2, random));
  const conversions = binomial(link_clicks, 0.05, random);
  return {
    impressions,
    clicks,
    link_clicks,
    spend_minor: Math.round(impressions * 0.9),
    reach: Math.max(0, Math.round(impressions * 0.8)),
    conversions,
    conversion_value_minor: conversions * (2_500 + (seed % 5_000)),
  };
}

/** Days over which conversions come in, and hours over which the rest does. */
const conversions_come_days = 28;
const settled_hours = 26;

/** How many of `n` have come in by a share of the time: each at its own moment, so that what is there stays. */
function arrived(n: number, share: number, seed: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) if (hash32(String(i), seed) / 2 ** 32 <= share) count++;
  return count;
}

/** An hour's report: nearly all at once, conversions over four weeks; what was once reported is never fewer. */
export function plainReports(seed: number, start_ms: number, hourly: number): Reported {
  return (at_ms, now_ms) => {
    if (at_ms < start_ms || at_ms >= now_ms) return undefined;
    const final = finalOf(seed, at_ms, hourly);
    const age_ms = now_ms - at_ms - hour_ms;
    const passed = Math.min(1, (now_ms - at_ms) / hour_ms);
    const settled = passed * (age_ms >= settled_hours * hour_ms ? 1 : 0.95);
    const come = Math.min(1, Math.max(0, 0.4 + (0.6 * age_ms) / (conversions_come_days * day_ms))) * passed;
    const conversions = arrived(final.conversions, come, hash32(String(at_ms), seed));
    const each = final.conversions === 0 ? 0 : final.conversion_value_minor / final.conversions;
    return {
      impressions: Math.floor(final.impressions * settled),
      clicks: Math.floor(final.clicks * settled),
      link_clicks: Math.floor(final.link_clicks * settled),
      spend_minor: Math.floor(final.spend_minor * settled),
      reach: Math.floor(final.reach * settled),
      conversions,
      conversion_value_minor: Math.round(each * conversions),
    };
  };
}
