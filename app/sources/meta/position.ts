/** How far the accounts of Meta are read, as it commits with what was appended. What was read is in the log itself. */
import { z } from 'zod';

const count = z.int().min(0);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** Days that are read one after another, from `next` to `until`. */
const sweep = z.object({ kind: z.enum(['back-fill', 'restatement']), since: date, until: date, next: date });
export type Sweep = z.infer<typeof sweep>;

const account = z.object({
  /** IANA name of the zone whose days were read. */
  time_zone: z.string(),
  /** Since when it is that zone, UTC epoch milliseconds; 0: since ever. */
  zone_since_ms: count,
  sweep: sweep.nullable(),
  /** When the last sweep ended, and when the last days were read; UTC epoch milliseconds. */
  swept_ms: count.nullable(),
  recent_ms: count.nullable(),
});
export type AccountPosition = z.infer<typeof account>;

const shape = z.object({ events: count, accounts: z.record(z.string(), account) });
export type MetaPosition = z.infer<typeof shape>;

export const printPosition = (position: MetaPosition): string => JSON.stringify(position);

/** The position that was printed. Throws where the text is none: the folder was written by other code. */
export const parsePosition = (text: string): MetaPosition => shape.parse(JSON.parse(text));
