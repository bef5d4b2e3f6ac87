/** Budgets on Meta: whose they are, all that a change depends on, and what came of a write. */
import type { z } from 'zod';
import type {
  AccountBudget,
  BudgetedAd,
  BudgetOwner,
  BudgetState,
  LearningPhase,
  RefusalCode,
  WriteOutcome,
} from '../budgets.ts';
import { dailyBudget, unknownId } from './account.ts';
import type { MetaClient } from './client.ts';
import { MetaError } from './errors.ts';
import { budgetOfMinor, minorOfBudget, minorOfMajor } from './money.ts';
import { listed } from './paging.ts';
import { accountShape, adSetShape, campaignShape, spendShape } from './shapes.ts';
import { dateAt, dayWindow } from './zone.ts';

type Account = z.infer<typeof accountShape>;

/** Where a budget is looked for. */
export interface BudgetPlace {
  readonly client: MetaClient;
  readonly account: Account;
}

const page = '200';
const ownedShape = adSetShape.extend({ account_id: accountShape.shape.id });
const ownedCampaign = campaignShape.extend({ account_id: accountShape.shape.id });
const ownedAd = adSetShape
  .pick({ id: true })
  .extend({ account_id: accountShape.shape.id, adset_id: accountShape.shape.id });
const budgetedAd = adSetShape.pick({ id: true, effective_status: true }).extend({ adset_id: accountShape.shape.id });

const isOf = ({ account }: BudgetPlace, account_id: string): boolean =>
  account.id.replace('act_', '') === account_id.replace('act_', '');

/** Reads a thing of the account. @throws AdPlatformError where the account has none of this id */
async function read<T extends { readonly account_id: string }>(
  place: BudgetPlace,
  what: string,
  id: string,
  shape: z.ZodType<T>,
  fields: string,
): Promise<T> {
  const body = await place.client
    .get(place.account.id, id, { fields: `id,account_id,${fields}` })
    .catch((error: unknown) => {
      throw error instanceof MetaError && error.kind === 'unknown_id' ? unknownId(what, id) : error;
    });
  const parsed = shape.parse(body);
  if (!isOf(place, parsed.account_id)) throw unknownId(what, id);
  return parsed;
}

const hasBudget = (text: string | null | undefined): boolean => text !== null && text !== undefined && text !== '0';

export async function ownerOfAdSet(place: BudgetPlace, adset_id: string): Promise<BudgetOwner> {
  const set = await read(place, 'ad set', adset_id, ownedShape, 'campaign_id,daily_budget,lifetime_budget');
  const account_id = place.account.id;
  return hasBudget(set.daily_budget) || hasBudget(set.lifetime_budget)
    ? { account_id, level: 'adset', owner_id: adset_id }
    : { account_id, level: 'campaign', owner_id: set.campaign_id };
}

export async function ownerOfAd(place: BudgetPlace, ad_id: string): Promise<BudgetOwner> {
  const { adset_id } = await read(place, 'ad', ad_id, ownedAd, 'adset_id');
  return ownerOfAdSet(place, adset_id);
}

const learning: Readonly<Record<string, LearningPhase>> = { LEARNING: 'learning', SUCCESS: 'learned', FAIL: 'limited' };

/** `account_status` as words (reference of the ad account). */
const account_statuses: Readonly<Record<number, string>> = {
  1: 'ACTIVE',
  2: 'DISABLED',
  3: 'UNSETTLED',
  7: 'PENDING_RISK_REVIEW',
  8: 'PENDING_SETTLEMENT',
  9: 'IN_GRACE_PERIOD',
  100: 'PENDING_CLOSURE',
  101: 'CLOSED',
};

interface OwnerFacts {
  readonly campaign_id: string;
  readonly effective_status: string;
  readonly daily: string | null | undefined;
  readonly lifetime: string | null | undefined;
  readonly end_ms: number | null;
  readonly updated_ms: number;
  readonly learning: LearningPhase;
}

async function ownerFacts(place: BudgetPlace, { level, owner_id }: BudgetOwner): Promise<OwnerFacts> {
  const common = 'effective_status,daily_budget,lifetime_budget,updated_time';
  if (level === 'adset') {
    const set = await read(place, 'ad set', owner_id, ownedShape, `campaign_id,${common},end_time,learning_stage_info`);
    return {
      campaign_id: set.campaign_id,
      effective_status: set.effective_status,
      daily: set.daily_budget,
      lifetime: set.lifetime_budget,
      end_ms: set.end_time ?? null,
      updated_ms: set.updated_time ?? 0,
      learning: learning[set.learning_stage_info?.status ?? ''] ?? 'unknown',
    };
  }
  const campaign = await read(place, 'campaign', owner_id, ownedCampaign, `${common},stop_time`);
  return {
    campaign_id: campaign.id,
    effective_status: campaign.effective_status,
    daily: campaign.daily_budget,
    lifetime: campaign.lifetime_budget,
    end_ms: campaign.stop_time ?? null,
    updated_ms: campaign.updated_time ?? 0,
    learning: 'unknown',
  };
}

