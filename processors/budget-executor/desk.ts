/**
 * The account while one event is handled: what it becomes, and what is told and asked. Handlers change it in place; the
 * state that it began with is not touched.
 */
import type { Policy } from '../../policy/policy.ts';
import {
  budgetCallRequested,
  budgetChangeProgressed,
  budgetPoolRequested,
  type proposalMade,
  type BudgetCallRequested,
  type BudgetRead,
} from '../../schemas/index.ts';
import { day_ms } from '../../schemas/values.ts';
import type { MoneyMode } from '../../policy/money.ts';
import type { EventOf } from '../../topology/processor.ts';
import { withLevel } from './amounts.ts';
import type { Reason } from './guards.ts';
import type { Part } from './pools.ts';
import {
  kept_changes,
  kept_skips,
  modeOf,
  withItem,
  type AccountState,
  type Change,
  type ChangeState,
  type Leg,
  type Owner,
} from './state.ts';

type Emitted = EventOf<
  typeof budgetChangeProgressed | typeof budgetCallRequested | typeof budgetPoolRequested | typeof proposalMade
>;

/** Written into each call: after so long nothing is written any more. */
export const valid_ms = 15 * 60_000;

type Draft = { -readonly [K in keyof AccountState]: AccountState[K] };

export class Desk {
  readonly account_id: string;
  readonly policy: Policy;
  readonly state: Draft;
  readonly emitted: Emitted[] = [];
  /** The account as the answer that is handled shows it; null: none is, or it shows nothing. */
  read: BudgetRead | null = null;

  constructor(account_id: string, state: AccountState, at_ms: number, policy: Policy) {
    this.account_id = account_id;
    this.policy = policy;
    this.state = { ...state, now_ms: Math.max(state.now_ms, at_ms) };
  }

  get now_ms(): number {
    return this.state.now_ms;
  }

  get mode(): MoneyMode {
    return modeOf(this.policy.money.mode, this.state.mode_limit);
  }

  get active(): Change | undefined {
    return this.state.active === null ? undefined : this.change(this.state.active);
  }

  change(change_id: string): Change | undefined {
    return this.state.open.find((one) => one.change_id === change_id);
  }

  put(change: Change): Change {
    this.state.open = withItem(this.state.open, change, (one) => one.change_id === change.change_id);
    return change;
  }

  /** Opens a change; it is read when its turn comes. */
  open(given: Pick<Change, 'wanted' | 'actor' | 'subjects'> & Partial<Change>): Change {
    const change_id = given.change_id ?? `${this.account_id}.${this.state.next++}`;
    return this.put({
      state: 'queued',
      phase: 'read',
      request_id: null,
      campaign_id: null,
      undoes: null,
      legs: [],
      approved_by: null,
      waits_until_ms: null,
      calls: 0,
      called_ms: 0,
      retry_ms: 0,
      why: { code: 'queued', reason: 'It waits for its turn.' },
      seen: null,
      ...given,
      change_id,
    });
  }

  /** Tells how far a change is. */
  tell(change: Change, state: ChangeState, { code, reason }: Reason): void {
    const { change_id, wanted, actor, request_id, campaign_id, undoes, legs, seen, waits_until_ms } = change;
    this.emitted.push(
      budgetChangeProgressed.event({
        account_id: this.account_id,
        change_id,
        kind: wanted.kind,
        state,
        code,
        reason,
        mode: this.mode,
        actor,
        request_id,
        experiment_id: 'experiment_id' in wanted ? wanted.experiment_id : null,
        campaign_id,
        undoes,
        legs: [...legs],
        affected_ad_ids: [...(seen?.affected_ad_ids ?? [])],
        currency: seen?.currency ?? null,
        account_after_minor: seen?.account_after_minor ?? null,
        worst_case_minor: seen?.worst_case_minor ?? null,
        waits_until_ms: state === 'awaiting_approval' ? waits_until_ms : null,
        at_ms: this.now_ms,
        policy_version: this.policy.version,
      }),
    );
  }

  /** Ends a change: it is forgotten, but for what undo needs of one that was applied. */
  end(change: Change, state: ChangeState, why: Reason): void {
    this.state.open = this.state.open.filter((one) => one.change_id !== change.change_id);
    if (this.state.active === change.change_id) this.state.active = null;
    if (state !== 'skipped' || this.#isNew(change, why)) this.tell(change, state, why);
    if (state !== 'applied') return;
    const { change_id, wanted, campaign_id, legs, undoes, seen } = change;
    const experiment_id = 'experiment_id' in wanted ? wanted.experiment_id : null;
    const applied = {
      change_id,
      kind: wanted.kind,
      experiment_id,
      campaign_id,
      legs,
      ...(seen === null ? {} : { currency: seen.currency }),
      at_ms: this.now_ms,
      undone: false,
    };
    this.state.applied = [...this.state.applied, applied]
      .map((one) => (one.change_id === undoes ? { ...one, undone: true } : one))
      .slice(-kept_changes);
  }

  /** The same reason for not doing what is tried again and again is told once a day. */
  #isNew({ wanted, subjects, request_id, campaign_id }: Change, { code }: Reason): boolean {
    if (wanted.kind !== 'scale' && wanted.kind !== 'allocation') return true;
    const key = [wanted.kind, request_id ?? campaign_id ?? '', ...subjects.map(({ id }) => id)].join(' ');
    const told = this.state.skips.find((one) => one.key === key);
    if (told?.code === code && this.now_ms - told.at_ms < day_ms) return false;
    const others = this.state.skips.filter((one) => one.key !== key);
    this.state.skips = [...others, { key, code, at_ms: this.now_ms }].slice(-kept_skips);
    return true;
  }

