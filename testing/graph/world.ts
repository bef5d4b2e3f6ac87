/** What the fake Graph API knows of: accounts by tenant, what they run, and what their ads get. All of it may change. */

/** What is reported of an ad in an hour; money in minor units of the account. */
export interface HourTotals {
  readonly impressions: number;
  readonly clicks: number;
  readonly link_clicks: number;
  readonly spend_minor: number;
  readonly reach: number;
  /** Purchases off the platform: hourly rows leave them out. */
  readonly conversions: number;
  readonly conversion_value_minor: number;
}

/** What is reported at a time of an ad's hour, both UTC epoch milliseconds; undefined where nothing was delivered. */
export type Reported = (hour_start_ms: number, now_ms: number) => HourTotals | undefined;

export type Status = 'ACTIVE' | 'PAUSED' | 'ARCHIVED' | 'DELETED';

interface Thing {
  readonly id: string;
  name: string;
  status: Status;
  readonly created_ms: number;
  updated_ms: number;
}

export interface GraphCreative {
  readonly id: string;
  readonly title: string | null;
  readonly body: string | null;
  /** `call_to_action.type`. */
  readonly call_to_action: string | null;
  readonly kind: 'image' | 'video' | 'carousel';
}

export interface GraphAd extends Thing {
  creative: GraphCreative;
  readonly reported: Reported;
  /** Told when it is switched. */
  readonly onStatus?: (status: Status) => void;
}

export interface GraphAdSet extends Thing {
  /** Minor units; null where the campaign has the budget or it is for the lifetime. */
  daily_budget: number | null;
  lifetime_budget: number | null;
  readonly end_ms: number | null;
  readonly optimization_goal: string;
  learning: 'LEARNING' | 'SUCCESS' | 'FAIL';
  readonly ads: GraphAd[];
  /** Told when its budget is set. */
  readonly onBudget?: (minor: number) => void;
}

export interface GraphCampaign extends Thing {
  /** `OUTCOME_TRAFFIC` and its like. */
  readonly objective: string;
  daily_budget: number | null;
  readonly start_ms: number;
  readonly stop_ms: number | null;
  readonly adsets: GraphAdSet[];
}

/** A test that assigns people at random: one cell for each ad set. */
export interface GraphStudy {
  readonly id: string;
  readonly name: string;
  readonly created_ms: number;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly cells: readonly { readonly id: string; readonly treatment_percentage: number; readonly adset_id: string }[];
}

export interface GraphAccount {
  /** `act_` and digits. */
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  /** IANA name; may be changed. */
  time_zone: string;
  /** 1 is active. */
  status: number;
  readonly tier: 'limited' | 'full';
  readonly min_daily_budget: number;
  readonly campaigns: GraphCampaign[];
  readonly studies: GraphStudy[];
}

export interface GraphTenant {
  readonly token: string;
  /** UTC epoch milliseconds; null: it does not expire. */
  expires_ms: number | null;
  readonly accounts: GraphAccount[];
}

export interface GraphWorld {
  now_ms: number;
  readonly app_id: string;
  /** Requests must carry its proof where there is one. */
  readonly app_secret: string | null;
  readonly tenants: readonly GraphTenant[];
  /** Versions that answer; others meet error 2635. */
  readonly versions: readonly string[];
  /** What answers to requests of a version say of it, by version. */
  readonly version_warnings?: Readonly<Record<string, string>>;
  /** Lets things happen up to a time: told after the clock was moved. */
  readonly onTime?: (now_ms: number) => Promise<void>;
}

export interface Found {
  readonly tenant: GraphTenant;
  readonly account: GraphAccount;
  readonly campaign?: GraphCampaign;
  readonly adset?: GraphAdSet;
  readonly ad?: GraphAd;
}

/** Whatever has this id, with all that it belongs to. */
export function find(world: GraphWorld, id: string): Found | undefined {
  for (const tenant of world.tenants)
    for (const account of tenant.accounts) {
      if (account.id === id) return { tenant, account };
      for (const campaign of account.campaigns) {
        if (campaign.id === id) return { tenant, account, campaign };
        for (const adset of campaign.adsets) {
          if (adset.id === id) return { tenant, account, campaign, adset };
          const ad = adset.ads.find((one) => one.id === id);
          if (ad !== undefined) return { tenant, account, campaign, adset, ad };
        }
      }
    }
  return undefined;
}

/** The status that follows from a thing's own and those above it. */
export function effectiveStatus({ campaign, adset, ad }: Found, now_ms: number): string {
  const own = ad ?? adset ?? campaign;
  if (own === undefined) return 'ACTIVE';
  if (own.status !== 'ACTIVE') return own.status;
  if (ad !== undefined && adset?.status === 'PAUSED') return 'ADSET_PAUSED';
  if (campaign?.status === 'PAUSED') return 'CAMPAIGN_PAUSED';
  const over_ms = Math.min(campaign?.stop_ms ?? Infinity, adset?.end_ms ?? Infinity);
  return over_ms <= now_ms ? 'PAUSED' : 'ACTIVE';
}

/** Ad sets of an account, or of one of its campaigns, or the one itself. */
export function* adSetsOf({ tenant, account, campaign, adset }: Found): Generator<Required<Omit<Found, 'ad'>>> {
  for (const one of account.campaigns)
    if (campaign === undefined || campaign === one)
      for (const set of one.adsets)
        if (adset === undefined || adset === set) yield { tenant, account, campaign: one, adset: set };
}

export function* adsOf(found: Found): Generator<Required<Found>> {
  for (const place of adSetsOf(found))
    for (const ad of place.adset.ads) if (found.ad === undefined || found.ad === ad) yield { ...place, ad };
}
