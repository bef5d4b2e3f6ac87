/** What publishing and rebuilding answer, as schemas. */
import { z } from 'zod';
import type { ExportPage } from '../tables/export-view.ts';
import type { PublishReport, RebuildReport } from '../operations.ts';

export const publishReport: z.ZodType<PublishReport> = z.object({
  accepted: z.number(),
  position: z.string().nullable(),
  rejected: z.array(z.object({ line: z.number(), field: z.string().nullable(), message: z.string() })),
});

const stateCounts = z.object({ state: z.number(), part: z.number(), active: z.number() });

export const rebuildReport: z.ZodType<RebuildReport> = z.object({
  group: z.string(),
  records: z.number(),
  keys: z.number(),
  equal: z.boolean(),
  differences: z.array(
    z.object({ key: z.string(), stored: z.unknown(), rebuilt: z.unknown(), unread: z.string().nullable() }),
  ),
  unread: z.number(),
  replaced: z.object({ before: stateCounts, after: stateCounts }).nullable(),
  elapsed_ms: z.number(),
});

export const exportPage: z.ZodType<ExportPage> = z.object({
  table: z.string(),
  header: z.string(),
  csv: z.string(),
  rows: z.number(),
  next: z.string().nullable(),
});
