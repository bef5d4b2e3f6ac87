/** What is remembered of an account whose budgets may be moved. */
import type { MoneyMode } from '../../policy/money.ts';
import type { Part } from './pools.ts';
import type { AccountHealthChanged, BudgetChangeProgressed, BudgetLeg, BudgetSubject } from '../../schemas/index.ts';

export type ChangeKind = BudgetChangeProgressed['kind'];
export type ChangeState = BudgetChangeProgressed['state'];
export type Leg = BudgetLeg;
export type Subject = BudgetSubject;

/** An owner of a budget that was read for a change. */
export interface Owner {
  readonly level: 'adset' | 'campaign';
  readonly owner_id: string;
  /** Its daily budget as it was read or written last. */
  readonly minor: number;
  /** Whether a change of ours made it so: if it is another then, somebody else changed it. */
  readonly written: boolean;
  /** When a change of it was decided last, also where nothing was written. */
  readonly decided_ms: number | null;
  /** When it was written last. */
  readonly written_ms: number | null;
  /** Start of the account's day that the next two are about. */
  readonly day_start_ms: number;
  readonly changes_today: number;
  readonly highest_today_minor: number;
  /** What it was from which time on: the last 24 hours and what it was then. */
  readonly levels: readonly { readonly from_ms: number; readonly minor: number }[];
  /** Until when it is left to whoever changed it. */
  readonly stand_down_until_ms: number;
}

/** A winner whose budget rises step by step. */
export interface Scaling {
  readonly request_id: string;
  readonly experiment_id: string;
  readonly campaign_id: string;
  readonly adset_id: string;
  readonly ad_id: string;
  readonly metric: string;
  readonly impressions: number;
  readonly provenance: 'live' | 'simulated' | 'replayed';
  /** Daily budget of its owner before the first step; null before that. */
  readonly base_minor: number | null;
  readonly owner_id: string | null;
  readonly requested_ms: number;
  /** When evidence said last that it leads. */
  readonly confirmed_ms: number;
  /** The last evidence said otherwise, and why; null: it holds. */
  readonly doubt: string | null;
  readonly tried_ms: number;
  /** The goal was reached, or it is too old: no more steps. */
  readonly over: boolean;
  readonly blocks: number;
  /** Beaten ads: how often in a row evidence said so. */
  readonly beaten: readonly { readonly ad_id: string; readonly times: number }[];
}

/** What is known of a campaign that decisions depend on. */
export interface Campaign {
  readonly campaign_id: string;
  readonly design: 'randomised' | 'parallel' | 'observational' | null;
  readonly provenance: 'live' | 'simulated' | 'replayed' | null;
  readonly paid_for_conversions: boolean;
  /** The split that was proposed last and not yet decided on. */
  readonly split: Split | null;
  readonly tried_ms: number;
  readonly seen_ms: number;
}

export interface Split {
  readonly arms: readonly { readonly adset_id: string; readonly share: number; readonly impressions: number }[];
  /** Hour that it was proposed for. */
  readonly hour_ms: number;
}

/** What a change wants before it is planned in amounts. */
export type Wanted =
  | { readonly kind: 'scale'; readonly experiment_id: string }
  | { readonly kind: 'revert'; readonly experiment_id: string; readonly owner_id: string; readonly to_minor: number }
  | { readonly kind: 'allocation'; readonly split: Split }
  | { readonly kind: 'pause'; readonly experiment_id: string; readonly ad_id: string }
  | { readonly kind: 'undo'; readonly legs: readonly Leg[] };

/** What its next answer is about. */
export type Phase = 'read' | 'reserve' | 'write' | 'settle' | 'restore' | 'restore_read' | 'restore_reserve';

/** A change that is not over. */
export interface Change {
  readonly change_id: string;
  readonly wanted: Wanted;
  readonly state: 'queued' | 'awaiting_approval' | 'executing' | 'uncertain' | 'compensating';
  readonly phase: Phase;
  readonly actor: string;
  readonly request_id: string | null;
  readonly campaign_id: string | null;
  readonly undoes: string | null;
  readonly subjects: readonly Subject[];
  readonly legs: readonly Leg[];
  readonly approved_by: string | null;
  readonly waits_until_ms: number | null;
  /** Calls made; with the change's id it names each. */
  readonly calls: number;
  readonly called_ms: number;
  /** Not before this is it looked at again. */
  readonly retry_ms: number;
  readonly why: { readonly code: string; readonly reason: string };
  readonly seen: Seen | null;
  /** Legs that were written and do not go back: there is no room for it any more. Left out where there are none. */
  readonly kept?: readonly string[];
  /** What the pool of all accounts granted that the account may come to; left out where nothing was. */
  readonly reserved_minor?: number;
  /** What it was asked for last. */
  readonly asked_minor?: number;
  /** It puts something back and waits for room: which cap was told, in words, and until when. Left out where it does not. */
  readonly waiting?: { readonly code: string; readonly reason: string; readonly until_ms: number };
}

