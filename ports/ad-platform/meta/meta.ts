/**
 * Meta as an ad platform. Several tenants may be in one process: what is asked of an account goes out with the token of
 * its tenant and no other. Times are the program's clock; days and hours are the account's.
 */
import type { BudgetOwner, BudgetState, WriteOutcome } from '../budgets.ts';
import { AdPlatformError } from '../port.ts';
import type { Ad, AdAccount, AdCampaign, AdExperiment, AdPlatform, AdSet, HourRange, Insight } from '../port.ts';
import { z } from 'zod';
import { describe, objectivesOf, readCampaigns, unknownId, type Described, type Place } from './account.ts';
import { outcomeOf, ownerOfAd, ownerOfAdSet, readBudget, writeBudget, written, type BudgetPlace } from './budgets.ts';
import { MetaError } from './errors.ts';
import type { ConversionPolicy } from './conversions.ts';
import { pulled, type Pull, type PullLimits } from './reports.ts';
import { grainOf, insightOf, isOfGrain, type Grain, type RowContext } from './rows.ts';
import { insightShape, tokenShape } from './shapes.ts';
import { Tenants, type MetaTenant, type Reached } from './tenants.ts';
import { dateAt, daysLater, type LocalDate } from './zone.ts';

export interface MetaOptions {
  readonly tenants: readonly MetaTenant[];
  readonly conversions: ConversionPolicy;
  readonly pull: PullLimits;
  readonly now_ms: () => number;
}

export interface MetaAccount extends AdAccount {
  /** IANA name. */
  readonly time_zone: string;
}

/** What was read of some days, and rows that make no sense, in words. */
export interface Read {
  readonly insights: readonly Insight[];
  readonly refused: readonly string[];
}

const restated_days = 28;
const hours_a_day = 24;
const insight_fields =
  'account_currency,campaign_id,adset_id,ad_id,impressions,clicks,inline_link_clicks,reach,spend,actions,action_values,attribution_setting';
const hourly_fields =
  'account_currency,campaign_id,adset_id,ad_id,impressions,clicks,inline_link_clicks,spend,attribution_setting';

interface Known {
  readonly mark: string;
  readonly changed_ms: number;
}

export class MetaAdPlatform implements AdPlatform {
  readonly provenance = 'live';
  readonly #options: MetaOptions;
  readonly #tenants: Tenants;
  /** What each window of an account was when it was last read, for whoever asks what changed. */
  readonly #known = new Map<string, Map<string, Known>>();

  constructor(options: MetaOptions) {
    this.#options = options;
    this.#tenants = new Tenants(options.tenants);
  }

