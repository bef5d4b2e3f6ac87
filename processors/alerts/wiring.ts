/** What the loop reads, keeps and emits. */
import {
  accountHealthChanged,
  accuracyDrifted,
  accuracyMeasured,
  adCreated,
  adFatigued,
  adMetrics,
  alertCommand,
  alertRaised,
  alertResolved,
  budgetCallReturned,
  budgetChangeProgressed,
  deadLetter,
  digestMade,
  evidenceChanged,
  groupObserved,
  notificationRequested,
  notificationSettled,
  tickHourly,
  winnerDetected,
  winnerWithdrawn,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { dayOf } from '../snapshots/book.ts';
import {
  adNamed,
  desk_name,
  hoursName,
  initialAccount,
  tally_name,
  undecided_name,
  type AccountState,
  type Part,
} from './state.ts';
import { daysOf, entitiesOf, isActive } from './totals.ts';

const one_state = (): string => '';
const desk_alone = (): readonly string[] => [desk_name];
const desk_and_tally = (): readonly string[] => [desk_name, tally_name];
const aboutAd = ({ ad_id }: { readonly ad_id: string }): readonly string[] => [desk_name, tally_name, adNamed(ad_id)];
const aboutWinner = (event: { readonly ad_id: string }): readonly string[] => [...aboutAd(event), undecided_name];

export const wiring = wire({
  group: 'alerts',
  description:
    'Watches what accounts earn, spend and deliver and what loops say, and tells people what they should look at',
  partitionBy: 'account_id',
  reads: [
    adMetrics,
    tickHourly,
    adCreated,
    accountHealthChanged,
    accuracyDrifted,
    accuracyMeasured,
    budgetChangeProgressed,
    budgetCallReturned,
    winnerDetected,
    winnerWithdrawn,
    evidenceChanged,
    adFatigued,
    groupObserved,
    deadLetter,
    alertCommand,
    notificationSettled,
  ],
  emits: [alertRaised, alertResolved, notificationRequested, digestMade],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'ad.metrics': one_state,
    'tick.hourly': everyKey,
    'ad.created': one_state,
    'account.health.changed': one_state,
    'accuracy.drifted': one_state,
    'accuracy.measured': one_state,
    'budget.change.progressed': one_state,
    'budget.call.returned': one_state,
    'winner.detected': one_state,
    'winner.withdrawn': one_state,
    'evidence.changed': one_state,
    'ad.fatigued': one_state,
    'group.observed': one_state,
    'dead.letter': one_state,
    'alert.command': one_state,
    'notification.settled': one_state,
  },
  part: { version: 1, initial: (): Part => ({ kind: 'hours', rows: [] }) },
  partKeys: {
    'ad.metrics': (event) => entitiesOf(event).map((one) => hoursName(one, dayOf(event.window_start_ms))),
    'tick.hourly': ({ hour_ms: hour }, state: AccountState) => [
      ...desk_and_tally(),
      undecided_name,
      ...totalsAt(hour + hour_ms, state),
    ],
    'ad.created': ({ ad_id }) => [adNamed(ad_id)],
    'account.health.changed': desk_alone,
    'accuracy.drifted': desk_alone,
    'accuracy.measured': desk_and_tally,
    'budget.change.progressed': desk_and_tally,
    'budget.call.returned': desk_alone,
    'winner.detected': aboutWinner,
    'winner.withdrawn': aboutWinner,
    'evidence.changed': () => [undecided_name],
    'ad.fatigued': aboutAd,
    'group.observed': desk_alone,
    'dead.letter': desk_alone,
    'alert.command': desk_alone,
    'notification.settled': desk_alone,
  },
});

/** Totals that rules and digests look at in an hour, and what the ads that are looked at are called. */
function totalsAt(now_ms: number, { entities }: AccountState): readonly string[] {
  return entities
    .filter((one) => one.scope === 'account' || isActive(one, now_ms))
    .flatMap((one) => [
      ...daysOf(one, now_ms).map((day) => hoursName(one, day)),
      ...(one.scope === 'ad' ? [adNamed(one.id)] : []),
    ]);
}
