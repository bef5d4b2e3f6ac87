/**
 * Measures a section in a process of its own: what the one before left behind (a heap grown large, ClickHouse's
 * threads) is no part of it. Run as a program it is that process.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Measure } from '../measures.ts';
import { sectionNames, sections, sizesShape, type Progress, type SectionName, type Sizes } from './sections.ts';

const measures = z.array(
  z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    value: z.number(),
    unit: z.string(),
    low: z.number().exactOptional(),
    high: z.number().exactOptional(),
    n: z.number().exactOptional(),
    target: z.number().exactOptional(),
  }),
);

/** Throws with what the process said when it ends without figures. */
export async function inOwnProcess(
  section: SectionName,
  sizes: Sizes,
  onProgress: Progress,
): Promise<readonly Measure[]> {
  const program = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', program, section, JSON.stringify(sizes)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    onProgress(line);
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [answer, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`the bench of the ${section} ended with ${code}: ${said.join('\n')}`);
  return measures.parse(JSON.parse(answer));
}

async function main(): Promise<void> {
  const section = z.enum(sectionNames).parse(process.argv[2]);
  const sizes = sizesShape.parse(JSON.parse(process.argv[3] ?? ''));
  const found = await sections[section](sizes, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(JSON.stringify(found));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
