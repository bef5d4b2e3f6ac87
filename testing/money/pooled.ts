/** Caps that several budgets share, as the judge counts them. */
import type { MoneyPool } from '../../policy/money.ts';
import { Ledger } from './ledger.ts';
import type { Entry } from './platform.ts';
import type { StageOwner } from './stage.ts';
import type { Outcome } from './world.ts';

type Judged = Pick<Outcome, 'plan' | 'platform' | 'calls'>;

/**
 * Pools of the policy that a raise of ours leaves above their caps. One that is overfull already holds up what fills it
 * further: a split within it, whose lowered part was written before, leaves it as it was.
 */
export function* overfilled(
  judged: Judged,
  ledger: Ledger,
  entry: Entry,
  isKnown: (owner: StageOwner) => boolean,
): Generator<string> {
  const { plan, platform } = judged;
  const owner = platform.owners.get(entry.owner_id);
  for (const pool of plan.money.pools) {
    const isIn = (one: StageOwner): boolean => one.currency === pool.currency && isMember(pool, one);
    if (owner === undefined || !isIn(owner) || ledger.sum((one) => isIn(one) && isKnown(one)) <= pool.daily_minor)
      continue;
    const isOwn = (one: StageOwner): boolean => isIn(one) && one.account_id === owner.account_id;
    if (ledger.sum(isOwn) > beforeItsChange(judged, entry, owner.account_id).sum(isOwn)) yield pool.name;
  }
}

const isMember = ({ members }: MoneyPool, { owner_id, account_id }: StageOwner): boolean =>
  members.includes(owner_id) || members.includes(account_id);

/** Budgets before the first write of the change that an entry is of; what takes back has those of just before it. */
function beforeItsChange({ platform, calls }: Judged, entry: Entry, account_id: string): Ledger {
  const { history } = platform;
  const isOf = ({ subjects, to_minor }: Judged['calls'][number]): boolean =>
    subjects[0]?.id === entry.owner_id && to_minor === entry.to;
  const writes = calls.filter((call) => call.kind === 'write' && call.account_id === account_id);
  const call = writes.findLast((one) => isOf(one) && one.at_ms <= entry.sent_ms);
  const of_change = writes.filter(({ change_id }) => change_id === call?.change_id);
  // A second write of the same budget takes the first one back.
  const is_back = of_change.some((one) => one.subjects[0]?.id === entry.owner_id && one.to_minor !== entry.to);
  const first_ms = of_change[0]?.at_ms ?? Infinity;
  const own = history.findIndex(
    (one) => one.by === 'us' && one.sent_ms >= first_ms && platform.owners.get(one.owner_id)?.account_id === account_id,
  );
  const ledger = new Ledger(platform);
  const until = is_back || own < 0 ? history.indexOf(entry) : own;
  for (const one of history.slice(0, until)) if (one.ad_id === null) ledger.apply(one);
  return ledger;
}
