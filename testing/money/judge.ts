/**
 * What a world came to: writes that must not have been, and budgets left as nobody meant them. What is authorised and
 * what may be spent is what the platform counts, not what the saga says. What is excused, and why, is in `excuses.ts`.
 */
import { raisedBy } from '../../processors/budget-executor/amounts.ts';
import type { BudgetCallRequested, BudgetChangeProgressed } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { betweenWrites, highestSeen, lowestUnseen, neverRead, unreadSince } from './excuses.ts';
import { Ledger } from './ledger.ts';
import type { Entry } from './platform.ts';
import { overfilled } from './pooled.ts';
import type { Stage, StageOwner } from './stage.ts';
import type { Outcome } from './world.ts';

export interface Verdict {
  /** Each in words. */
  readonly unsafe: readonly string[];
  readonly unintended: readonly string[];
  readonly writes: number;
}

export function judge(outcome: Outcome): Verdict {
  const ours = outcome.platform.history.filter(({ by }) => by === 'us');
  return {
    unsafe: [...unsafeWrites(outcome, ours)],
    unintended: [...leftBehind(outcome), ...unlike(outcome), ...notOfTheJournal(outcome)],
    writes: ours.length,
  };
}

const inWords = ({ owner_id, ad_id, from, to, at_ms }: Entry): string =>
  `${ad_id ?? owner_id} ${from} -> ${to} at ${new Date(at_ms).toISOString()}`;

function* unsafeWrites(outcome: Outcome, ours: readonly Entry[]): Generator<string> {
  const { plan, platform, stops } = outcome;
  if (plan.mode === 'dry_run') for (const entry of ours) yield `written in dry_run: ${inWords(entry)}`;
  // What was asked for before a stop may be done by the platform while it holds.
  for (const entry of ours)
    if (stops.has(`${accountOf(platform, entry)} ${Math.floor(entry.sent_ms / hour_ms)}`))
      yield `written while stopped: ${inWords(entry)}`;
  yield* aboveCaps(outcome);
  yield* unaskedFor(outcome, ours);
}

const accountOf = ({ owners }: Stage, { owner_id }: Entry): string => owners.get(owner_id)?.account_id ?? '';

/** At the moment of each raise of ours, what is authorised and what may be spent is within its caps. */
function* aboveCaps(outcome: Outcome): Generator<string> {
  const { plan, platform } = outcome;
  const ledger = new Ledger(platform);
  const { money } = plan;
  for (const entry of platform.history) {
    if (entry.ad_id !== null) continue;
    ledger.apply(entry);
    if (entry.by !== 'us' || Number(entry.to) <= Number(entry.from)) continue;
    const owner = platform.owners.get(entry.owner_id);
    const limits = money.limits[owner?.currency ?? ''];
    if (owner === undefined || limits === undefined) continue;
    const { authorised_minor, highest_minor } = entry;
    const may_spend = Math.ceil(money.worst_case_factor * Math.min(highest_minor, highestSeen(outcome, entry)));
    if (Number(entry.to) > limits.owner_daily_minor) yield `above the cap of one budget: ${inWords(entry)}`;
    if (authorised_minor > limits.account_daily_minor)
      yield `above the cap of the account: ${inWords(entry)} (${authorised_minor})`;
    if (may_spend > limits.account_worst_case_minor)
      yield `above the cap of what may be spent: ${inWords(entry)} (${may_spend})`;
    // That an account has budgets is not known before it was read.
    const isKnown = ({ account_id, currency }: StageOwner): boolean =>
      currency === owner.currency && !neverRead(outcome, account_id, entry);
    if (unreadSince(outcome, entry)) continue;
    const all = ledger.sum(isKnown);
    if (all > limits.global_daily_minor) yield `above the cap of all accounts: ${inWords(entry)} (${all})`;
    for (const pool of overfilled(outcome, ledger, entry, isKnown))
      yield `above the cap of the pool ${pool}: ${inWords(entry)}`;
  }
}

/** Each write was asked for, as often as it took effect and within the limits of its kind. */
function* unaskedFor(outcome: Outcome, ours: readonly Entry[]): Generator<string> {
  const { platform } = outcome;
  const free = [...outcome.calls.filter(({ kind }) => kind === 'write')];
  const ledger = new Ledger(platform);
  const days = new Map<string, number>();
  for (const entry of platform.history) {
    const lowest = entry.ad_id === null ? ledger.lowest(entry.owner_id, entry.at_ms) : 0;
    if (entry.ad_id === null) ledger.apply(entry);
    if (!ours.includes(entry)) continue;
    // The last call that asked for it: one before may never have had an effect.
    const at = free.findLastIndex((call) => isOf(call, entry) && call.at_ms <= entry.sent_ms);
    const [call] = at < 0 ? [] : free.splice(at, 1);
    if (call !== undefined)
      yield* againstItsChange(outcome, entry, call, { lowest: lowestUnseen(outcome, entry) ? Infinity : lowest, days });
    else if (!betweenWrites(outcome, entry)) yield `written without being asked for, or twice: ${inWords(entry)}`;
  }
}

