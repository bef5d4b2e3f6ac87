/** How the accounts of a source stand: how far, how fresh, and what is wrong. */
import type { SourceAccount } from '../../operations/operations.ts';
import { shareOf } from './plan.ts';
import type { AccountPosition } from './position.ts';

export interface AccountTrouble {
  readonly since_ms: number;
  readonly why: string;
}

/** @param stale_ms age of the last read from which on it is stale */
export function standingOf(
  account_id: string,
  position: AccountPosition | undefined,
  trouble: AccountTrouble | undefined,
  { now_ms, stale_ms }: { readonly now_ms: number; readonly stale_ms: number },
): SourceAccount {
  const read_ms = position?.recent_ms ?? null;
  const isBackFill = position?.sweep?.kind === 'back-fill';
  const isStale = read_ms === null ? !isBackFill : now_ms - read_ms > stale_ms;
  return {
    account_id,
    state: trouble !== undefined ? 'failing' : isBackFill ? 'back-fill' : isStale ? 'stale' : 'fresh',
    progress: isBackFill && position.sweep !== null ? shareOf(position.sweep) : null,
    read_ms,
    problem: trouble?.why ?? null,
  };
}
