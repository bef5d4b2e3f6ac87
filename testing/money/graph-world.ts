/** The accounts of a world as a Graph API has them, and what happens to requests about them. */
import type { Asked, Fault } from '../graph/faults.ts';
import { plain_versions } from '../graph/plain-world.ts';
import type { GraphServer } from '../graph/server.ts';
import {
  find,
  type GraphAccount,
  type GraphAd,
  type GraphAdSet,
  type GraphCampaign,
  type GraphWorld,
} from '../graph/world.ts';
import type { ModelOwner, ModelPlatform } from './platform.ts';
import { pick, type Plan, type Random } from './schedule.ts';
import { byHand } from './stage.ts';

/** The same accounts, owners and amounts. */
export function graphWorldOf({ owners, now_ms }: ModelPlatform, token: string): GraphWorld {
  const accounts = new Map<string, GraphAccount>();
  for (const owner of owners.values()) {
    let account = accounts.get(owner.account_id);
    if (account === undefined) accounts.set(owner.account_id, (account = accountOf(owner)));
    const campaign = account.campaigns.find(({ id }) => id === owner.campaign_id);
    const sets = adSetsOf(owner, now_ms);
    if (campaign === undefined) account.campaigns.push(campaignOf(owner, sets, now_ms));
    else campaign.adsets.push(...sets);
  }
  const tenants = [{ token, expires_ms: null, accounts: [...accounts.values()] }];
  return { now_ms, app_id: '900100', app_secret: null, versions: plain_versions, tenants };
}

const accountOf = ({ account_id, currency, minimum_minor }: ModelOwner): GraphAccount => ({
  id: account_id,
  name: account_id,
  currency,
  time_zone: 'UTC',
  status: 1,
  tier: 'full',
  min_daily_budget: minimum_minor,
  campaigns: [],
  studies: [],
});

const began = (now_ms: number) => ({ status: 'ACTIVE', created_ms: now_ms, updated_ms: now_ms }) as const;

const campaignOf = (owner: ModelOwner, adsets: GraphAdSet[], now_ms: number): GraphCampaign => ({
  ...began(now_ms),
  id: owner.campaign_id,
  name: owner.campaign_id,
  objective: 'OUTCOME_TRAFFIC',
  daily_budget: owner.level === 'campaign' ? owner.daily_minor : null,
  start_ms: now_ms,
  stop_ms: null,
  adsets,
});

const adSetsOf = ({ level, daily_minor, ads }: ModelOwner, now_ms: number): GraphAdSet[] =>
  ads.map(({ adset_id, ad_id }) => ({
    ...began(now_ms),
    id: adset_id,
    name: adset_id,
    daily_budget: level === 'adset' ? daily_minor : null,
    lifetime_budget: null,
    end_ms: null,
    optimization_goal: 'LINK_CLICKS',
    learning: 'SUCCESS',
    ads: [adOf(ad_id, now_ms)],
  }));

const adOf = (id: string, now_ms: number): GraphAd => ({
  ...began(now_ms),
  id,
  name: id,
  creative: { id: `${id}-creative`, title: null, body: null, call_to_action: null, kind: 'image' },
  reported: () => undefined,
});

/** Longer than any call; twice, as where a read is old of a write that came late, it is within the settling time. */
const slow_ms = 9 * 60_000;

const of_graph = (code: number, subcode?: number): Fault => ({
  kind: 'error',
  error: { code, ...(subcode !== undefined && { subcode }) },
});
/** An error of Graph itself, before anything is done. */
const broken: Fault = { kind: 'error', error: { code: 2, is_transient: true, status: 500 } };
const busy: Fault = { kind: 'error', error: { code: 80_004, subcode: 2_446_079 }, regain_minutes: 2 };

const of_writes = [
  broken,
  busy,
  of_graph(17, 2_446_079),
  of_graph(613, 1_487_632),
  of_graph(613),
  of_graph(200),
  { kind: 'error_in_200', error: { code: 1 } },
  { kind: 'html', status: 502 },
  { kind: 'dropped' },
  { kind: 'hang' },
  { kind: 'answer_lost' },
  { kind: 'answer_lost' },
  { kind: 'done_but_html', status: 503 },
  { kind: 'done_later', for_ms: slow_ms },
  { kind: 'done_later', for_ms: slow_ms },
  { kind: 'not_applied' },
  { kind: 'not_applied' },
  { kind: 'in_process', for_ms: slow_ms },
] as const satisfies readonly Fault[];

const of_reads = [
  broken,
  busy,
  { kind: 'html', status: 502 },
  { kind: 'dropped' },
  { kind: 'error_in_200', error: { code: 2 } },
  { kind: 'number_as_string' },
  { kind: 'number_as_string' },
  { kind: 'empty_page' },
] as const satisfies readonly Fault[];

/** A read of a budget is about ten requests. */
const requests_a_read = 10;

/** What happens to a request of a world: people come only where there are some. */
export function graphFaultOf(plan: Plan, asked: Asked, server: GraphServer, random: Random): Fault | undefined {
  if (asked.method === 'POST') return random() < plan.faulty ? ofWrite(plan, asked.path, server, random) : undefined;
  if (wasChanged(asked.path, server) && random() < plan.faulty) return { kind: 'stale_read' };
  return random() < plan.faulty / requests_a_read ? pick(of_reads, random) : undefined;
}

function ofWrite({ humans }: Plan, id: string, { world }: GraphServer, random: Random): Fault {
  const { campaign, adset, ad } = find(world, id) ?? {};
  const minor = ad === undefined ? (adset ?? campaign)?.daily_budget : null;
  if (!humans || minor === null || minor === undefined || random() >= 0.25) return pick(of_writes, random);
  return { kind: random() < 0.5 ? 'changed_before' : 'changed_after', minor: byHand(minor, random) };
}

/** Whether the budget that is read became another a moment ago: Meta may still show the old. */
function wasChanged(id: string, { seen, now_ms }: GraphServer): boolean {
  const last = seen.effects.findLast((effect) => effect.id === id);
  return last?.field === 'daily_budget' && now_ms() - last.at_ms < slow_ms;
}
