/**
 * The way of a change: read, plan, approve, reserve, write leg by leg, read back; verify, or restore what was written.
 * One change at a time waits for an answer; each answer moves it on, and every state has a way on (docs/money.md).
 */
import type { BudgetCallReturned, BudgetPoolAnswered, BudgetRead } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { Desk } from './desk.ts';
import { stopped, type Reason } from './guards.ts';
import { legIn, limitOf, noteTheirs, subjectOf, withLeg } from './legs.ts';
import { plan } from './plan.ts';
import { reserve, settlePool, tellTotal } from './pooling.ts';
import { proposeOwnAdSet } from './proposals.ts';
import { isRestoring, isUnsettled, raises, settle_ms, type Change, type Leg } from './state.ts';
import { restored, restoreNext, roomAnswered } from './restore.ts';
import { settledAs, verdictOf, type Verdict } from './verdict.ts';
import { isCap, waitsForRoom } from './waiting.ts';
import { wordsOf } from './words.ts';

const urgency = ['undo', 'revert', 'pause', 'scale', 'allocation'] as const;

/** Whether a change may take up room that one which is not settled may still need. */
const mayRaise = ({ wanted, ...change }: Change): boolean =>
  !isUnsettled(change) &&
  (wanted.kind === 'scale' || wanted.kind === 'allocation' || (wanted.kind === 'undo' && wanted.legs.some(raises)));

/** Gives the next change its turn, where nothing is under way. */
export function runNext(desk: Desk): void {
  for (;;) {
    if (desk.active !== undefined) return;
    const { open, now_ms } = desk.state;
    const unsettled = open.some(isUnsettled);
    const ready = open.filter(
      (one) => isDue(one, now_ms) && !(unsettled && mayRaise(one)) && !(isRestoring(one) && stopped(desk.state)),
    );
    const [next] = ready.sort((a, b) => rank(a) - rank(b) || a.called_ms - b.called_ms);
    if (next === undefined) return;
    begin(desk, next);
  }
}

const isDue = ({ state, retry_ms }: Change, now_ms: number): boolean =>
  retry_ms <= now_ms && (state === 'queued' || state === 'uncertain' || state === 'compensating');

/** What is not settled comes first: it holds up all raises. */
const rank = (change: Change): number => (isUnsettled(change) ? -1 : urgency.indexOf(change.wanted.kind));

function begin(desk: Desk, change: Change): void {
  switch (change.phase) {
    case 'read':
      if (change.subjects.length === 0)
        return desk.end(change, 'skipped', { code: 'unread', reason: 'it names nothing' });
      desk.call(change, { kind: 'read', subjects: [...change.subjects] });
      return;
    case 'settle':
      desk.call(change, { kind: 'read', subjects: subjectOf(legIn(change, 'uncertain')) });
      return;
    case 'restore':
    case 'restore_read':
    case 'restore_reserve':
      return restoreNext(desk, change);
    case 'reserve':
    case 'write':
      return writeNext(desk, change);
  }
}

/** An answer of the platform. One that nobody waits for any more says nothing: what it did is read again. */
export function takeReturned(desk: Desk, answer: BudgetCallReturned): void {
  const change = desk.active;
  if (change === undefined || answer.call_id !== `${change.change_id}/${change.calls}`) return;
  desk.state.active = null;
  desk.read = answer.reads[0] ?? null;
  for (const read of answer.reads) desk.sawOthers(read);
  countErrors(desk, answer);
  if (change.phase === 'read') readForPlan(desk, change, answer);
  else if (change.phase === 'settle') settled(desk, change, answer);
  else if (isRestoring(change)) restored(desk, change, answer);
  else written(desk, change, answer);
  runNext(desk);
}

/** Calls that failed in a row open the breaker; that no platform is connected, or an id unknown, is no failure. */
function countErrors({ state, policy }: Desk, { outcome, code }: BudgetCallReturned): void {
  const is_failure =
    outcome === 'unknown' ||
    (outcome === 'failed' && code === 'unreachable') ||
    (outcome === 'refused' && (code === 'throttled' || code === 'permission' || code === 'other'));
  if (!is_failure) {
    if (outcome === 'read' || outcome === 'applied') state.errors = 0;
    return;
  }
  state.errors += 1;
  if (state.errors < policy.money.breaker_errors) return;
  state.breaker_until_ms = state.now_ms + policy.money.breaker_hours * hour_ms;
  state.errors = 0;
}

