/** Memory of a process that takes ever more events with the same state: what it holds must not grow with them. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Measure } from '../measures.ts';

export interface MemorySize {
  /** Numbers of events at which memory is read, rising. */
  readonly marks: readonly number[];
}

const seen = z.array(z.object({ events: z.number(), rss_mb: z.number(), own_mb: z.number().nullable() }));

/** Measured in a process of its own, with the garbage collected before each reading. */
export async function memory({ marks }: MemorySize): Promise<readonly Measure[]> {
  const child = fileURLToPath(new URL('memory-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    '--import',
    'tsx',
    child,
    JSON.stringify(marks),
  ]);
  return seen.parse(JSON.parse(stdout)).flatMap(({ events, rss_mb, own_mb }) => {
    const measure = (kind: string, value: number): Measure => ({
      name: 'memory',
      labels: { events: String(events), kind },
      value,
      unit: 'MB',
      n: 1,
    });
    return [measure('resident', rss_mb), ...(own_mb === null ? [] : [measure('own', own_mb)])];
  });
}
