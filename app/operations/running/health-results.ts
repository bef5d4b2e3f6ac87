/** What advice and times of steps come to, as schemas. */
import { z } from 'zod';
import type { Advice } from '../advice/advice.ts';
import type { StepTime } from './step-times.ts';

export const adviceRows: z.ZodType<readonly Advice[]> = z.array(
  z.object({
    kind: z.enum(['no_reader', 'behind', 'keys_wait', 'exposure_unreachable', 'split_not_followed']),
    severity: z.enum(['warn', 'bad']),
    words: z.string(),
    remedy: z.string(),
    about: z.object({
      kind: z.enum(['group', 'topic', 'experiment', 'campaign']),
      account_id: z.string().nullable(),
      id: z.string(),
    }),
  }),
);

export const stepTimes: z.ZodType<readonly StepTime[]> = z.array(
  z.object({
    group: z.string(),
    step: z.string(),
    batches: z.number(),
    mean_ms: z.number(),
    half_ms: z.number().nullable(),
    most_ms: z.number().nullable(),
  }),
);
