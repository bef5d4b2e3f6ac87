/** The answer of `plan_redrive` as a schema: another process's answer is checked before it is believed. */
import { z } from 'zod';
import type { RedrivePlan } from './redrive-view.ts';

export const redrivePlan: z.ZodType<RedrivePlan> = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      group: z.string(),
      topic: z.string(),
      partition: z.number(),
      offset: z.number(),
      key: z.string(),
      outcome: z.enum(['decided', 'refused', 'nothing']),
      reason: z.string().nullable(),
      handled_by: z.array(z.string()),
      not_yet: z.array(z.string()),
      passes: z.number(),
    }),
  ),
  total: z.number(),
  decided: z.number(),
  refused: z.number(),
  nothing: z.number(),
});