/** What the reads for its plan said. */
export interface Seen {
  readonly currency: string;
  readonly account_after_minor: number;
  readonly worst_case_minor: number;
  readonly affected_ad_ids: readonly string[];
  /** What the account puts into pools with it; left out by older code. */
  readonly parts?: readonly Part[];
  /** What a person ought to know of it; left out by older code. */
  readonly warnings?: readonly string[];
}

/** A change that was applied: what undo needs. */
export interface Applied {
  readonly change_id: string;
  readonly kind: ChangeKind;
  readonly experiment_id: string | null;
  readonly campaign_id: string | null;
  readonly legs: readonly Leg[];
  /** Of their amounts, ISO 4217; left out by older code. */
  readonly currency?: string;
  readonly at_ms: number;
  readonly undone: boolean;
}

export interface Halt {
  readonly actor: string;
  readonly reason: string;
  readonly at_ms: number;
}

export interface AccountState {
  /** The latest time that an event told. */
  readonly now_ms: number;
  readonly next: number;
  readonly mode_limit: MoneyMode | null;
  readonly killed: Halt | null;
  readonly halted: Halt | null;
  readonly health: AccountHealthChanged | null;
  readonly errors: number;
  readonly breaker_until_ms: number;
  readonly owners: readonly Owner[];
  readonly scaling: readonly Scaling[];
  readonly campaigns: readonly Campaign[];
  readonly open: readonly Change[];
  /** The change whose answer is awaited: one at a time. */
  readonly active: string | null;
  readonly applied: readonly Applied[];
  /** What was told last of each thing that was not done. */
  readonly skips: readonly { readonly key: string; readonly code: string; readonly at_ms: number }[];
  readonly commands: readonly string[];
  /** What the pool of all accounts was told last that this one comes to; null: more may be reserved. */
  readonly pooled_minor: number | null;
  /** The same of pools that the policy names, as one text; left out by older code. */
  readonly pooled_parts?: string;
  /** What was proposed to people, so that it is said once; left out by older code. */
  readonly proposed?: readonly string[];
}

/** Whether a change takes back what it wrote. */
export const isRestoring = ({ state }: Pick<Change, 'state'>): boolean => state === 'compensating';

/** Whether it is not known yet what a change comes to: until then nothing of the account is raised. */
export const isUnsettled = ({ state }: Pick<Change, 'state'>): boolean =>
  state === 'uncertain' || state === 'compensating';

export const initialAccount = (): AccountState => ({
  now_ms: 0,
  next: 1,
  mode_limit: null,
  killed: null,
  halted: null,
  health: null,
  errors: 0,
  breaker_until_ms: 0,
  owners: [],
  scaling: [],
  campaigns: [],
  open: [],
  active: null,
  applied: [],
  skips: [],
  commands: [],
  pooled_minor: null,
});

/**
 * After a write the same thing is not written again, nor an uncertain one judged, before so long: a request that was
 * under way is over by then, also one of an instance that died or was taken for dead.
 */
export const settle_ms = 20 * 60_000;

/** Applied changes and commands that are remembered. */
export const kept_changes = 200;
export const kept_commands = 100;
export const kept_skips = 400;
export const kept_proposals = 200;

const modes: readonly MoneyMode[] = ['dry_run', 'approve', 'auto'];

/** The stricter of what the policy says and what a person allowed. */
export const modeOf = (policy: MoneyMode, limit: MoneyMode | null): MoneyMode =>
  limit === null || modes.indexOf(policy) <= modes.indexOf(limit) ? policy : limit;

/** The list with an item put in the place of the one it answers to, or at its end. */
export function withItem<T>(items: readonly T[], item: T, same: (one: T) => boolean): readonly T[] {
  const at = items.findIndex(same);
  return at < 0 ? [...items, item] : items.map((one, i) => (i === at ? item : one));
}

/** Whether a leg sets more than was there. */
export const raises = ({ from_minor, to_minor }: Leg): boolean =>
  from_minor !== null && to_minor !== null && to_minor > from_minor;
