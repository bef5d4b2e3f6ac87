/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import { hour_ms } from '../../schemas/values.ts';
import { processor, type Decide, type Decision } from '../../topology/processor.ts';
import { onCommand } from './commands.ts';
import { Desk } from './desk.ts';
import { onSettled } from './messages.ts';
import { onTick } from './on-tick.ts';
import {
  onAccuracy,
  onBudget,
  onDrift,
  onFatigue,
  onGroup,
  onHealth,
  onLetter,
  onReads,
  onWinner,
  onWithdrawn,
} from './signals.ts';
import {
  adNamed,
  desk_name,
  deskOf,
  nameIn,
  tally_name,
  tallyOf,
  undecided_name,
  type AccountState,
  type Part,
  type Parts,
  type TallyPart,
  type UndecidedPart,
} from './state.ts';
import { counted, withAccuracy, withChange, withWinner } from './tally.ts';
import { moved } from './totals.ts';
import { withEvidence, withOutcome } from './undecided.ts';
import { wiring } from './wiring.ts';
import { contextName } from '../snapshots/ads.ts';

interface Place {
  readonly key: string;
  readonly parts: Parts;
  readonly policy: Policy;
}

type Done = Decision<typeof wiring>;

/** Lets the desk take something of a time, and tells people what may be told. */
function atDesk(
  state: AccountState,
  { key, parts, policy }: Place,
  at_ms: number,
  take: (desk: Desk) => void,
  tally: TallyPart | null = null,
): Done {
  const desk = new Desk(key, deskOf(parts), policy, at_ms);
  take(desk);
  desk.tell();
  const { changed, emit } = desk;
  const written = new Map<string, Part>();
  if (changed !== undefined) written.set(desk_name, changed);
  if (tally !== null) written.set(tally_name, tally);
  return { state, parts: written, emit };
}

const withPart = (done: Done, undecided: UndecidedPart): Done => ({
  ...done,
  parts: new Map([...(done.parts ?? []), [undecided_name, undecided]]),
});

export const decide: Decide<typeof wiring, Policy> = {
  'ad.metrics': (state, event, { parts }) =>
    // Totals in a breakdown are parts of those without one.
    contextName(event.context) === '' ? (moved(state, event, parts) ?? { state }) : { state },

  'tick.hourly': (state, tick, { parts, policy, key }) =>
    onTick(state, parts, { account_id: key, now_ms: tick.hour_ms + hour_ms, policy }),

  'ad.created': (state, { ad_id, name }, { parts }) =>
    nameIn(parts, ad_id) === name ? { state } : { state, parts: new Map([[adNamed(ad_id), { kind: 'name', name }]]) },

  'account.health.changed': (state, event, place) => atDesk(state, place, event.at_ms, (desk) => onHealth(desk, event)),

  'accuracy.drifted': (state, event, place) => atDesk(state, place, event.at_ms, (desk) => onDrift(desk, event)),

  'accuracy.measured': (state, event, place) =>
    atDesk(state, place, event.at_ms, (desk) => onAccuracy(desk, event), withAccuracy(tallyOf(place.parts), event)),

  'budget.change.progressed': (state, event, place) =>
    atDesk(state, place, event.at_ms, (desk) => onBudget(desk, event), withChange(tallyOf(place.parts), event)),

  'budget.call.returned': (state, event, place) =>
    atDesk(state, place, event.at_ms, (desk) => {
      const daily_minor = event.reads.at(-1)?.account_daily_budgets_minor ?? null;
      if (daily_minor !== null) desk.set({ budget: { daily_minor, at_ms: event.at_ms } });
      onReads(desk, event);
    }),

  'winner.detected': (state, event, place) => {
    const name = nameIn(place.parts, event.ad_id);
    const tally = withWinner(tallyOf(place.parts), event, name);
    const done = atDesk(state, place, event.at_ms, (desk) => onWinner(desk, event, name), tally);
    return withPart(done, withOutcome(place.parts, event.experiment_id, true, event.at_ms));
  },

  'winner.withdrawn': (state, event, place) => {
    const name = nameIn(place.parts, event.ad_id);
    const tally = counted(tallyOf(place.parts), event.at_ms, 'winner.withdrawn');
    const done = atDesk(state, place, event.at_ms, (desk) => onWithdrawn(desk, event, name), tally);
    return withPart(done, withOutcome(place.parts, event.experiment_id, false, event.at_ms));
  },

  'evidence.changed': (state, event, { parts }) => {
    const undecided = withEvidence(parts, event);
    return undecided === null ? { state } : { state, parts: new Map([[undecided_name, undecided]]) };
  },

  'ad.fatigued': (state, event, place) => {
    const is_new = event.status !== 'healthy' && event.status !== 'insufficient_data';
    const tally = is_new ? counted(tallyOf(place.parts), event.at_ms, 'fatigue') : null;
    return atDesk(state, place, event.at_ms, (desk) => onFatigue(desk, event, nameIn(place.parts, event.ad_id)), tally);
  },

  'group.observed': (state, event, place) => atDesk(state, place, event.at_ms, (desk) => onGroup(desk, event)),

  // What this loop itself refuses would be counted by what it refused.
  'dead.letter': (state, event, place) =>
    event.group === wiring.group ? { state } : atDesk(state, place, event.at_ms, (desk) => onLetter(desk, event)),

  'alert.command': (state, event, place) => atDesk(state, place, event.at_ms, (desk) => onCommand(desk, event)),

  // Told by the clock of the log, which runs ahead of an account whose history is read: it moves no time here.
  'notification.settled': (state, event, place) => atDesk(state, place, 0, (desk) => onSettled(desk, event)),
};

export const alerts = processor(wiring, decide);
