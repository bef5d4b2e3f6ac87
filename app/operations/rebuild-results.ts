/** What a rebuild answers, as a schema. */
import { z } from 'zod';
import type { RebuildReport } from './operations.ts';

const stateCounts = z.object({ state: z.number(), part: z.number(), active: z.number() });

export const rebuildReport: z.ZodType<RebuildReport> = z.object({
  group: z.string(),
  records: z.number(),
  keys: z.number(),
  equal: z.boolean(),
  differences: z.array(z.object({ key: z.string(), stored: z.unknown(), rebuilt: z.unknown() })),
  replaced: z.object({ before: stateCounts, after: stateCounts }).nullable(),
  elapsed_ms: z.number(),
});