function readForPlan(desk: Desk, change: Change, { outcome, code, message, reads }: BudgetCallReturned): void {
  if (outcome !== 'read') return unread(desk, change, { code: code || outcome, reason: message || outcome });
  tellTotal(desk, change, reads);
  if (isSafety(change)) supersede(desk, change, reads);
  const drawn = plan(desk, change, reads);
  if ('skip' in drawn) return notPlanned(desk, change, drawn.skip);
  const { legs, seen, approval } = drawn.planned;
  const planned = desk.put({ ...change, legs, seen });
  const { mode } = desk;
  if (mode === 'dry_run') return desk.end(planned, 'would_apply', { code: 'dry_run', reason: wordsOf(planned) });
  const asks =
    change.wanted.kind !== 'undo' && change.approved_by === null && (mode === 'approve' || approval !== null);
  const [first] = reads;
  if (approval !== null) proposeOwnAdSet(desk, planned, first, approval);
  if (asks) return awaitApproval(desk, planned, approval);
  if (first !== undefined && legs.some(raises)) {
    reserve(desk, planned, first);
    return;
  }
  writeNext(desk, desk.put({ ...planned, state: 'executing', phase: 'write' }));
}

function notPlanned(desk: Desk, change: Change, why: Reason): void {
  if (findsNoRoom(desk, change, why)) return;
  if (waits(change, why)) return void desk.put({ ...change, retry_ms: desk.now_ms + settle_ms });
  desk.end(change, change.approved_by === null ? 'skipped' : 'cancelled', why);
}

/** A platform that does not answer is asked again by what people, or a winner taken back, wait for. */
function unread(desk: Desk, change: Change, why: Reason): void {
  const is_wanted = change.approved_by !== null || isSafety(change);
  if (why.code === 'unreachable' && is_wanted)
    return void desk.put({ ...change, retry_ms: desk.now_ms + settle_ms, why });
  desk.end(change, change.approved_by === null ? 'skipped' : 'cancelled', why);
}

/** What takes back or switches off waits for its owner to be free, and for calls to come through; what raises is asked for again anyway. */
const waits = (change: Change, { code }: Reason): boolean =>
  (code === 'in_flight' || code === 'settling' || code === 'breaker') &&
  (change.approved_by !== null || isSafety(change));

/** What people take back waits for room as what goes back by itself does. */
const findsNoRoom = (desk: Desk, change: Change, why: Reason): boolean =>
  change.wanted.kind === 'undo' &&
  isCap(why) &&
  waitsForRoom(desk, { ...change, state: 'queued', phase: 'read' }, 'It is taken back', why);

const isSafety = ({ wanted }: Change): boolean =>
  wanted.kind === 'undo' || wanted.kind === 'revert' || wanted.kind === 'pause';

/** A raise or split that only waits for a person gives way. */
function supersede(desk: Desk, change: Change, reads: readonly BudgetRead[]): void {
  const owners = new Set(reads.map(({ owner_id }) => owner_id));
  for (const other of desk.state.open)
    if (other.state === 'awaiting_approval' && !isSafety(other) && other.legs.some((leg) => owners.has(leg.owner_id)))
      desk.end(other, 'cancelled', { code: 'superseded', reason: `${change.change_id} goes before it` });
}

function awaitApproval(desk: Desk, change: Change, why: Reason | null): void {
  const { policy, now_ms } = desk;
  const waits_until_ms = now_ms + policy.money.approval_hours * hour_ms;
  const reason = `${wordsOf(change)}${why === null ? '' : ` A person has to approve: ${why.reason}.`}`;
  const waiting = desk.put({ ...change, state: 'awaiting_approval', waits_until_ms });
  desk.tell(waiting, 'awaiting_approval', { code: why?.code ?? 'mode', reason });
}

/** The pool of all accounts answered. */
export function takePool(desk: Desk, { call_id, granted, code, reason }: BudgetPoolAnswered): void {
  const change = desk.active;
  const asks = change?.phase === 'reserve' || change?.phase === 'restore_reserve';
  if (change === undefined || !asks || call_id !== `${change.change_id}/${change.calls}`) return;
  desk.state.active = null;
  const { asked_minor, ...rest } = change;
  const answered = granted && asked_minor !== undefined ? { ...rest, reserved_minor: asked_minor } : rest;
  if (isRestoring(change)) roomAnswered(desk, answered, granted, { code, reason });
  else if (granted) writeNext(desk, desk.put({ ...answered, phase: 'write' }));
  else notPlanned(desk, change, { code, reason });
  runNext(desk);
}

