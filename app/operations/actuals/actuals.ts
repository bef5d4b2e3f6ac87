/** What came of predictions and what is waited for, as the fetcher's state has it; and asking the platform by hand. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { PlatformCalls, ActualsReport, RequestedActuals } from './view.ts';
import { actualsFetcher } from '../../../processors/actuals-fetcher/decide.ts';
import { initialAccount } from '../../../processors/actuals-fetcher/state.ts';
import { actualsView, awaitedAds, type ActualsView } from '../../../processors/actuals-fetcher/views.ts';
import { policyOf } from '../../../policy/policy.ts';
import type { ActualsRequested } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { wholePolicyInForce } from '../../policy-in-force.ts';
import type { OperationsContext, SqlReader } from '../context.ts';
import { keptParts, keptState, keptStates } from '../running/kept-state.ts';
import { timeOf } from '../time-of.ts';

/** Days that the platform is asked for where nobody says how many. */
const usual_days_back = 7;

/** Of one account, or of all of them. */
export async function actuals(
  context: OperationsContext,
  { account_id }: { readonly account_id?: string },
): Promise<ActualsReport> {
  const known = await accountsOf(context);
  const asked = account_id === undefined ? known : [account_id];
  const policy = await wholePolicyInForce(context.engine);
  const accounts: ActualsView[] = [];
  for (const id of asked) {
    const state = (await keptState(context.engine, actualsFetcher, id)) ?? initialAccount();
    const parts = await keptParts(context.engine, actualsFetcher, id);
    accounts.push(actualsView(id, state, parts, { now_ms: timeOf(context), policy: policyOf(policy, id) }));
  }
  return { accounts, platform: await callsOf(context.analytics, account_id) };
}

async function accountsOf({ engine }: OperationsContext): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { key } of keptStates(engine, actualsFetcher)) ids.push(key);
  return ids.sort();
}

const callsRow = z.tuple([z.coerce.number(), z.coerce.number(), z.coerce.number(), z.string().nullable()]);

/** Of one account, or of all of them. */
async function callsOf(analytics: SqlReader, account_id?: string): Promise<PlatformCalls> {
  const filter = account_id === undefined ? '' : 'WHERE account_id = {account:String}';
  const { rows } = await analytics.query(
    `
    SELECT (SELECT uniqExact(account_id, request_id) FROM actuals_requested ${filter}), uniqExact(account_id, request_id),
      uniqExactIf((account_id, request_id), error IS NOT NULL), argMaxIf(error, at_ms, error IS NOT NULL)
    FROM actuals_returned ${filter}`,
    { parameters: account_id === undefined ? {} : { account: account_id } },
  );
  const [row] = rows;
  if (row === undefined) return { requests: 0, answers: 0, failures: 0, last_error: null };
  const [requests, returned, failures, last_error] = callsRow.parse(row);
  return { requests, answers: returned - failures, failures, last_error };
}

/** Asks the platform what ads got in the last days. The answers are events: `follow` a request to see its own. */
export async function fetchActuals(
  context: OperationsContext,
  {
    account_id,
    ad_ids,
    days_back,
  }: { readonly account_id: string; readonly ad_ids: readonly string[]; readonly days_back?: number },
  command_id: string = randomUUID(),
): Promise<RequestedActuals> {
  const unknown = ad_ids.find((ad_id) => context.directory.ad(account_id, ad_id) === undefined);
  if (unknown !== undefined)
    throw new FlywheelError('usage.invalid', {
      why: `account ${account_id} has no ad ${unknown}`,
      what_to_do: 'give the ids of ads that ad.created has named, and their account',
    });
  return requested(
    context,
    ad_ids.map((ad_id) => ({ account_id, ad_id })),
    days_back,
    command_id,
  );
}

/** Asks for every ad whose predictions wait for their actuals, in one account or in all. */
export async function syncActuals(
  context: OperationsContext,
  { account_id, days_back }: { readonly account_id?: string; readonly days_back?: number },
  command_id: string = randomUUID(),
): Promise<RequestedActuals> {
  const ads: Ad[] = [];
  for (const id of account_id === undefined ? await accountsOf(context) : [account_id]) {
    const state = await keptState(context.engine, actualsFetcher, id);
    if (state !== undefined) ads.push(...awaitedAds(state).map((ad_id) => ({ account_id: id, ad_id })));
  }
  return requested(context, ads, days_back, command_id);
}

interface Ad {
  readonly account_id: string;
  readonly ad_id: string;
}

async function requested(
  context: OperationsContext,
  ads: readonly Ad[],
  days_back = usual_days_back,
  command_id: string,
): Promise<RequestedActuals> {
  const at_ms = timeOf(context);
  const to_ms = Math.floor(at_ms / hour_ms) * hour_ms;
  const from_ms = to_ms - days_back * day_ms;
  const by = `operator-${command_id}`;
  const span = {
    from_ms,
    to_ms,
    missing_hours: 0,
    reason: 'operator',
    prediction_id: null,
    at_ms,
    policy_version: null,
  } as const;
  const requests = [...new Map(ads.map((ad) => [`${ad.account_id} ${ad.ad_id}`, ad])).values()].map(
    (ad, i): ActualsRequested => ({ ...ad, request_id: `${by}/${i}`, ...span }),
  );
  if (requests.length > 0)
    await context.engine.publish({
      source: by,
      position: null,
      events: requests.map((value) => ({ topic: 'actuals.requested', value })),
    });
  const named = requests.map(({ account_id, ad_id, request_id }) => ({ account_id, ad_id, request_id }));
  return { requested: named, from_ms, to_ms };
}
