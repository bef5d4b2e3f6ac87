/**
 * What nobody could have known who reads before each write. Each is as narrow as random worlds let it be: without any
 * one of them they find what is no fault of ours (docs/faults.md).
 */
import { day_ms } from '../../schemas/values.ts';
import type { Entry } from './platform.ts';
import type { Outcome } from './world.ts';

/** The longest time from a look to the write that follows it. */
const request_ms = 20 * 60_000;

type Judged = Pick<Outcome, 'plan' | 'platform' | 'calls' | 'reads'>;
type Read = Outcome['reads'][number];

const before = ({ platform: { history } }: Judged, entry: Entry): readonly Entry[] =>
  history.slice(0, history.indexOf(entry));

/** Whether a person changed something before an entry, no longer ago than a time. */
const touched = (judged: Judged, entry: Entry, within_ms: number, about: (one: Entry) => boolean): boolean =>
  before(judged, entry).some((one) => one.by === 'human' && entry.at_ms - one.at_ms <= within_ms && about(one));

const accountOf = ({ platform }: Judged, { owner_id }: Pick<Entry, 'owner_id'>): string =>
  platform.owners.get(owner_id)?.account_id ?? '';

/**
 * The highest daily budgets of the account on the day of an entry, summed, as far as its reads and our own writes showed
 * them before it was sent: what a person set and changed again between two reads is not seen, and may be spent. Of a
 * budget that no change was about yet only the last read is remembered.
 */
export function highestSeen(judged: Judged, entry: Entry): number {
  const { platform, reads } = judged;
  const day_start_ms = entry.at_ms - (entry.at_ms % day_ms);
  const account = accountOf(judged, entry);
  const seen = reads.filter(
    (one) => one.read_ms <= entry.sent_ms && one.day_start_ms === day_start_ms && accountOf(judged, one) === account,
  );
  const shown = (owner_id: string, read: Read): number =>
    read.account_budgets.find((one) => one.owner_id === owner_id)?.minor ?? 0;
  const ours = [...before(judged, entry), entry].filter(
    ({ by, ad_id, at_ms }) => by === 'us' && ad_id === null && at_ms >= day_start_ms,
  );
  let sum = 0;
  for (const { owner_id, account_id } of platform.owners.values()) {
    if (account_id !== account) continue;
    const first = seen.findIndex((one) => one.owner_id === owner_id);
    const remembered = first < 0 ? seen.slice(-1) : seen.slice(first);
    const written = ours.filter((one) => one.owner_id === owner_id).map(({ to }) => Number(to));
    sum += Math.max(0, ...written, ...remembered.map((read) => shown(owner_id, read)));
  }
  return sum;
}

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
