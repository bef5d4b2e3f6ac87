/** What people decide: approve, reject, undo, stop and go on. */
import type { OperatorCommand, OperatorHalt } from '../../schemas/index.ts';
import { printTime } from '../../schemas/calendar.ts';
import type { Desk } from './desk.ts';
import type { Reason } from './guards.ts';
import { inverse } from './legs.ts';
import { leaveAll } from './restore.ts';
import { runNext } from './saga.ts';
import { kept_commands, type Applied, type Change, type Halt } from './state.ts';

export function takeCommand(desk: Desk, command: OperatorCommand): void {
  const { state } = desk;
  if (state.commands.includes(command.command_id)) return;
  state.commands = [...state.commands, command.command_id].slice(-kept_commands);
  const { actor, reason, change_id } = command;
  const halt: Halt = { actor, reason: reason === '' ? 'no reason was given' : reason, at_ms: desk.now_ms };
  switch (command.kind) {
    case 'approve':
      approve(desk, change_id, actor);
      break;
    case 'reject':
      reject(desk, change_id, halt);
      break;
    case 'undo':
      undo(
        desk,
        state.applied.filter((one) => one.change_id === change_id),
        actor,
      );
      break;
    case 'undo_since':
      undo(
        desk,
        state.applied.filter(({ at_ms }) => at_ms >= (command.since_ms ?? Infinity)),
        actor,
      );
      break;
    case 'kill':
      state.killed = halt;
      cancelWaiting(desk, { code: 'killed', reason: `${actor} stopped writing in this account: ${halt.reason}` });
      break;
    case 'unkill':
      state.killed = null;
      break;
    case 'mode':
      state.mode_limit = command.mode;
      break;
  }
  runNext(desk);
}

export function takeHalt(desk: Desk, { halted, actor, reason }: OperatorHalt): void {
  const why = reason === '' ? 'no reason was given' : reason;
  desk.state.halted = halted ? { actor, reason: why, at_ms: desk.now_ms } : null;
  if (halted) cancelWaiting(desk, { code: 'halted', reason: `${actor} stopped writing in all accounts: ${why}` });
  runNext(desk);
}

/** What has not begun to be written is given up. What is under way finds the stop before its next write. */
function cancelWaiting(desk: Desk, why: Reason): void {
  for (const change of desk.state.open)
    if (change.state === 'awaiting_approval' || (change.state === 'queued' && change.change_id !== desk.state.active))
      desk.end(change, 'cancelled', why);
}

/** It is read and planned again before it is written: much may have changed since it was shown. */
function approve(desk: Desk, change_id: string | null, actor: string): void {
  const change = change_id === null ? undefined : desk.change(change_id);
  if (change?.state !== 'awaiting_approval') return;
  if ((change.waits_until_ms ?? 0) < desk.now_ms)
    return desk.end(change, 'expired', { code: 'expired', reason: 'the approval came too late' });
  const approved = desk.put({ ...change, state: 'queued', phase: 'read', approved_by: actor });
  desk.tell(approved, 'queued', { code: 'approved', reason: `${actor} approved it.` });
}

function reject(desk: Desk, change_id: string | null, { actor, reason }: Halt): void {
  const change = change_id === null ? undefined : desk.change(change_id);
  if (change === undefined) return;
  const why = { code: 'rejected', reason: `${actor}: ${reason}` };
  if (
    change.state === 'awaiting_approval' ||
    (change.waiting !== undefined && change.state === 'queued' && !isActive(desk, change))
  )
    return desk.end(change, 'rejected', why);
  if (change.waiting === undefined) return;
  // Asked for at this moment: where there is room it goes back after all, and where there is none it is left.
  if (isActive(desk, change)) desk.put({ ...change, waiting: { ...change.waiting, until_ms: 0 } });
  else leaveAll(desk, change, why);
}

const isActive = ({ state }: Desk, { change_id }: Change): boolean => state.active === change_id;

/** The newest first: each finds what it wrote, as the one after it is gone. */
function undo(desk: Desk, changes: readonly Applied[], actor: string): void {
  for (const applied of [...changes].reverse()) {
    const { change_id, legs, undone, kind, at_ms, campaign_id } = applied;
    const waits = desk.state.open.some((one) => one.undoes === change_id);
    if (undone || waits || (kind === 'undo' && changes.length > 1)) continue;
    const back = [...legs].reverse().map(inverse);
    const change = desk.open({
      wanted: { kind: 'undo', legs: back },
      actor,
      subjects: back.map(({ level, id }) => ({ level, id })),
      campaign_id,
      undoes: change_id,
    });
    desk.tell(change, 'queued', { code: 'undo', reason: `${actor} takes back what was done at ${printTime(at_ms)}.` });
  }
}
