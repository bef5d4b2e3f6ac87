import { z } from 'zod';
import type { Row } from '../../engine/ports.ts';

const name = z.object({
  group: z.string(),
  run: z.number(),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  ordinal: z.number(),
});
const row = z.object({ table: z.string(), value: z.record(z.string(), z.unknown()), name, at_ms: z.number() });

/** A row from a line of JSON; undefined where the line was torn or is empty. */
export function rowLine(line: string): Row | undefined {
  try {
    return row.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
