/** How budgets of an account are changed: the stricter of its policy and of what a person allowed. */
import type { Runtime } from '../engine/runtime.ts';
import type { MoneyMode } from '../policy/money.ts';
import { policyOf } from '../policy/policy.ts';
import { budgetExecutor } from '../processors/budget-executor/decide.ts';
import { modeOf } from '../processors/budget-executor/state.ts';
import { keptState } from './operations/running/kept-state.ts';
import { wholePolicyInForce } from './policy-in-force.ts';

export async function moneyModeOf(engine: Runtime, account_id: string): Promise<MoneyMode> {
  const policy = policyOf(await wholePolicyInForce(engine), account_id);
  const state = await keptState(engine, budgetExecutor, account_id);
  return modeOf(policy.money.mode, state?.mode_limit ?? null);
}