export async function readBudget(place: BudgetPlace, owner: BudgetOwner): Promise<BudgetState> {
  const { client, account } = place;
  const { currency, timezone_name: time_zone } = account;
  const facts = await ownerFacts(place, owner);
  const ads = await adsOf(place, owner.owner_id);
  const spend = await spentToday(place, owner.owner_id);
  const account_budgets = await accountBudgets(place);
  const read_ms = client.clock.now_ms();
  return {
    account_id: account.id,
    level: owner.level,
    owner_id: owner.owner_id,
    campaign_id: facts.campaign_id,
    currency,
    daily_budget_minor: dailyBudget(facts.daily, currency),
    lifetime_budget_minor: dailyBudget(facts.lifetime, currency),
    minimum_daily_budget_minor: Math.max(1, minorOfBudget(account.min_daily_budget ?? '0', currency)),
    effective_status: facts.effective_status,
    account_status: account_statuses[account.account_status] ?? `STATUS_${account.account_status}`,
    ads,
    learning: facts.learning,
    end_ms: facts.end_ms,
    updated_ms: facts.updated_ms,
    day_start_ms: dayWindow(dateAt(read_ms, time_zone), time_zone).window_start_ms,
    spend_today_minor: spend,
    account_daily_budgets_minor: account_budgets.reduce((sum, { minor }) => sum + minor, 0),
    account_budgets,
    read_ms,
  };
}

async function adsOf({ client, account }: BudgetPlace, owner_id: string): Promise<readonly BudgetedAd[]> {
  const items = await listed(client, account.id, `${owner_id}/ads`, {
    fields: 'id,adset_id,effective_status',
    limit: page,
  });
  return items
    .map((item) => budgetedAd.parse(item))
    .map(({ id, adset_id, effective_status }) => ({ adset_id, ad_id: id, effective_status }))
    .sort((a, b) => (a.ad_id < b.ad_id ? -1 : 1));
}

async function spentToday({ client, account }: BudgetPlace, owner_id: string): Promise<number> {
  const params = { date_preset: 'today', fields: 'spend', limit: page };
  const [row] = await listed(client, account.id, `${owner_id}/insights`, params);
  return row === undefined ? 0 : minorOfMajor(spendShape.parse(row).spend, account.currency);
}

/** Daily budgets of all campaigns and ad sets that deliver. */
async function accountBudgets({ client, account }: BudgetPlace): Promise<readonly AccountBudget[]> {
  const fields = {
    fields: 'id,effective_status,daily_budget,campaign_id',
    effective_status: '["ACTIVE"]',
    limit: page,
  };
  const [campaigns, sets] = [
    (await listed(client, account.id, `${account.id}/campaigns`, fields)).map((item) => campaignShape.parse(item)),
    (await listed(client, account.id, `${account.id}/adsets`, fields)).map((item) => adSetShape.parse(item)),
  ];
  const all = [...campaigns.map((one) => ({ ...one, campaign_id: one.id })), ...sets];
  return all.flatMap(({ id, campaign_id, daily_budget }) => {
    const minor = dailyBudget(daily_budget, account.currency);
    return minor === null ? [] : [{ owner_id: id, campaign_id, minor }];
  });
}

const refusal = (code: RefusalCode, message: string, retry_after_ms: number | null = null): WriteOutcome => ({
  outcome: 'refused',
  code,
  message,
  retry_after_ms,
});

export async function writeBudget(place: BudgetPlace, { owner_id }: BudgetOwner, minor: number): Promise<WriteOutcome> {
  const { currency } = place.account;
  if (!Number.isSafeInteger(minor) || minor < 1)
    return refusal('invalid_amount', `${minor} is no whole number of minor units above 0; round it`);
  const daily_budget = budgetOfMinor(minor, currency);
  if (daily_budget === null)
    return refusal('invalid_amount', `${minor} minor units of ${currency} are finer than Meta takes; round to tens`);
  return written(place, owner_id, { daily_budget });
}

/** Sends a write once. A platform's answer is no evidence: whoever writes reads back. */
export async function written(
  { client, account }: BudgetPlace,
  id: string,
  change: Readonly<Record<string, string>>,
): Promise<WriteOutcome> {
  try {
    await client.write(account.id, id, change);
    return { outcome: 'applied' };
  } catch (error) {
    return outcomeOf(error);
  }
}

const below_minimum: ReadonlySet<number | null> = new Set([1885272, 1885650, 2446307]);
const other_level: ReadonlySet<number | null> = new Set([1885621, 1885090]);

export function outcomeOf(error: unknown): WriteOutcome {
  if (!(error instanceof MetaError))
    return { outcome: 'unknown', message: error instanceof Error ? error.message : String(error) };
  const { kind, subcode, message, retry_after_ms } = error;
  // An error inside of Meta may come after the change was made.
  if (kind === 'no_answer' || kind === 'transient') return { outcome: 'unknown', message };
  if (kind === 'throttled' || kind === 'abuse') return refusal('throttled', message, retry_after_ms);
  if (kind === 'token' || kind === 'permission') return refusal('permission', message);
  if (kind === 'unknown_id') return refusal('unknown_id', message);
  if (below_minimum.has(subcode)) return refusal('below_minimum', message);
  if (other_level.has(subcode)) return refusal('no_daily_budget', message);
  return refusal('other', message);
}
