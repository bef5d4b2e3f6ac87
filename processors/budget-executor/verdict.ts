/** What a write came to, by what the platform said and what was read back. */
import type { BudgetCallReturned, BudgetRead } from '../../schemas/index.ts';
import type { Leg } from './state.ts';

export type Verdict = 'verified' | 'uncertain' | 'refused' | 'theirs';

/**
 * What a leg came to, by what the platform said and what was read back. Only what reads as wanted is sure at once. A
 * refusal is uncertain: the request may have been made before, by an instance that died, and that one may yet take
 * effect. So is an amount that is neither as before nor as wanted: a read may be older than the write, and show what
 * somebody else had set before it.
 */
export function verdictOf(leg: Leg, { outcome, reads }: BudgetCallReturned): 'verified' | 'uncertain' {
  if (outcome === 'already') return 'verified';
  const [read] = outcome === 'applied' || outcome === 'unknown' ? reads : [];
  return read !== undefined && isAs(leg, read, 'to') ? 'verified' : 'uncertain';
}

/** What an uncertain leg came to, read again when no request is under way any more and no read is that old. */
export function settledAs(leg: Leg, read: BudgetRead): 'verified' | 'refused' | 'theirs' {
  if (isAs(leg, read, 'to')) return 'verified';
  return isAs(leg, read, 'from') ? 'refused' : 'theirs';
}

/** Whether a read shows a leg as it was before, or as it is wanted. */
export function isAs(
  { level, id, from_minor, to_minor, to_status }: Leg,
  read: BudgetRead,
  which: 'from' | 'to',
): boolean {
  if (level !== 'ad')
    return read.owner_id === id && read.daily_budget_minor === (which === 'from' ? from_minor : to_minor);
  const is_wanted = read.ads.find(({ ad_id }) => ad_id === id)?.effective_status === to_status;
  return which === 'to' ? is_wanted : !is_wanted;
}
