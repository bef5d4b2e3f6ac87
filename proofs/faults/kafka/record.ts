/** Rounds as they are kept: a line of JSON each, so that those of several runs can be added up. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { z } from 'zod';

const count = z.number().int().nonnegative();

export const roundRecord = z.object({
  /** When it ended, ISO 8601. */
  at: z.string(),
  /** Of the code that ran; null where there is no git. */
  commit: z.string().nullable(),
  fault: z.string(),
  /** Of its world: with it, the kind and the round the same events and draws come again; moments do not. */
  seed: z.number(),
  /** In its world, from 1. */
  round: count,
  /** `missed`: the fault did not hit. `failed`: something hung, or an error came. */
  ended: z.enum(['hit', 'missed', 'failed']),
  /** What shows that the fault hit. */
  shown: z.string(),
  /** Effects that were looked at beyond those of earlier rounds in its world. */
  effects: count,
  lost: count,
  duplicated: count,
  wrong: count,
  /** Instances that ended by themselves, with an error. */
  exits: count,
  words: z.array(z.string()),
  took_ms: count,
});
export type RoundRecord = z.infer<typeof roundRecord>;

/** Commit of the code, with `+` where files differ from it. */
export function commitHere(): string | null {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [...args], { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : '+');
  } catch {
    return null;
  }
}

/** Appends at once: a run that is cut has kept what it did. */
export const keepRecord = (file: string, record: RoundRecord): void =>
  appendFileSync(file, `${JSON.stringify(record)}\n`);

/** What earlier runs kept; a last line that was cut is taken away, so that the next stands on one of its own. */
export function openRecords(file: string): readonly RoundRecord[] {
  const records = keptRecords(file);
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(file, end);
  return records;
}

/** What was kept; a last line that was cut is none. @throws Error naming a line that is no round. */
export function keptRecords(file: string): readonly RoundRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // Only a whole line ends with a new line.
  return lines.slice(0, -1).map((line, i) => {
    const parsed = roundRecord.safeParse(jsonOf(line));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new Error(
      `${file}, line ${i + 1} is no round (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}); give a file that --out has written`,
    );
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
