/** What happens to an alert, as a schema: the page reads it as it is pushed. */
import { z } from 'zod';
import type { AlertNews } from './view.ts';

export const alertNews: z.ZodType<AlertNews> = z.object({
  account_id: z.string(),
  what: z.enum(['raised', 'resolved', 'acknowledged']),
  alert_id: z.string(),
  rule_id: z.string().nullable(),
  severity: z.string().nullable(),
  reason: z.string(),
  at_ms: z.number(),
});