  async accounts(): Promise<readonly MetaAccount[]> {
    return (await this.#tenants.reach()).map(accountOf);
  }

  async campaigns(account_id: string): Promise<readonly AdCampaign[]> {
    return (await this.describe(account_id)).campaigns;
  }

  async adSets(account_id: string): Promise<readonly AdSet[]> {
    return (await this.describe(account_id)).adSets;
  }

  async ads(account_id: string): Promise<readonly Ad[]> {
    return (await this.describe(account_id)).ads;
  }

  async experiments(account_id: string): Promise<readonly AdExperiment[]> {
    return (await this.describe(account_id)).experiments;
  }

  /** All that an account runs. */
  async describe(account_id: string): Promise<Described> {
    return describe(await this.#place(account_id));
  }

  /** Reads all that it restates, and tells what is not as it was. */
  async insights(account_id: string, since_ms: number): Promise<readonly Insight[]> {
    const { timezone_name: time_zone } = await this.#tenants.account(account_id);
    const today = dateAt(this.#options.now_ms(), time_zone);
    const described = await this.describe(account_id);
    const { insights } = await this.read(account_id, described, daysLater(today, -restated_days), today);
    let known = this.#known.get(account_id);
    if (known === undefined) this.#known.set(account_id, (known = new Map()));
    const changed: Insight[] = [];
    for (const insight of insights) {
      const name = `${insight.ad_id} ${insight.window_start_ms}`;
      const mark = markOf(insight);
      const before = known.get(name);
      if (before?.mark !== mark) known.set(name, { mark, changed_ms: insight.as_of_ms });
      if ((known.get(name)?.changed_ms ?? 0) > since_ms) changed.push(insight);
    }
    return changed;
  }

  /**
   * Totals of all ads of an account on some of its days, both included: by the hour where Meta fills hours, else by the
   * day. Hours and days that are not over are told as far as they are.
   */
  async read(
    account_id: string,
    { objectives, ads }: Pick<Described, 'objectives' | 'ads'>,
    since: LocalDate,
    until: LocalDate,
  ): Promise<Read> {
    const account = await this.#tenants.account(account_id);
    const insights: Insight[] = [];
    const refused: string[] = [];
    for (const grain of ['hour', 'day'] as const) {
      const of = ads.filter(({ objective }) => grainOf(objective) === grain).length;
      if (of === 0) continue;
      const ask = { account_id, of: account_id, since, until, ads: of, grain };
      const read = await this.#rows(ask, account, objectives);
      insights.push(...read.insights);
      refused.push(...read.refused);
    }
    return { insights, refused };
  }

  async adHours(account_id: string, ad_id: string, { from_ms, to_ms }: HourRange): Promise<readonly Insight[]> {
    const place = await this.#place(account_id);
    const owned = await place.client
      .get(account_id, ad_id, { fields: 'id,account_id,campaign_id' })
      .catch((error: unknown) => {
        throw error instanceof MetaError && error.kind === 'unknown_id' ? unknownId('ad', ad_id) : error;
      });
    const ad = adShape.parse(owned);
    if (ad.account_id.replace('act_', '') !== account_id.replace('act_', '')) throw unknownId('ad', ad_id);
    if (to_ms <= from_ms) return [];
    const account = await this.#tenants.account(account_id);
    const objectives = objectivesOf(await readCampaigns(place));
    const grain = grainOf(objectives.get(ad.campaign_id) ?? 'unknown');
    const [since, until] = [from_ms, to_ms - 1].map((at_ms) => dateAt(at_ms, account.timezone_name));
    if (since === undefined || until === undefined) return [];
    const { insights } = await this.#rows({ account_id, of: ad_id, since, until, ads: 1, grain }, account, objectives);
    return insights.filter(({ window_start_ms: start_ms }) => start_ms >= from_ms && start_ms < to_ms);
  }

  async #rows(
    ask: Omit<Pull, 'hourly' | 'params' | 'expected_rows'> & { readonly ads: number; readonly grain: Grain },
    account: Reached['account'],
    objectives: RowContext['objectives'],
  ): Promise<Read> {
    const { conversions, pull: limits, now_ms } = this.#options;
    const { ads, grain, ...pull } = ask;
    const days = (Date.parse(ask.until) - Date.parse(ask.since)) / 86_400_000 + 1;
    const hourly = grain === 'hour';
    const windows = hourly ? [] : conversions.windows;
    const rows = await pulled(
      await this.#tenants.clientOf(ask.account_id),
      {
        ...pull,
        hourly,
        params: {
          fields: hourly ? hourly_fields : insight_fields,
          ...(windows.length > 0 && { action_attribution_windows: JSON.stringify(windows) }),
        },
        expected_rows: ads * days * (hourly ? hours_a_day : 1),
      },
      limits,
    );
    const { currency, timezone_name: time_zone } = account;
    return parsedRows(rows, grain, { currency, time_zone, objectives, conversions, now_ms: now_ms() });
  }

  async budgetOwnerOfAdSet(account_id: string, adset_id: string): Promise<BudgetOwner> {
    return ownerOfAdSet(await this.#budgets(account_id), adset_id);
  }

  async budgetOwnerOfAd(account_id: string, ad_id: string): Promise<BudgetOwner> {
    return ownerOfAd(await this.#budgets(account_id), ad_id);
  }

  async readBudget(owner: BudgetOwner): Promise<BudgetState> {
    return readBudget(await this.#budgets(owner.account_id), owner);
  }

  async writeDailyBudget(owner: BudgetOwner, minor: number): Promise<WriteOutcome> {
    const place = await this.#written(owner.account_id).catch(notReached);
    return 'outcome' in place ? place : writeBudget(place, owner, minor);
  }

  async writeAdStatus(account_id: string, ad_id: string, status: 'ACTIVE' | 'PAUSED'): Promise<WriteOutcome> {
    const place = await this.#written(account_id).catch(notReached);
    return 'outcome' in place ? place : written(place, ad_id, { status });
  }

  /** When each tenant's token ends, UTC epoch milliseconds; null: it does not, or Meta does not say. */
  async tokens(): Promise<readonly TokenStanding[]> {
    const found: TokenStanding[] = [];
    for (const { name, client } of this.#tenants.all) {
      const { data } = tokenShape.parse(await client.get(null, 'debug_token', { input_token: client.token() }));
      found.push({
        tenant: name,
        valid: data.is_valid,
        expires_ms: data.expires_at === 0 ? null : data.expires_at * 1_000,
      });
    }
    return found;
  }

  async #place(account_id: string): Promise<Place> {
    const { currency } = await this.#tenants.account(account_id);
    return { client: await this.#tenants.clientOf(account_id), account_id, currency };
  }

  /** For a write, which needs of its account only the currency. */
  async #written(account_id: string): Promise<BudgetPlace> {
    const client = await this.#tenants.clientOf(account_id);
    return { client, account: await this.#tenants.known(account_id) };
  }

  async #budgets(account_id: string): Promise<BudgetPlace> {
    const client = (await this.#tenants.clientOf(account_id)).urgent();
    return { client, account: await this.#tenants.account(account_id, client) };
  }
}

export interface TokenStanding {
  readonly tenant: string;
  readonly valid: boolean;
  readonly expires_ms: number | null;
}

const adShape = z.object({ account_id: z.coerce.string(), campaign_id: z.coerce.string() });

const accountOf = ({ account }: Reached): MetaAccount => ({
  account_id: account.id,
  name: account.name ?? account.id,
  currency: account.currency,
  time_zone: account.timezone_name,
});

/** The account could not be read, so nothing was written. */
function notReached(error: unknown): WriteOutcome {
  if (error instanceof AdPlatformError)
    return { outcome: 'refused', code: 'unknown_id', message: error.message, retry_after_ms: null };
  const outcome = outcomeOf(error);
  if (outcome.outcome !== 'unknown') return outcome;
  return { outcome: 'refused', code: 'other', message: outcome.message, retry_after_ms: null };
}

function parsedRows(rows: readonly unknown[], grain: Grain, context: RowContext): Read {
  const insights = new Map<string, Insight>();
  const refused: string[] = [];
  for (const item of rows) {
    const row = insightShape.safeParse(item);
    if (!row.success) {
      const issue = row.error.issues[0];
      refused.push(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is no row'}`.trim());
      continue;
    }
    if (!isOfGrain(row.data, grain, context)) continue;
    try {
      const insight = insightOf(row.data, context);
      const name = `${insight.ad_id} ${insight.window_start_ms}`;
      insights.set(name, joined(insights.get(name), insight));
    } catch (error) {
      refused.push(
        `ad ${row.data.ad_id ?? '?'}, ${row.data.date_start}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return { insights: [...insights.values()], refused };
}

/** Two rows may fall on one hour where clocks are put forward. */
function joined(before: Insight | undefined, row: Insight): Insight {
  if (before === undefined) return row;
  return {
    ...row,
    impressions: before.impressions + row.impressions,
    clicks: before.clicks + row.clicks,
    link_clicks: before.link_clicks + row.link_clicks,
    spend_minor: before.spend_minor + row.spend_minor,
    conversions: before.conversions + row.conversions,
    conversion_value_minor: before.conversion_value_minor + row.conversion_value_minor,
  };
}

/** What of a window may be restated, as one text. */
export const markOf = (insight: Omit<Insight, 'as_of_ms'>): string =>
  [
    insight.impressions,
    insight.clicks,
    insight.link_clicks,
    insight.spend_minor,
    insight.conversions,
    insight.conversion_value_minor,
    insight.reach ?? '',
  ].join(' ');
