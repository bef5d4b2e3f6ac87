/** State → what the API says of an account's last cycle. */
import type { CycleProgressed } from '../../schemas/index.ts';
import { progressOf } from './course.ts';
import type { AccountState } from './state.ts';

/** The cycle that runs or ran last, as its events have it. */
export type CycleView = Omit<CycleProgressed, 'running_cycle_id'>;

/** Null where the account never had one. */
export function cycleView(account_id: string, { cycle }: AccountState): CycleView | null {
  if (cycle === null) return null;
  const { running_cycle_id: _, ...view } = progressOf(account_id, cycle);
  return view;
}
