/** What the operation on lag answers, as a schema. */
import { z } from 'zod';
import type { LagRow } from '../operations.ts';

export const lagRows: z.ZodType<readonly LagRow[]> = z.array(
  z.object({
    group: z.string(),
    partition: z.number(),
    own: z.number(),
    inherited: z.number(),
    undelivered: z.number(),
    state: z.enum(['running', 'idle', 'waiting', 'stopped']),
    reason: z.string().nullable(),
    here: z.boolean(),
    last_event_ms: z.number().nullable(),
  }),
);
