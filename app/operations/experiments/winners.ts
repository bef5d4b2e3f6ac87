/** Winners as they were announced, from the analytics: of each experiment the last announcement, and whether it was taken back. */
import { z } from 'zod';
import type { SqlReader } from '../context.ts';

export interface WinnerRow {
  readonly experiment_id: string;
  readonly ad_id: string;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
  readonly withdrawn_ms: number | null;
  readonly lift: number;
  readonly lift_low: number;
  readonly lift_high: number;
  readonly e_value: number;
  readonly threshold: number;
  readonly impressions: number;
  readonly rate: number;
  readonly rival_rate: number;
  readonly reason: string;
  readonly policy_version: string;
}

const number = z.coerce.number();
const row = z.tuple([
  z.string(), z.string(), number, number, number, number, number, number, number, number, number, z.string(), z.string(),
  number,
]); // prettier-ignore

/** Newest first. */
export async function winnersOf(analytics: SqlReader, account_id: string): Promise<readonly WinnerRow[]> {
  const { rows } = await analytics.query(
    `SELECT won.experiment_id, won.ad_id, won.at_ms, won.lift, won.lift_low, won.lift_high, won.e_value, won.threshold,
      won.impressions, won.rate, won.rival_rate, won.reason, won.policy_version, gone.at_ms
    FROM (
      SELECT * FROM winner_detected WHERE account_id = {account:String} ORDER BY at_ms DESC LIMIT 1 BY experiment_id
    ) AS won LEFT JOIN (
      SELECT experiment_id, max(at_ms) AS at_ms FROM winner_withdrawn
      WHERE account_id = {account:String} GROUP BY experiment_id
    ) AS gone ON won.experiment_id = gone.experiment_id
    ORDER BY won.at_ms DESC`,
    { parameters: { account: account_id } },
  );
  return rows.map((one) => {
    const [experiment_id, ad_id, at_ms, lift, lift_low, lift_high, e_value, threshold, ...rest] = row.parse(one);
    const [impressions, rate, rival_rate, reason, policy_version, gone_ms] = rest;
    const evidence = { lift, lift_low, lift_high, e_value, threshold, impressions, rate, rival_rate };
    const withdrawn_ms = gone_ms >= at_ms ? gone_ms : null;
    return { experiment_id, ad_id, at_ms, withdrawn_ms, ...evidence, reason, policy_version };
  });
}