  /** Asks the platform for a change; it is the one whose answer is awaited from now on. */
  call(change: Change, ask: Pick<BudgetCallRequested, 'kind' | 'subjects'> & Partial<BudgetCallRequested>): Change {
    const calls = change.calls + 1;
    this.state.active = change.change_id;
    this.emitted.push(
      budgetCallRequested.event({
        account_id: this.account_id,
        call_id: `${change.change_id}/${calls}`,
        change_id: change.change_id,
        expected_minor: null,
        to_minor: null,
        to_status: null,
        account_limit_minor: null,
        valid_until_ms: this.now_ms + valid_ms,
        at_ms: this.now_ms,
        ...ask,
      }),
    );
    return this.put({ ...change, calls, called_ms: this.now_ms });
  }

  /** Tells the pool of all accounts what this one comes to; asks first where `reserve`. */
  pool(
    change: Change,
    kind: 'reserve' | 'settle',
    {
      total_minor,
      parts,
      currency,
    }: { readonly total_minor: number; readonly parts: readonly Part[]; readonly currency: string },
  ): Change {
    const calls = change.calls + 1;
    const call_id = kind === 'reserve' ? `${change.change_id}/${calls}` : null;
    const { account_id } = this;
    const plain = parts.map(({ pool, minor }) => ({ pool, minor }));
    const said = { pool_id: 'all', account_id, kind, call_id, currency, total_minor, parts: plain };
    this.emitted.push(budgetPoolRequested.event({ ...said, actor: 'budget-executor', reason: '', at_ms: this.now_ms }));
    this.state.pooled_minor = kind === 'settle' ? total_minor : null;
    this.state.pooled_parts = JSON.stringify(plain);
    if (kind === 'settle') return change;
    this.state.active = change.change_id;
    return this.put({ ...change, calls, called_ms: this.now_ms });
  }

  owner(owner_id: string): Owner | undefined {
    return this.state.owners.find((one) => one.owner_id === owner_id);
  }

  putOwner(owner: Owner): Owner {
    this.state.owners = withItem(this.state.owners, owner, (one) => one.owner_id === owner.owner_id);
    return owner;
  }

  /** What a read says of an owner; a change by somebody else is noticed here. */
  saw(read: BudgetRead): Owner {
    const minor = read.daily_budget_minor ?? 0;
    const known = this.owner(read.owner_id);
    if (known === undefined) return this.putOwner(newOwner(read, minor));
    const begun = onDay(known, read.day_start_ms);
    const today = { ...begun, highest_today_minor: Math.max(begun.highest_today_minor, minor), minor };
    if (minor === known.minor) return this.putOwner(today);
    const levels = withLevel(known.levels, minor, this.now_ms);
    const until_ms = this.now_ms + this.policy.money.stand_down_hours * 3_600_000;
    const stand_down_until_ms = known.written ? until_ms : known.stand_down_until_ms;
    return this.putOwner({ ...today, levels, written: false, stand_down_until_ms });
  }

  /** What a read says of other owners that are known: the highest that each was today counts, whoever lowers it after. */
  sawOthers({ account_budgets, day_start_ms, owner_id: own_id }: BudgetRead): void {
    for (const { owner_id, minor } of account_budgets) {
      const known = owner_id === own_id ? undefined : this.owner(owner_id);
      if (known === undefined) continue;
      const today = onDay(known, day_start_ms);
      if (today === known && minor <= known.highest_today_minor) continue;
      this.putOwner({ ...today, highest_today_minor: Math.max(today.highest_today_minor, minor) });
    }
  }

  /** A write of ours is asked for: it counts, and so does what it may set, whatever comes of it. */
  writes({ owner_id, level }: Leg, minor: number | null): void {
    const known = this.owner(owner_id);
    if (known === undefined || level === 'ad' || minor === null) return;
    const highest_today_minor = Math.max(known.highest_today_minor, known.minor, minor);
    this.putOwner({ ...known, changes_today: known.changes_today + 1, highest_today_minor });
  }

  /** A write of ours was read back; null: of an ad that spends of the owner. */
  wrote(leg: Leg, minor: number | null): void {
    const known = this.owner(leg.owner_id);
    if (known === undefined) return;
    if (minor === null) {
      this.putOwner({ ...known, written_ms: this.now_ms });
      return;
    }
    this.putOwner({
      ...known,
      minor,
      written: true,
      written_ms: this.now_ms,
      levels: withLevel(known.levels, minor, this.now_ms),
    });
  }
}

/** An owner on a day of its account: what is counted by the day begins anew with it. */
const onDay = (owner: Owner, day_start_ms: number): Owner =>
  owner.day_start_ms === day_start_ms ? owner : { ...owner, day_start_ms, changes_today: 0, highest_today_minor: 0 };

const newOwner = (read: BudgetRead, minor: number): Owner => ({
  level: read.level,
  owner_id: read.owner_id,
  minor,
  written: false,
  decided_ms: null,
  written_ms: null,
  day_start_ms: read.day_start_ms,
  changes_today: 0,
  highest_today_minor: minor,
  levels: [{ from_ms: 0, minor }],
  stand_down_until_ms: 0,
});
