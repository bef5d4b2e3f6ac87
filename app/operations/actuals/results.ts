/** What the operations on actuals answer, as schemas. */
import { z } from 'zod';
import type { ActualsReport, PlatformCalls, RequestedActuals } from './view.ts';

const text = z.string();
const num = z.number();

const calls: z.ZodType<PlatformCalls> = z.object({
  requests: num,
  answers: num,
  failures: num,
  last_error: text.nullable(),
});

const bin = z.object({ ads: num, impressions: num, predicted: num, seen: num, low: num, high: num });

export const actuals: z.ZodType<ActualsReport> = z.object({
  accounts: z.array(
    z.object({
      account_id: text,
      awaiting: num,
      next_due_ms: num.nullable(),
      asked: num,
      stages: z.array(
        z.object({
          account_id: text,
          stage: z.enum(['cold', 'day_1', 'day_3']),
          days: num,
          ads: num,
          clicks: num,
          agreement: num.nullable(),
          ceiling: num.nullable(),
          accuracy: num.nullable(),
          accuracy_low: num.nullable(),
          accuracy_high: num.nullable(),
          baseline_agreement: num.nullable(),
          bias: num.nullable(),
          dispersion: num,
          status: z.enum(['good', 'poor', 'unknown']),
          at_ms: num,
          policy_version: text,
          calibration: z.array(bin),
        }),
      ),
      drift: z.object({ days: num, mean_error: num, up: num, down: num, threshold: num, scale: num }),
      retrain_ms: num.nullable(),
    }),
  ),
  platform: calls,
});

export const requestedActuals: z.ZodType<RequestedActuals> = z.object({
  requested: z.array(z.object({ account_id: text, ad_id: text, request_id: text })),
  from_ms: num,
  to_ms: num,
});
