/** When and how far budgets are moved. Amounts are in minor units of the currency that they stand under. */

/** Limits of one currency. */
export interface MoneyLimits {
  /** Least daily budget that is written. */
  readonly min_daily_minor: number;
  /** Most daily budget of one ad set or campaign. */
  readonly owner_daily_minor: number;
  /** Most that the daily budgets of an account may sum to. */
  readonly account_daily_minor: number;
  /** Most that the platform may spend of an account's daily budgets in one day. */
  readonly account_worst_case_minor: number;
  /** Most that the daily budgets of all accounts of the currency may sum to. */
  readonly global_daily_minor: number;
  /** Most that an account is meant to spend in a calendar month, UTC; null: no such limit. */
  readonly month_minor: number | null;
  /** Cost of a conversion above which nothing is raised; null: no such limit. */
  readonly target_cost_minor: number | null;
  /** Value of conversions per unit of spend below which nothing is raised; null: no such limit. */
  readonly target_roas: number | null;
  /** Daily budget above which a person has to approve, also in `auto`. */
  readonly approve_new_minor: number;
  /** Raise above which a person has to approve, also in `auto`. */
  readonly approve_raise_minor: number;
}

/** A cap that several budgets share. */
export interface MoneyPool {
  /** What people call it. */
  readonly name: string;
  /** ISO 4217 code; budgets in others do not belong to it. */
  readonly currency: string;
  /** Most that the daily budgets of its members may sum to. */
  readonly daily_minor: number;
  /** Ids of accounts, campaigns and ad sets whose budgets belong to it. */
  readonly members: readonly string[];
}

export type MoneyMode = 'dry_run' | 'approve' | 'auto';

export interface MoneyPolicy {
  /** `dry_run`: changes are planned and told, nothing is written; `approve`: a person approves each; `auto`: within all limits. */
  readonly mode: MoneyMode;
  /** Most that one change moves a daily budget by, fraction. */
  readonly step_share: number;
  /** Most that a daily budget rises above its lowest of the last 24 hours, fraction. */
  readonly raise_share_24h: number;
  /** What a platform may spend in a day over the highest daily budget that was set on it. */
  readonly worst_case_factor: number;
  /** The daily budget of a winner is raised step by step up to so many times what it was. */
  readonly scale_factor: number;
  /** Hours between two changes of one budget. */
  readonly cooldown_hours: number;
  /** Changes of one budget in a day of its account. */
  readonly changes_per_day: number;
  /** Whether a budget whose delivery is in its learning phase is left alone. */
  readonly wait_for_learning: boolean;
  /** Impressions below which evidence moves no money. */
  readonly min_impressions: number;
  /** Hours after which a request is too old to be acted on. */
  readonly request_hours: number;
  /** Hours that an approval is waited for. */
  readonly approval_hours: number;
  /** Least change that is worth a write, fraction. */
  readonly min_move_share: number;
  /** Whether proposed splits of a campaign's budget are written. */
  readonly allocate: boolean;
  /** Consecutive times that evidence has to hold before a beaten ad is switched off; 0: never. */
  readonly pause_after: number;
  /** Hours that a budget is left alone after somebody else changed it. */
  readonly stand_down_hours: number;
  /** Failed calls in a row after which nothing is written for a while. */
  readonly breaker_errors: number;
  /** How long, hours. */
  readonly breaker_hours: number;
  /** Hours without new totals after which nothing is raised. */
  readonly stale_hours: number;
  /** How many times faster than its budget an owner may spend before nothing is raised. */
  readonly velocity_factor: number;
  /** Conversions per click of the last day, as a share of the week before, below which tracking counts as lost. */
  readonly tracking_share: number;
  /** Conversions that the last day should have had before that is judged. */
  readonly tracking_conversions: number;
  /** UTC days on which nothing is raised, such as `2026-11-27` or `2026-12-24/2026-12-26`. */
  readonly blackout: readonly string[];
  /** Campaigns, ad sets and ads that are never changed. */
  readonly protected_ids: readonly string[];
  /** Results a week that delivery needs to leave its learning phase: a raise to less than they cost is warned of. */
  readonly learning_results: number;
  /** Days of numbers by the hour before hours are proposed to be left out; 0: none ever are. */
  readonly daypart_days: number;
  /** Least loss of such an hour, fraction of the clicks that the same spend brings in the others. */
  readonly daypart_loss: number;
  /** Caps that several campaigns or accounts share. */
  readonly pools: readonly MoneyPool[];
  /** Limits by currency (ISO 4217); where there are none, nothing is written. */
  readonly limits: Readonly<Record<string, MoneyLimits>>;
}

/** Limits for a currency in which a dollar is about so many minor units. */
const limitsOf = (dollar_minor: number): MoneyLimits => ({
  min_daily_minor: 5 * dollar_minor,
  owner_daily_minor: 1_000 * dollar_minor,
  account_daily_minor: 5_000 * dollar_minor,
  account_worst_case_minor: 8_750 * dollar_minor,
  global_daily_minor: 20_000 * dollar_minor,
  month_minor: null,
  target_cost_minor: null,
  target_roas: null,
  approve_new_minor: 500 * dollar_minor,
  approve_raise_minor: 100 * dollar_minor,
});

export const defaultMoneyPolicy: MoneyPolicy = {
  mode: 'dry_run',
  step_share: 0.2,
  raise_share_24h: 0.2,
  worst_case_factor: 1.75,
  scale_factor: 2,
  cooldown_hours: 6,
  changes_per_day: 3,
  wait_for_learning: true,
  min_impressions: 1_000,
  request_hours: 72,
  approval_hours: 24,
  min_move_share: 0.02,
  allocate: true,
  pause_after: 3,
  stand_down_hours: 72,
  breaker_errors: 3,
  breaker_hours: 2,
  stale_hours: 6,
  velocity_factor: 2,
  tracking_share: 0.2,
  tracking_conversions: 10,
  blackout: [],
  protected_ids: [],
  learning_results: 50,
  daypart_days: 14,
  daypart_loss: 0.2,
  pools: [],
  limits: { EUR: limitsOf(100), GBP: limitsOf(100), JPY: limitsOf(150), USD: limitsOf(100) },
};
