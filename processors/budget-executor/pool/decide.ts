/**
 * The pool of all accounts: what their daily budgets sum to, by currency, and whether people halted all of them. An
 * account asks before it raises anything, so that no two raise at once into the same room.
 */
import type { Policy } from '../../../policy/policy.ts';
import {
  budgetPoolAnswered,
  budgetPoolRequested,
  type BudgetPoolAnswered,
  type BudgetPoolRequested,
  type PoolPart,
} from '../../../schemas/index.ts';
import { processor, wire, type Decide } from '../../../topology/processor.ts';

export interface PoolState {
  readonly halted: { readonly actor: string; readonly reason: string } | null;
  /** What each account's daily budgets may sum to, minor units. */
  readonly accounts: readonly {
    readonly account_id: string;
    readonly currency: string;
    readonly minor: number;
    /** What it puts into pools that the policy names; left out by older code. */
    readonly parts?: readonly PoolPart[];
  }[];
}

export const wiring = wire({
  group: 'budget-executor.pool',
  description:
    'Keeps the sum of daily budgets of all accounts of a currency below its cap, and halts all where people say so',
  partitionBy: 'pool_id',
  reads: [budgetPoolRequested],
  emits: [budgetPoolAnswered],
  writes: [],
  state: { version: 1, initial: (): PoolState => ({ halted: null, accounts: [] }) },
  stateKey: { 'budget.pool.requested': () => '' },
});

export const decide: Decide<typeof wiring, Policy> = {
  'budget.pool.requested': (state, request, { policy }) => {
    const { kind, account_id, currency, actor, reason } = request;
    if (kind === 'halt') return { state: { ...state, halted: { actor, reason } } };
    if (kind === 'resume') return { state: { ...state, halted: null } };
    if (account_id === null || currency === null) return { state };
    if (kind === 'settle') return { state: withAccount(state, request) };
    const { granted, code, words } = roomFor(state, request, policy);
    return {
      state: granted ? withAccount(state, request) : state,
      emit:
        request.call_id === null
          ? []
          : [answer(request, request.call_id, account_id, { granted, code, words }, policy)],
    };
  },
};

interface Room {
  readonly granted: boolean;
  readonly code: string;
  readonly words: string;
}

function roomFor({ accounts, halted }: PoolState, request: BudgetPoolRequested, policy: Policy): Room {
  if (halted !== null)
    return {
      granted: false,
      code: 'halted',
      words: `${halted.actor} stopped writing in all accounts: ${halted.reason}`,
    };
  const { currency, account_id, total_minor } = request;
  const cap = policy.money.limits[currency ?? '']?.global_daily_minor;
  if (cap === undefined)
    return { granted: false, code: 'no_limits', words: `the policy has no limits for ${currency ?? 'no currency'}` };
  const others = accounts
    .filter((one) => one.currency === currency && one.account_id !== account_id)
    .reduce((sum, { minor }) => sum + minor, 0);
  const total = others + total_minor;
  const full = fullPool(accounts, request, policy);
  if (full !== null) return { granted: false, code: 'pool_cap', words: full };
  return total > cap
    ? { granted: false, code: 'global_cap', words: `all accounts would come to ${total}, above ${cap} ${currency}` }
    : { granted: true, code: 'reserved', words: `all accounts come to ${total} of ${cap} ${currency}` };
}

/** Says which named pool has no room for what an account would put into it; null: all have. */
function fullPool(
  accounts: PoolState['accounts'],
  { account_id, currency, parts }: BudgetPoolRequested,
  { money: { pools } }: Policy,
): string | null {
  for (const { pool, minor } of parts) {
    const known = pools.find((one) => one.name === pool && one.currency === currency);
    const ofPool = (of: readonly PoolPart[] = []): number => of.find((one) => one.pool === pool)?.minor ?? 0;
    const before = ofPool(accounts.find((one) => one.account_id === account_id)?.parts);
    const others = accounts
      .filter((one) => one.account_id !== account_id && one.currency === currency)
      .reduce((sum, one) => sum + ofPool(one.parts), 0);
    // A pool that is overfull already holds up what fills it further, and nothing else.
    if (known !== undefined && minor > before && others + minor > known.daily_minor)
      return `the pool ${pool} would come to ${others + minor}, above ${known.daily_minor} ${currency ?? ''}`;
  }
  return null;
}

function withAccount(
  state: PoolState,
  { account_id, currency, total_minor: minor, parts }: BudgetPoolRequested,
): PoolState {
  if (account_id === null || currency === null) return state;
  const others = state.accounts.filter((one) => one.account_id !== account_id);
  return { ...state, accounts: [...others, { account_id, currency, minor, parts: [...parts] }] };
}

const answer = (
  { at_ms }: BudgetPoolRequested,
  call_id: string,
  account_id: string,
  { granted, code, words }: Room,
  policy: Policy,
): { readonly topic: 'budget.pool.answered'; readonly value: BudgetPoolAnswered } =>
  budgetPoolAnswered.event({
    account_id,
    call_id,
    granted,
    code,
    reason: words,
    at_ms,
    policy_version: policy.version,
  });

export const budgetPool = processor(wiring, decide);
