/** Budgets: what waits for a person, what was done, and what a person decides, which is an event. */
import { randomUUID } from 'node:crypto';
import { budgetExecutor } from '../../../processors/budget-executor/decide.ts';
import { modeOf, type AccountState, type Change } from '../../../processors/budget-executor/state.ts';
import { budgetPoolRequested, operatorCommand, operatorHalt, type OperatorCommand } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Violation } from '../../../topology/topic.ts';
import { policyOf } from '../../../policy/policy.ts';
import { wholePolicyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptState, keptStates } from '../running/kept-state.ts';
import type { MoneyCommand, MoneyView, SentCommand, WaitingChange } from './view.ts';
import { timeOf } from '../time-of.ts';

/** Changes that are shown of an account. */
const shown_changes = 50;

/** Budgets of an account, or of all of which something is known. */
export async function money(
  { engine }: Pick<OperationsContext, 'engine'>,
  { account_id }: { readonly account_id?: string },
): Promise<readonly MoneyView[]> {
  const policy = await wholePolicyInForce(engine);
  const views: MoneyView[] = [];
  for await (const [key, state] of statesOf(engine, account_id))
    views.push({
      account_id: key,
      mode: modeOf(policyOf(policy, key).money.mode, state.mode_limit),
      killed: state.killed,
      halted: state.halted,
      breaker_until_ms: state.breaker_until_ms > state.now_ms ? state.breaker_until_ms : null,
      waiting: state.open.filter(isWaiting).map(waitingOf),
      underway: state.open
        .filter((change) => !isWaiting(change) && (change.state !== 'queued' || waitsForRoom(change)))
        .map((change) => ({
          change_id: change.change_id,
          state: change.state,
          why: change.waiting?.reason ?? change.why.reason,
          waits_for_room: waitsForRoom(change),
        })),
      applied: [...state.applied]
        .reverse()
        .slice(0, shown_changes)
        .map(({ change_id, kind, legs, currency = null, at_ms, undone }) => {
          return { change_id, kind, legs, currency, at_ms, undone };
        }),
    });
  return views.sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
}

async function* statesOf(
  engine: OperationsContext['engine'],
  account_id: string | undefined,
): AsyncGenerator<readonly [string, AccountState]> {
  if (account_id !== undefined) {
    const state = await keptState(engine, budgetExecutor, account_id);
    if (state !== undefined) yield [account_id, state];
    return;
  }
  for await (const { key, state } of keptStates(engine, budgetExecutor)) yield [key, state];
}

/** What puts a budget back and finds no room: a person may end it. */
const waitsForRoom = ({ waiting }: Change): boolean => waiting !== undefined;

const isWaiting = ({ state }: Change): boolean => state === 'awaiting_approval';

const waitingOf = ({ change_id, wanted, legs, seen, waits_until_ms, why }: Change): WaitingChange => ({
  change_id,
  kind: wanted.kind,
  legs,
  affected_ad_ids: seen?.affected_ad_ids ?? [],
  currency: seen?.currency ?? null,
  account_after_minor: seen?.account_after_minor ?? null,
  worst_case_minor: seen?.worst_case_minor ?? null,
  waits_until_ms,
  why: why.reason,
});

/**
 * Sends what a person decides.
 * @throws FlywheelError `usage.invalid` where the change is not there to be decided on
 */
export async function commandMoney(context: OperationsContext, command: MoneyCommand): Promise<SentCommand> {
  const command_id = `cmd-${randomUUID()}`;
  const at_ms = timeOf(context);
  const { kind, actor, reason = '' } = command;
  if ((kind === 'kill' || kind === 'unkill') && command.account_id === undefined) {
    await haltAll(context, { command_id, halted: kind === 'kill', actor, reason, at_ms });
    return { command_id, account_ids: [] };
  }
  const account_ids = await accountsOf(context, command);
  const events = account_ids.map((account_id) => {
    const value: OperatorCommand = {
      account_id,
      command_id,
      kind,
      change_id: command.change_id ?? null,
      since_ms: command.since_ms ?? null,
      mode: command.mode ?? null,
      actor,
      reason,
      at_ms,
    };
    refuse(operatorCommand.check(value, at_ms));
    return operatorCommand.event(value);
  });
  await context.engine.publish({ source: 'operator', position: null, events });
  return { command_id, account_ids };
}

/** All accounts, those that are not known yet included: the pool of all gives them no room. */
async function haltAll({ engine }: OperationsContext, halt: Parameters<typeof operatorHalt.event>[0]): Promise<void> {
  const { actor, reason, at_ms, halted } = halt;
  const none = { account_id: null, call_id: null, currency: null, total_minor: 0, parts: [] };
  const pool = { pool_id: 'all', kind: halted ? 'halt' : 'resume', ...none, actor, reason, at_ms } as const;
  refuse(operatorHalt.check(halt, at_ms));
  await engine.publish({
    source: 'operator',
    position: null,
    events: [operatorHalt.event(halt), budgetPoolRequested.event(pool)],
  });
}

/** The accounts that a command is for: that of its change, the one named, or all that are known. */
async function accountsOf({ engine }: OperationsContext, command: MoneyCommand): Promise<readonly string[]> {
  const { kind, account_id, change_id } = command;
  const by_change = kind === 'approve' || kind === 'reject' || kind === 'undo';
  if (!by_change && account_id !== undefined) return [account_id];
  const found: string[] = [];
  for await (const [key, state] of statesOf(engine, account_id)) {
    const is_there =
      kind === 'undo'
        ? state.applied.some((one) => one.change_id === change_id)
        : state.open.some(
            (one) => one.change_id === change_id && (isWaiting(one) || (kind === 'reject' && waitsForRoom(one))),
          );
    if (!by_change || is_there) found.push(key);
  }
  if (by_change && found.length === 0)
    throw new FlywheelError('usage.invalid', {
      why: `no change ${change_id ?? ''} ${kind === 'undo' ? 'was applied' : 'waits for approval'}`,
      what_to_do: `list ${kind === 'undo' ? 'what was applied' : 'what waits'} with flywheel approvals`,
    });
  return found;
}

function refuse(broken: Violation | undefined): void {
  if (broken === undefined) return;
  throw new FlywheelError('usage.invalid', {
    why: `${broken.field} is ${broken.value}: ${broken.rule}`,
    what_to_do: broken.remedy,
  });
}
