/**
 * Budgets of an ad platform, and switching ads off. A budget sits on an ad set or on its campaign, never on an ad. Every
 * amount is absolute and in minor units of the account's currency, so that a write that is repeated does no harm. What a
 * platform answers to a write is no evidence: read back what was written.
 */

/** What a daily budget may sit on. */
export type BudgetLevel = 'campaign' | 'adset';

export interface BudgetOwner {
  readonly account_id: string;
  readonly level: BudgetLevel;
  /** The campaign's or the ad set's id. */
  readonly owner_id: string;
}

/** An ad that spends of a budget. */
export interface BudgetedAd {
  readonly adset_id: string;
  readonly ad_id: string;
  /** The platform's word; `ACTIVE` is the only one under which it is shown. */
  readonly effective_status: string;
}

/**
 * Where learning of delivery stands. `limited`: too few results to finish; `unknown`: the platform does not say.
 */
export type LearningPhase = 'learning' | 'learned' | 'limited' | 'unknown';

/** A daily budget that delivers. */
export interface AccountBudget {
  readonly owner_id: string;
  readonly campaign_id: string;
  readonly minor: number;
}

/** All of a budget's owner that a change depends on, as the platform says it at one time. */
export interface BudgetState extends BudgetOwner {
  readonly campaign_id: string;
  /** ISO 4217 code of all amounts. */
  readonly currency: string;
  /** Null where there is no daily budget: a lifetime budget is in its place. */
  readonly daily_budget_minor: number | null;
  /** Null where there is none. */
  readonly lifetime_budget_minor: number | null;
  /** Least daily budget that is taken. */
  readonly minimum_daily_budget_minor: number;
  /** The platform's word; `ACTIVE` is the only one under which the owner delivers. */
  readonly effective_status: string;
  /** The platform's word; `ACTIVE` is the only one under which the account delivers. */
  readonly account_status: string;
  /** Every ad that spends of it, those that are off included, by id. */
  readonly ads: readonly BudgetedAd[];
  readonly learning: LearningPhase;
  /** First moment after delivery, UTC epoch milliseconds; null: no end is set. */
  readonly end_ms: number | null;
  /** When the owner was last changed, by whomever, UTC epoch milliseconds. */
  readonly updated_ms: number;
  /** Start of the account's present day, in its own time zone, UTC epoch milliseconds. */
  readonly day_start_ms: number;
  /** Spent on that day so far, as far as it is reported. */
  readonly spend_today_minor: number;
  /** Daily budgets of all owners of the account that deliver, this one included if it does, summed. */
  readonly account_daily_budgets_minor: number;
  /** Of which budgets that is the sum. */
  readonly account_budgets: readonly AccountBudget[];
  /** The platform's time of this answer, UTC epoch milliseconds. */
  readonly read_ms: number;
}

/**
 * Why a platform refused a write; nothing was changed.
 * - `unknown_id`: it has no such owner or ad;
 * - `invalid_amount`: no whole number of minor units above 0;
 * - `below_minimum`: less than the least daily budget;
 * - `no_daily_budget`: the owner has a lifetime budget, or its budget sits on another level;
 * - `throttled`: too many changes, ask later;
 * - `permission`: the token may not;
 * - `other`: the platform's message says why.
 */
export type RefusalCode =
  'unknown_id' | 'invalid_amount' | 'below_minimum' | 'no_daily_budget' | 'throttled' | 'permission' | 'other';

/** What came of a write. `unknown`: it may have taken effect or may yet; only a read tells. */
export type WriteOutcome =
  | { readonly outcome: 'applied' }
  | {
      readonly outcome: 'refused';
      readonly code: RefusalCode;
      readonly message: string;
      /** How long to wait before the next try, where the platform says it. */
      readonly retry_after_ms: number | null;
    }
  | { readonly outcome: 'unknown'; readonly message: string };

/** Reads reject with `AdPlatformError` `unknown_id` for ids of no such thing; writes never reject. */
export interface AdBudgets {
  /** The owner of the budget that an ad set spends of: itself, or its campaign. */
  budgetOwnerOfAdSet(account_id: string, adset_id: string): Promise<BudgetOwner>;
  /** The owner of the budget that an ad spends of. */
  budgetOwnerOfAd(account_id: string, ad_id: string): Promise<BudgetOwner>;
  readBudget(owner: BudgetOwner): Promise<BudgetState>;
  /** Sets an owner's daily budget. Delivery follows from the next hour on at the latest. */
  writeDailyBudget(owner: BudgetOwner, minor: number): Promise<WriteOutcome>;
  /** Switches one ad off, or on again; its ad set and campaign stay as they are. */
  writeAdStatus(account_id: string, ad_id: string, status: 'ACTIVE' | 'PAUSED'): Promise<WriteOutcome>;
}
