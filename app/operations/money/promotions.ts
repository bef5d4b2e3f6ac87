/** The history of promotions of an account, and what they earn against winners that were held out. */
import { promotionOutcome } from '../../../processors/auto-promoter/outcome/decide.ts';
import { initialAccount } from '../../../processors/auto-promoter/outcome/state.ts';
import {
  promotionsView,
  type PromotionRow,
  type PromotionsView,
} from '../../../processors/auto-promoter/outcome/views.ts';
import { policyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptState } from '../running/kept-state.ts';

export interface NamedPromotion extends PromotionRow {
  /** What people call the winner. */
  readonly name: string;
}

export interface Promotions extends Omit<PromotionsView, 'rows'> {
  readonly rows: readonly NamedPromotion[];
}

export async function promotions(
  { engine, directory }: Pick<OperationsContext, 'engine' | 'directory'>,
  { account_id, limit }: { readonly account_id: string; readonly limit?: number },
): Promise<Promotions> {
  const state = (await keptState(engine, promotionOutcome, account_id)) ?? initialAccount();
  const { rows, ...view } = promotionsView(account_id, state, await policyInForce(engine, account_id), limit);
  return { ...view, rows: rows.map((row) => ({ ...row, name: directory.adName(account_id, row.ad_id) })) };
}
