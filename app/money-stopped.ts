/** Whether budgets of an account may be written now, as a writer asks just before it does. */
import type { Runtime } from '../engine/runtime.ts';
import { budgetExecutor } from '../processors/budget-executor/decide.ts';
import { stopped } from '../processors/budget-executor/guards.ts';
import { keptState } from './operations/running/kept-state.ts';

/** Why not; null where they may be. An account of which nothing is known yet has nothing to be written. */
export async function moneyStopped(engine: Runtime, account_id: string): Promise<string | null> {
  const state = await keptState(engine, budgetExecutor, account_id);
  if (state?.mode_limit === 'dry_run') return 'a person set the account to dry_run';
  return state === undefined ? 'nothing is known of the account' : (stopped(state)?.reason ?? null);
}