/** Writes the next leg, where nothing stops it; ends the change after the last. */
function writeNext(desk: Desk, change: Change): void {
  const leg = legIn(change, 'planned');
  if (leg === undefined) return finish(desk, change);
  const halt = stopped(desk.state);
  if (halt !== null) return giveUp(desk, change, halt);
  if (!change.legs.some(({ state }) => state === 'verified')) {
    desk.tell(change, 'executing', { code: 'writing', reason: wordsOf(change) });
    startCooldown(desk, change);
  }
  desk.writes(leg, leg.to_minor);
  desk.call(withLeg(change, leg, 'writing'), {
    kind: 'write',
    subjects: subjectOf(leg),
    expected_minor: leg.from_minor,
    to_minor: leg.to_minor,
    to_status: leg.to_status,
    account_limit_minor: raises(leg) ? limitOf(desk, change) : null,
  });
}

function startCooldown(desk: Desk, { legs }: Change): void {
  for (const { owner_id } of legs) {
    const owner = desk.owner(owner_id);
    if (owner !== undefined) desk.putOwner({ ...owner, decided_ms: desk.now_ms });
  }
}

/** The answer to the write of a leg. */
function written(desk: Desk, change: Change, answer: BudgetCallReturned): void {
  const leg = legIn(change, 'writing');
  if (leg === undefined) return;
  judged(desk, change, leg, verdictOf(leg, answer), answer);
}

/** An uncertain leg was read again: by now it was written or never will be. */
function settled(desk: Desk, change: Change, answer: BudgetCallReturned): void {
  const leg = legIn(change, 'uncertain');
  const [read] = answer.reads;
  if (leg === undefined) return;
  if (read === undefined) {
    desk.put({ ...change, retry_ms: desk.now_ms + settle_ms });
    return;
  }
  tellTotal(desk, change, answer.reads);
  judged(desk, { ...change, state: 'executing', phase: 'write' }, leg, settledAs(leg, read), answer);
}

function judged(desk: Desk, change: Change, leg: Leg, verdict: Verdict, answer: BudgetCallReturned): void {
  const next = desk.put(withLeg(change, leg, verdict));
  if (verdict === 'verified') {
    desk.wrote(leg, leg.to_minor);
    return writeNext(desk, next);
  }
  // What the platform said to the write says more than how it reads.
  const told = verdict !== 'uncertain' && change.why.code !== 'queued' ? change.why : null;
  const code = answer.code || (told?.code ?? verdict);
  const reason = answer.message || (told?.reason ?? 'the platform does not show what was written');
  if (verdict === 'uncertain') {
    const later = { retry_ms: desk.now_ms + settle_ms, why: { code, reason } };
    const waiting = desk.put({ ...next, ...later, state: 'uncertain', phase: 'settle' });
    tellTotal(desk, waiting, answer.reads);
    return desk.tell(waiting, 'uncertain', {
      code,
      reason: `It is not known whether ${leg.id} was written: ${reason}.`,
    });
  }
  if (verdict === 'theirs') noteTheirs(desk, leg, answer);
  giveUp(desk, next, { code, reason });
}

/** No further leg is written. What was written goes back; where nothing was, the change is over. */
function giveUp(desk: Desk, change: Change, why: Reason): void {
  if (legIn(change, 'verified') !== undefined) {
    const back = desk.put({
      ...change,
      state: 'compensating',
      phase: 'restore',
      retry_ms: desk.now_ms + settle_ms,
      why,
    });
    desk.tell(back, 'compensating', { code: why.code, reason: `What was written goes back: ${why.reason}.` });
    return;
  }
  settlePool(desk, change);
  const theirs = change.legs.some(({ state }) => state === 'theirs');
  const refused = change.legs.some(({ state }) => state === 'refused');
  desk.end(change, theirs ? 'stood_down' : refused ? 'failed' : 'cancelled', why);
}

function finish(desk: Desk, change: Change): void {
  settlePool(desk, change);
  noteStep(desk, change);
  desk.end(change, 'applied', { code: 'verified', reason: `${wordsOf(change)} Read back as written.` });
}

/** A winner's first step says where it began. */
function noteStep({ state }: Desk, { wanted, legs: [leg] }: Change): void {
  if (wanted.kind !== 'scale' || leg === undefined) return;
  state.scaling = state.scaling.map((one) =>
    one.experiment_id === wanted.experiment_id
      ? { ...one, base_minor: one.base_minor ?? leg.from_minor, owner_id: leg.owner_id }
      : one,
  );
}