/** A write that its change had no right to. `days` counts changes by owner and day. */
function* againstItsChange(
  { plan, told }: Outcome,
  entry: Entry,
  call: BudgetCallRequested,
  { lowest, days }: { readonly lowest: number; readonly days: Map<string, number> },
): Generator<string> {
  const { account_id, change_id } = call;
  const change = told.filter((one) => one.change_id === change_id && one.account_id === account_id);
  const kind = change[0]?.kind;
  if (kind === undefined) yield `written and never told: ${inWords(entry)}`;
  if (plan.money.protected_ids.includes(entry.owner_id)) yield `written to what is protected: ${inWords(entry)}`;
  if (plan.mode === 'approve' && kind !== 'undo' && !change.some(({ code }) => code === 'approved'))
    yield `written without approval: ${inWords(entry)}`;
  if ((kind !== 'scale' && kind !== 'allocation') || isRestoring(call, change)) return;
  const key = `${entry.owner_id} ${Math.floor(entry.at_ms / day_ms)}`;
  const times = (days.get(key) ?? 0) + 1;
  days.set(key, times);
  if (times > plan.money.changes_per_day) yield `changed too often in a day: ${inWords(entry)}`;
  yield* tooFar(plan.money, entry, call, lowest);
}

function* tooFar(
  money: Outcome['plan']['money'],
  entry: Entry,
  call: BudgetCallRequested,
  lowest: number,
): Generator<string> {
  const expected = call.expected_minor ?? 0;
  if (Number(entry.to) > raisedBy(expected, money.step_share)) yield `a step too far: ${inWords(entry)}`;
  if (Number(entry.to) > expected && Number(entry.to) > raisedBy(lowest, money.raise_share_24h))
    yield `too much in 24 hours: ${inWords(entry)} (lowest ${lowest})`;
}

const isOf = (call: BudgetCallRequested, { owner_id, ad_id, to }: Entry): boolean =>
  call.subjects[0]?.id === (ad_id ?? owner_id) && (call.to_minor ?? call.to_status) === to;

/** A write that takes a leg of its own change back. */
const isRestoring = (call: BudgetCallRequested, change: readonly BudgetChangeProgressed[]): boolean =>
  change.some(({ legs }) => legs.some((leg) => leg.id === call.subjects[0]?.id && leg.from_minor === call.to_minor));

/** Waits for a person, and not for too long. */
const isAwaiting = (state: string, waits_until_ms: number | null, { now_ms }: Stage): boolean =>
  state === 'awaiting_approval' && (waits_until_ms ?? 0) >= now_ms;

/** Changes that did not end, and requests that nothing came of. */
function* leftBehind({ states, told, requests, platform }: Outcome): Generator<string> {
  for (const [account, state] of states) {
    if (state.active !== null) yield `${account} still waits for ${state.active}`;
    for (const change of state.open.filter((one) => !isAwaiting(one.state, one.waits_until_ms, platform)))
      yield `${account} ${change.change_id} is left ${change.state} (${change.phase})`;
  }
  const last = new Map<string, BudgetChangeProgressed>();
  for (const one of told) last.set(`${one.account_id} ${one.change_id}`, one);
  const open = ['awaiting_approval', 'queued', 'executing', 'uncertain', 'compensating'];
  for (const { account_id, change_id, state, waits_until_ms } of last.values())
    if (open.includes(state) && !isAwaiting(state, waits_until_ms, platform))
      yield `${account_id} ${change_id} was last told ${state}`;
  const heard = new Set(told.map(({ request_id }) => request_id));
  for (const request of requests) if (!heard.has(request)) yield `nothing came of ${request}`;
}

/** Whatever died on the way, what the groups keep and emitted is what their journals make: decisions, and what was reserved. */
const notOfTheJournal = ({ made_again }: Outcome): readonly string[] =>
  (made_again?.differences ?? []).map((difference) => `not as its journal has it: ${difference}`);

/** Budgets that are not what the last word on them says. */
function* unlike(outcome: Outcome): Generator<string> {
  const { platform, told } = outcome;
  for (const owner of platform.owners.values()) {
    const last = platform.history.findLast((entry) => entry.owner_id === owner.owner_id && entry.ad_id === null);
    // Where a person had the last word, it is theirs.
    if (last === undefined || last.by === 'human' || betweenWrites(outcome, last)) continue;
    const words = told.flatMap((change) =>
      change.legs
        .filter((leg) => leg.id === owner.owner_id)
        .flatMap(({ state, from_minor, to_minor }) => {
          // What stood down may leave what it wrote, where there is no room any more to put it back.
          if ((change.state === 'applied' || change.state === 'stood_down') && state === 'verified') return [to_minor];
          if (state === 'restored') return [from_minor];
          return [];
        }),
    );
    const said = words.at(-1);
    if (said !== owner.daily_minor)
      yield `${owner.owner_id} is ${owner.daily_minor ?? 0}; the last word on it is ${said ?? 'none'}`;
  }
}
