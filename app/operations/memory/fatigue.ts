/** How the ads of an account do against their own first days, as the monitor's state has it. */
import { fatigueMonitor } from '../../../processors/fatigue-monitor/decide.ts';
import { isTired } from '../../../processors/fatigue-monitor/judge.ts';
import { adOf, initialAccount } from '../../../processors/fatigue-monitor/state.ts';
import { fatigueView } from '../../../processors/fatigue-monitor/views.ts';
import { policyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptState, keptStates } from '../running/kept-state.ts';
import type { FatigueReport } from './view.ts';

/** Of the account that is asked for, else of the one with most tired ads. */
export async function fatigue(
  context: OperationsContext,
  { account_id: asked }: { readonly account_id?: string },
): Promise<FatigueReport> {
  const { engine, source, now_ms, directory } = context;
  const accounts = await accountsOf(context);
  const account_id = asked ?? accounts[0]?.account_id ?? null;
  const account = account_id ?? '';
  const state = (await keptState(engine, fatigueMonitor, account)) ?? initialAccount();
  const parts = await keptParts(engine, fatigueMonitor, account);
  const policy = await policyInForce(engine, account);
  const view = fatigueView(state, parts, { now_ms: source.status().clock_ms ?? now_ms(), policy });
  const ads = view.ads.map((ad) => ({
    ...ad,
    name: directory.adName(account, ad.ad_id),
    like_name: ad.like_ad_id === null ? null : directory.adName(account, ad.like_ad_id),
    refresh:
      ad.refresh === null || ad.like_ad_id === null
        ? ad.refresh
        : directory.withAdNames(ad.refresh, account, [ad.like_ad_id]),
  }));
  return { accounts, account_id, ...view, ads };
}

async function accountsOf({ engine }: OperationsContext): Promise<FatigueReport['accounts']> {
  const found: { account_id: string; ads: number; tired: number }[] = [];
  for await (const { key, state } of keptStates(engine, fatigueMonitor)) {
    if (state.ads.length === 0) continue;
    const parts = await keptParts(engine, fatigueMonitor, key);
    const tired = state.ads.filter((ad_id) => isTired(adOf(parts, ad_id)?.status ?? 'insufficient_data')).length;
    found.push({ account_id: key, ads: state.ads.length, tired });
  }
  return found.sort((a, b) => b.tired - a.tired || b.ads - a.ads || (a.account_id < b.account_id ? -1 : 1));
}
