/** What an account runs, read from its lists. */
import { z } from 'zod';
import { days } from '../../../schemas/values.ts';
import { AdPlatformError, type Ad, type AdCampaign, type AdExperiment, type AdSet } from '../port.ts';
import type { MetaClient } from './client.ts';
import type { Objective } from './conversions.ts';
import { adOf, objectiveOf } from './creative.ts';
import { experimentsOf, type AdSetFacts } from './experiments.ts';
import { minorOfBudget } from './money.ts';
import { listed } from './paging.ts';
import { adSetShape, adShape, campaignShape, insightShape, studyShape } from './shapes.ts';

/** A platform restates for so long: what ended before is not listed. */
const listed_days = 28;
const page = '200';

/** Lists leave out what is archived unless it is asked for; its last days may still be restated. */
const statuses = JSON.stringify([
  'ACTIVE', 'PAUSED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES', 'CAMPAIGN_PAUSED', 'ADSET_PAUSED', 'DISAPPROVED',
  'PENDING_REVIEW', 'PREAPPROVED', 'PENDING_BILLING_INFO',
]); // prettier-ignore
const campaign_statuses = JSON.stringify(['ACTIVE', 'PAUSED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES']);
const adset_statuses = JSON.stringify(['ACTIVE', 'PAUSED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES', 'CAMPAIGN_PAUSED']);

const creative_fields =
  'title,body,call_to_action_type,object_type,video_id,image_hash,object_story_spec{link_data,video_data},asset_feed_spec';

export interface Place {
  readonly client: MetaClient;
  readonly account_id: string;
  readonly currency: string;
}

type Campaign = z.infer<typeof campaignShape>;
const targeted = adSetShape.extend({ targeting: z.unknown(), optimization_goal: z.string().nullish() });

export async function readCampaigns({ client, account_id }: Place): Promise<readonly Campaign[]> {
  const since_ms = client.clock.now_ms() - days(listed_days);
  const items = await listed(client, account_id, `${account_id}/campaigns`, {
    fields:
      'id,name,objective,effective_status,daily_budget,lifetime_budget,created_time,updated_time,start_time,stop_time',
    effective_status: campaign_statuses,
    limit: page,
  });
  const all = items.map((item) => campaignShape.parse(item));
  return all.filter(({ stop_time }) => (stop_time ?? Infinity) > since_ms);
}

export const campaignOf = (account_id: string, campaign: Campaign): AdCampaign => ({
  account_id,
  campaign_id: campaign.id,
  name: campaign.name,
  created_ms: campaign.created_time ?? 0,
  start_ms: campaign.start_time ?? campaign.created_time ?? 0,
  end_ms: campaign.stop_time ?? null,
});

export async function readAdSets(
  { client, account_id }: Place,
  campaigns: ReadonlySet<string>,
): Promise<readonly z.infer<typeof targeted>[]> {
  const items = await listed(client, account_id, `${account_id}/adsets`, {
    fields: 'id,name,campaign_id,effective_status,daily_budget,lifetime_budget,end_time,targeting,optimization_goal',
    effective_status: adset_statuses,
    limit: page,
  });
  return items.map((item) => targeted.parse(item)).filter((set) => campaigns.has(set.campaign_id));
}

export const adSetOf = ({ account_id, currency }: Place, set: z.infer<typeof adSetShape>): AdSet => ({
  account_id,
  campaign_id: set.campaign_id,
  adset_id: set.id,
  name: set.name,
  daily_budget_minor: dailyBudget(set.daily_budget, currency),
});

/** Meta writes 0 where there is none. */
export function dailyBudget(text: string | null | undefined, currency: string): number | null {
  if (text === null || text === undefined || text === '0') return null;
  return minorOfBudget(text, currency);
}

export async function readAds(
  { client, account_id }: Place,
  objectives: ReadonlyMap<string, Objective>,
): Promise<readonly Ad[]> {
  const items = await listed(client, account_id, `${account_id}/ads`, {
    fields: `id,name,campaign_id,adset_id,effective_status,created_time,creative{${creative_fields}}`,
    effective_status: statuses,
    limit: page,
  });
  const ads: Ad[] = [];
  for (const item of items) {
    const ad = adShape.parse(item);
    const objective = objectives.get(ad.campaign_id);
    if (objective !== undefined) ads.push(adOf(account_id, ad, objective));
  }
  return ads;
}

export const objectivesOf = (campaigns: readonly Campaign[]): ReadonlyMap<string, Objective> =>
  new Map(campaigns.map(({ id, objective }) => [id, objectiveOf(objective)]));

/** All that an account runs, at one time. */
export interface Described {
  readonly campaigns: readonly AdCampaign[];
  readonly adSets: readonly AdSet[];
  readonly ads: readonly Ad[];
  readonly experiments: readonly AdExperiment[];
  readonly objectives: ReadonlyMap<string, Objective>;
}

export async function describe(place: Place): Promise<Described> {
  const { account_id } = place;
  const campaigns = await readCampaigns(place);
  const objectives = objectivesOf(campaigns);
  const sets = await readAdSets(place, new Set(objectives.keys()));
  const known = new Set(sets.map(({ id }) => id));
  const ads = (await readAds(place, objectives)).filter(({ adset_id }) => known.has(adset_id));
  const experiments = experimentsOf({
    account_id,
    ads,
    campaigns: new Map(campaigns.map((one) => [one.id, { name: one.name, start_ms: one.start_time ?? 0 }])),
    adSets: sets.map((set) => factsOf(set)),
    studies: await readStudies(place),
    rates: await readRates(place),
  });
  const own = campaigns.map((campaign) => campaignOf(account_id, campaign));
  return { campaigns: own, adSets: sets.map((set) => adSetOf(place, set)), ads, experiments, objectives };
}

const factsOf = (set: z.infer<typeof targeted>): AdSetFacts => ({
  adset_id: set.id,
  campaign_id: set.campaign_id,
  name: set.name,
  has_own_daily_budget: (set.daily_budget ?? '0') !== '0',
  audience: `${set.optimization_goal ?? ''} ${canonical(set.targeting)}`,
});

/** Equal for equal contents, in whichever order they came. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}

async function readStudies({ client, account_id }: Place): Promise<readonly z.infer<typeof studyShape>[]> {
  const fields = 'id,name,type,created_time,start_time,end_time,cells{treatment_percentage,adsets{id}}';
  const items = await listed(client, account_id, `${account_id}/ad_studies`, { fields, limit: page });
  return items.map((item) => studyShape.parse(item)).filter(({ type }) => type === 'SPLIT_TEST');
}

const least_impressions = 1_000;
const least_clicks = 200;

/** What the account's ads got in the last weeks, as rates; null where that is too little to tell. */
async function readRates({ client, account_id }: Place): Promise<{ link_ctr: number | null; cvr: null }> {
  const items = await listed(client, account_id, `${account_id}/insights`, {
    level: 'account',
    date_preset: 'last_28d',
    fields: 'impressions,inline_link_clicks',
    limit: page,
  });
  const row = items.length === 0 ? undefined : insightShape.parse(items[0]);
  const { impressions = 0, inline_link_clicks: clicks = 0 } = row ?? {};
  const isEnough = impressions >= least_impressions && clicks >= least_clicks;
  return { link_ctr: isEnough ? Number((clicks / impressions).toPrecision(3)) : null, cvr: null };
}

export const unknownId = (what: string, id: string): AdPlatformError =>
  new AdPlatformError('unknown_id', `there is no ${what} ${id} that the account's token reaches`);
