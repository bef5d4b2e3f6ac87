/** What the operation on promotions answers, as a schema. */
import { z } from 'zod';
import type { Promotions } from './promotions.ts';

const num = z.number();
const maybe = num.nullable();
const text = z.string();

const row = z.object({
  ...{ experiment_id: text, ad_id: text, name: text },
  metric: z.enum(['link_ctr', 'cvr', 'cost_per_result', 'roas', 'profit']),
  is_held_out: z.boolean(),
  detected_ms: num,
  lift: z.object({ value: num, low: num, high: num }),
  applied: z.array(z.object({ change_id: text, from_ms: num, to_ms: maybe })),
  status: z.enum(['waiting', 'compared', 'not_delivered']),
  until_ms: num,
  change: maybe,
  effect: z.object({ effect: num, low: num, high: num }).nullable(),
});

/** The answer as a schema: another process's answer is checked before it is believed. */
export const promotionsShape: z.ZodType<Promotions> = z.object({
  account_id: text,
  status: z.enum(['measured', 'too_early']),
  missing: text.nullable(),
  ...{ promoted: num, applied: num, held_out: num, waiting: num, not_delivered: num },
  ...{ results_effect: maybe, results_low: maybe, results_high: maybe },
  ...{ spend_effect: maybe, spend_low: maybe, spend_high: maybe },
  ...{ efficiency_effect: maybe, efficiency_low: maybe, efficiency_high: maybe, before_after: maybe },
  earned: z.array(
    z.object({
      results: z.enum(['link_clicks', 'conversions', 'value_minor']),
      ...{ after: num, earned: num, low: num, high: num },
    }),
  ),
  ...{ spent_minor: maybe, spent_low_minor: maybe, spent_high_minor: maybe },
  reason: text,
  rows: z.array(row),
});
