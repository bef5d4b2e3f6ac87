/** Changes of budgets that a dry run would have written, read from the analytics. */
import { z } from 'zod';
import type { SqlReader } from '../context.ts';
import { changeKind, legShape } from './results.ts';
import type { PlannedChange, PlannedQuestion } from './view.ts';

const usual_limit = 20;

const row = z.tuple([
  z.string(), changeKind, z.string().nullable(), z.string().nullable(), z.array(legShape), z.string().nullable(),
  z.number(), z.number(), z.number(),
]); // prettier-ignore

/** Of an account, or of all: those planned last come first. */
export async function plannedChanges(
  { analytics }: { readonly analytics: SqlReader },
  { account_id, limit = usual_limit }: PlannedQuestion,
): Promise<readonly PlannedChange[]> {
  const { rows } = await analytics.query(
    `SELECT account_id, kind, argMax(experiment_id, at_ms), argMax(campaign_id, at_ms), argMax(legs, at_ms),
      argMax(currency, at_ms), min(at_ms), max(at_ms) AS last_ms, uniqExact(at_ms)
    FROM budget_change_progressed
    WHERE state = 'would_apply' ${account_id === undefined ? '' : 'AND account_id = {account:String}'}
    GROUP BY account_id, kind, arrayMap(leg -> leg.id, legs)
    ORDER BY last_ms DESC LIMIT {limit:UInt32} BY account_id`,
    { parameters: { limit, ...(account_id === undefined ? {} : { account: account_id }) } },
  );
  return rows.map((one) => {
    const [account, kind, experiment_id, campaign_id, legs, currency, first_ms, last_ms, times] = row.parse(one);
    return { account_id: account, kind, experiment_id, campaign_id, legs, currency, first_ms, last_ms, times };
  });
}
