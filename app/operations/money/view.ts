/** Budgets that may be moved, as they are asked about and shown. */
import type { MoneyMode } from '../../../policy/money.ts';
import type { BudgetLeg, BudgetChangeProgressed } from '../../../schemas/index.ts';

/** Why nothing is written. */
export interface MoneyStop {
  readonly actor: string;
  readonly reason: string;
  readonly at_ms: number;
}

/** A change that a person has to decide on. */
export interface WaitingChange {
  readonly change_id: string;
  readonly kind: BudgetChangeProgressed['kind'];
  readonly legs: readonly BudgetLeg[];
  readonly affected_ad_ids: readonly string[];
  readonly currency: string | null;
  readonly account_after_minor: number | null;
  /** Most that the platform may spend of the account that day with it. */
  readonly worst_case_minor: number | null;
  readonly waits_until_ms: number | null;
  readonly why: string;
}

/** A change that was written and read back. */
export interface AppliedChange {
  readonly change_id: string;
  readonly kind: BudgetChangeProgressed['kind'];
  readonly legs: readonly BudgetLeg[];
  readonly currency: string | null;
  readonly at_ms: number;
  readonly undone: boolean;
}

/** A change that was begun and is not over. */
export interface UnderwayChange {
  readonly change_id: string;
  readonly state: string;
  readonly why: string;
  /** It puts a budget back and waits for room: `reject` ends it, and the budget stays as it is. */
  readonly waits_for_room: boolean;
}

/** The newest plan for a set of budgets. As nothing is written, the same is planned again for as long as it is wanted. */
export interface PlannedChange {
  readonly account_id: string;
  readonly kind: BudgetChangeProgressed['kind'];
  /** The experiment whose winner it is for. */
  readonly experiment_id: string | null;
  readonly campaign_id: string | null;
  readonly legs: readonly BudgetLeg[];
  readonly currency: string | null;
  /** UTC epoch milliseconds. */
  readonly first_ms: number;
  readonly last_ms: number;
  readonly times: number;
}

export interface PlannedQuestion {
  readonly account_id?: string;
  /** At most so many of each account. */
  readonly limit?: number;
}

/** The budgets of one account. */
export interface MoneyView {
  readonly account_id: string;
  /** What holds: the stricter of the policy's and a person's. */
  readonly mode: MoneyMode;
  readonly killed: MoneyStop | null;
  readonly halted: MoneyStop | null;
  readonly breaker_until_ms: number | null;
  readonly waiting: readonly WaitingChange[];
  /** Changes under way, by state. */
  readonly underway: readonly UnderwayChange[];
  /** The newest first. */
  readonly applied: readonly AppliedChange[];
}

/** What a person decides. Left out, `account_id` is that of the change, or all accounts for `kill` and `unkill`. */
export interface MoneyCommand {
  readonly kind: 'approve' | 'reject' | 'undo' | 'undo_since' | 'kill' | 'unkill' | 'mode';
  readonly account_id?: string;
  readonly change_id?: string;
  readonly since_ms?: number;
  readonly mode?: MoneyMode;
  readonly actor: string;
  readonly reason?: string;
}

/** What was sent; what comes of it is told by the changes. */
export interface SentCommand {
  readonly command_id: string;
  /** Accounts that it is for; empty: all. */
  readonly account_ids: readonly string[];
}

/** Whether budgets are written, and to what. */
export interface MoneyStanding {
  /** Of the policy in force, for accounts that have none of their own. */
  readonly mode: MoneyMode;
  /** Accounts whose mode is another, by mode. */
  readonly accounts_otherwise: Readonly<Record<MoneyMode, number>>;
  /** What budgets are written to; null where there is nothing. */
  readonly platform: 'meta' | 'simulated' | null;
}

export interface MoneyOperations {
  /** Budgets of an account, or of all: what waits for a person, and what was done. */
  money(of: { readonly account_id?: string }): Promise<readonly MoneyView[]>;
  /** What a dry run would have written, of each set of budgets the newest plan. */
  planned_changes(of: PlannedQuestion): Promise<readonly PlannedChange[]>;
  command_money(command: MoneyCommand): Promise<SentCommand>;
}
