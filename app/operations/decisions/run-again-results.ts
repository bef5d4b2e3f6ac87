/** What making a decision again and keeping it answer, as schemas. */
import { z } from 'zod';
import type { RunAgain } from './run-again.ts';

const emitted = z.array(z.object({ topic: z.string(), value: z.record(z.string(), z.unknown()) }));

export const runAgain: z.ZodType<RunAgain> = z.object({
  recorded: emitted,
  edited: emitted,
  differences: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })),
});

export const savedCase = z.object({ path: z.string() });
