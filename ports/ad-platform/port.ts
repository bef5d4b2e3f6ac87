/**
 * An ad platform: what an account runs, what its ads got, and the budgets that steer them. Ids are the platform's own
 * and unique over all its accounts. Money is in minor units of the account's currency.
 */
import type { AdCreated, ExperimentDeclared } from '../../schemas/index.ts';
import type { AdBudgets } from './budgets.ts';

export type * from './budgets.ts';

export interface AdAccount {
  readonly account_id: string;
  readonly name: string;
  /** ISO 4217 code of all money of the account. */
  readonly currency: string;
}

export interface AdCampaign {
  readonly account_id: string;
  readonly campaign_id: string;
  readonly name: string;
  /** When it was set up, UTC epoch milliseconds. */
  readonly created_ms: number;
  /** First moment of delivery, UTC epoch milliseconds. */
  readonly start_ms: number;
  /** First moment after delivery, UTC epoch milliseconds; null: no end is set. */
  readonly end_ms: number | null;
}

export interface AdSet {
  readonly account_id: string;
  readonly campaign_id: string;
  readonly adset_id: string;
  readonly name: string;
  /** Null where it has none of its own: its campaign has the budget, or it is a lifetime budget. */
  readonly daily_budget_minor: number | null;
}

/** An ad with its creative. */
export type Ad = Omit<AdCreated, 'experiment_id' | 'provenance'>;

/** A test that was set up on the platform. */
export interface AdExperiment extends Omit<ExperimentDeclared, 'provenance'> {
  /** When it was set up, UTC epoch milliseconds. */
  readonly created_ms: number;
}

/** Totals of one ad in one hour, as of a time. */
export interface Insight {
  readonly campaign_id: string;
  readonly adset_id: string;
  readonly ad_id: string;
  readonly window_start_ms: number;
  readonly window_end_ms: number;
  readonly as_of_ms: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly link_clicks: number;
  readonly spend_minor: number;
  readonly conversions: number;
  readonly conversion_value_minor: number;
}

/** Full hours, UTC epoch milliseconds; the end is exclusive. */
export interface HourRange {
  readonly from_ms: number;
  readonly to_ms: number;
}

/** What every read rejects with that is given an id the platform does not have. */
export class AdPlatformError extends Error {
  override readonly name = 'AdPlatformError';
  readonly code: 'unknown_id';

  constructor(code: AdPlatformError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface AdPlatform extends AdBudgets {
  /** Where its numbers come from; every event made of them says so. */
  readonly provenance: AdCreated['provenance'];
  accounts(): Promise<readonly AdAccount[]>;
  /** Campaigns that run, or ended within the last 28 days. */
  campaigns(account_id: string): Promise<readonly AdCampaign[]>;
  /** Ad sets of those campaigns. */
  adSets(account_id: string): Promise<readonly AdSet[]>;
  /** Ads of those campaigns. */
  ads(account_id: string): Promise<readonly Ad[]>;
  /** Experiments of those campaigns. */
  experiments(account_id: string): Promise<readonly AdExperiment[]>;
  /**
   * Totals of ad-hours that were first reported, or restated, after `since_ms` and up to now: each once, as they are
   * now. A platform that does not say what changed is read again as far back as it restates, and compared.
   */
  insights(account_id: string, since_ms: number): Promise<readonly Insight[]>;
  /**
   * Totals of one ad in each hour that began in a time, as they are now; hours without delivery, and hours that the
   * platform no longer remembers, may be left out.
   */
  adHours(account_id: string, ad_id: string, of: HourRange): Promise<readonly Insight[]>;
}
