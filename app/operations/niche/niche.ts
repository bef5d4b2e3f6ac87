/** What accounts learn together: what one gives and gets, how many take part, and joining or leaving. */
import { nicheAggregator } from '../../../processors/cross-learning/aggregate/decide.ts';
import { nicheContributor } from '../../../processors/cross-learning/contribute/decide.ts';
import { formula_name, initialAccount } from '../../../processors/cross-learning/contribute/state.ts';
import { nicheOf } from '../../../processors/cross-learning/contribute/tell.ts';
import { nicheView, type NicheView } from '../../../processors/cross-learning/views.ts';
import { accountChanged, type AccountChanged } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { timeOf } from '../time-of.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptState, keptStates } from '../running/kept-state.ts';
import type { NicheStanding, ShareRequest } from './view.ts';

/** Its wiring is read, nothing is released with it. */
const aggregator = nicheAggregator('');

/** What an account gives to its niche and gets of it. */
export async function niche(
  { engine }: Pick<OperationsContext, 'engine'>,
  { account_id }: { readonly account_id: string },
): Promise<NicheView> {
  const state = (await keptState(engine, nicheContributor, account_id)) ?? initialAccount();
  const part = (await keptParts(engine, nicheContributor, account_id)).get(formula_name);
  const found = state.told?.niche ?? nicheOf(state)?.niche;
  const aggregate = found === undefined ? undefined : await keptState(engine, aggregator, found);
  const formula = part?.kind === 'formula' ? part : undefined;
  return nicheView(account_id, { state, formula, aggregate });
}

/** How many accounts and businesses take part, by niche. */
export async function nicheStandings({ engine }: Pick<OperationsContext, 'engine'>): Promise<readonly NicheStanding[]> {
  const standings: NicheStanding[] = [];
  for await (const { key, state } of keptStates(engine, aggregator))
    standings.push({
      niche: key,
      accounts: state.members.length,
      businesses: new Set(state.members.map(({ business }) => business)).size,
      releases: state.releases,
      status: state.last?.status ?? null,
      needed: state.last?.needed ?? null,
    });
  return standings.sort((a, b) => b.accounts - a.accounts || (a.niche < b.niche ? -1 : 1));
}

/**
 * Whether an account learns with others from now on. The answer is an event: what it gave is taken out with the next
 * release where it leaves.
 * @throws FlywheelError `usage.invalid` where the niche is not known
 */
export async function shareAccount(
  context: OperationsContext,
  { account_id, business_id, shares, niche: set }: ShareRequest,
): Promise<AccountChanged> {
  const value: AccountChanged = {
    account_id,
    business_id,
    shares,
    niche: set ?? null,
    changed_ms: timeOf(context),
  };
  const broken = accountChanged.check(value, value.changed_ms);
  if (broken !== undefined)
    throw new FlywheelError('usage.invalid', {
      why: `${broken.field} is ${broken.value}: ${broken.rule}`,
      what_to_do: broken.remedy,
    });
  await context.engine.publish({
    source: 'operator',
    position: null,
    events: [accountChanged.event(value)],
  });
  return value;
}
