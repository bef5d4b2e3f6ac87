/** An account with a winner, as tests of rules begin. */
import { defaultMoneyPolicy, type MoneyLimits, type MoneyPolicy } from '../../policy/money.ts';
import { Loop } from './loop.ts';

const usd = defaultMoneyPolicy.limits['USD'];
if (usd === undefined) throw new Error('the default policy has limits for USD');
/** The default limits of USD with some that are other. */
export const limits = (given: Partial<MoneyLimits>): Pick<MoneyPolicy, 'limits'> => ({
  limits: { USD: { ...usd, ...given } },
});

/** An account with ad sets `a` and `b` of one campaign, 100.00 USD a day each, and a winner in `a`. */
export async function winner(money: Partial<MoneyPolicy> = {}): Promise<Loop> {
  const loop = new Loop(money);
  for (const owner_id of ['a', 'b'])
    loop.platform.add({ account_id: 'act', owner_id, campaign_id: 'cmp-a', daily_minor: 10_000 });
  await loop.health({});
  await loop.evidence();
  await loop.scale();
  return loop;
}
