/** What the operations on learning cycles answer, as schemas. */
import { z } from 'zod';
import { steps } from '../../../processors/cycle/state.ts';
import type { AccountCycle, AskedCycle } from './view.ts';

const text = z.string();
const num = z.number();

const step = z.object({
  step: z.enum(steps),
  status: z.enum(['waiting', 'running', 'done', 'skipped', 'failed']),
  reason: text.nullable(),
  count: num,
});

export const accountCycles: z.ZodType<readonly AccountCycle[]> = z.array(
  z.object({
    account_id: text,
    cycle: z
      .object({
        account_id: text,
        cycle_id: text,
        status: z.enum(['running', 'done', 'partial', 'refused']),
        steps: z.array(step),
        started_ms: num,
        ended_ms: num.nullable(),
        at_ms: num,
      })
      .nullable(),
  }),
);

export const askedCycles: z.ZodType<readonly AskedCycle[]> = z.array(
  z.object({ account_id: text, cycle_id: text, answer: z.enum(['began', 'runs_already', 'asked']) }),
);
