/**
 * What nobody could have known who reads before each write. Each is as narrow as random worlds let it be: without any
 * one of them they find what is no fault of ours (docs/faults.md).
 */
import { day_ms } from '../../schemas/values.ts';
import type { Entry } from './platform.ts';
import type { Outcome } from './world.ts';

/** The longest time from a look to the write that follows it. */
const request_ms = 20 * 60_000;

type Judged = Pick<Outcome, 'plan' | 'platform' | 'calls'>;

const before = ({ platform: { history } }: Judged, entry: Entry): readonly Entry[] =>
  history.slice(0, history.indexOf(entry));

/** Whether a person changed something before an entry, no longer ago than a time. */
const touched = (judged: Judged, entry: Entry, within_ms: number, about: (one: Entry) => boolean): boolean =>
  before(judged, entry).some((one) => one.by === 'human' && entry.at_ms - one.at_ms <= within_ms && about(one));

const accountOf = ({ platform }: Judged, { owner_id }: Entry): string =>
  platform.owners.get(owner_id)?.account_id ?? '';

/** A person changed a budget of the account on that day: what it was in between is not seen, and may be spent. */
export const onItsDay = (judged: Judged, entry: Entry): boolean =>
  touched(judged, entry, entry.at_ms % day_ms, (one) => accountOf(judged, one) === accountOf(judged, entry));

/** A person changed a budget in an account of the currency, and nothing of that account was read since. */
export function unreadSince(judged: Judged, entry: Entry): boolean {
  const { platform, calls } = judged;
  const { currency } = platform.owners.get(entry.owner_id) ?? {};
  const isRead = (account: string, since_ms: number): boolean =>
    calls.some(({ account_id, at_ms }) => account_id === account && at_ms > since_ms && at_ms < entry.at_ms);
  return before(judged, entry).some(
    (one) =>
      one.by === 'human' &&
      platform.owners.get(one.owner_id)?.currency === currency &&
      !isRead(accountOf(judged, one), one.at_ms),
  );
}

/** An account of which nothing was read before: that it has budgets is not known to the others. */
export const neverRead = (judged: Judged, account: string, entry: Entry): boolean =>
  account !== accountOf(judged, entry) &&
  !judged.calls.some(({ account_id, at_ms }) => account_id === account && at_ms < entry.at_ms);

/** A person changed the budget within the day: the lowest that it may rise from may not have been seen. */
export const lowestUnseen = (judged: Judged, entry: Entry): boolean =>
  touched(judged, entry, day_ms, (one) => one.owner_id === entry.owner_id);

/** Of two writers that make the same call at once, a person came between what they did: the second cannot know. */
export function betweenWrites(judged: Judged, entry: Entry): boolean {
  const last = before(judged, entry).findLast(({ owner_id }) => owner_id === entry.owner_id);
  return judged.plan.twins > 0 && last?.by === 'human' && entry.sent_ms - last.at_ms <= request_ms;
}
