/** What the backtest of a policy comes to, as a schema. */
import { z } from 'zod';

const compared = z.object({
  only_recorded: z.number(),
  only_other: z.number(),
  both: z.number(),
  earlier: z.number(),
  later: z.number(),
});

/** What a person weighs of a report. */
export const summaryShape = z.object({
  history: z.object({ events: z.number(), from_ms: z.number(), to_ms: z.number() }),
  fidelity: z.array(
    z.object({ topic: z.string(), recorded: z.number(), not_made_again: z.number(), not_in_log: z.number() }),
  ),
  winners: compared,
  withdrawals: compared,
  alarms: compared,
  splits: z.array(z.object({ hours: z.number(), moved_share: z.number() })),
  effect: z
    .object({
      winners: z.object({
        recorded: z.object({ announced: z.number(), false: z.number() }),
        other: z.object({ announced: z.number(), false: z.number() }),
      }),
      clicks: z.object({
        per_1000_impressions: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
        campaigns: z.number(),
      }),
    })
    .nullable(),
  elapsed_ms: z.number(),
});

export type BacktestSummary = z.infer<typeof summaryShape>;

export interface BacktestJob {
  /** Of the policy that it is of. */
  readonly version: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly summary: BacktestSummary | null;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
}

export const backtestJob: z.ZodType<BacktestJob> = z.object({
  version: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  summary: summaryShape.nullable(),
  error: z.string().nullable(),
});
