/**
 * The journal of a group: what each batch took, in which order. A redo after a lost commit takes the same, so it
 * makes the same effects under the same names.
 */
import { EngineError } from './errors.ts';
import { journalTopic } from './options.ts';
import { readRange } from './read-range.ts';
import type { Log, NewRecord } from './ports.ts';
import { pack, unpack } from './state-codec.ts';
import { z } from 'zod';

/** Records taken from one topic: offsets `from` up to, not including, `to`. */
export type Range = readonly [topic: string, from: number, to: number];

const line = z.object({
  run: z.number(),
  seq: z.number(),
  code: z.string(),
  /** Version of the policy in force before the batch; lines of older programs have none. */
  policy: z.string().optional(),
  ranges: z.array(z.tuple([z.string(), z.number(), z.number()])),
});
export type JournalLine = z.infer<typeof line>;

export function journalRecord(
  group: string,
  partition: number,
  content: { run: number; seq: number; code: string; policy: string; ranges: readonly Range[] },
): NewRecord {
  return { topic: journalTopic(group), partition, key: '', value: pack(content) };
}

/** Lines per read while looking back for the first that is not in the ledger. */
const look_back = 64;

/** Journaled batches of this run that follow the stored commit `seq`, oldest first. */
export async function linesAfter(
  log: Log,
  group: string,
  partition: number,
  run: number,
  seq: number,
): Promise<readonly JournalLine[]> {
  const topic = journalTopic(group);
  const { start, end } = await log.range(topic, partition);
  const found: JournalLine[] = [];
  for (let to = end; to > start;) {
    const from = Math.max(start, to - look_back);
    const lines: JournalLine[] = [];
    for await (const record of readRange(log, topic, partition, from, to)) lines.push(line.parse(unpack(record.value)));
    const after = lines.filter((l) => l.run === run && l.seq > seq);
    found.unshift(...after);
    if (after.length < lines.length) break;
    to = from;
  }
  return found;
}

/** All lines in the order they were written: the order in which a rebuild takes records. */
export async function* allLines(log: Log, group: string, partition: number): AsyncGenerator<JournalLine> {
  const topic = journalTopic(group);
  const { start, end } = await log.range(topic, partition);
  for await (const record of readRange(log, topic, partition, start, end)) yield line.parse(unpack(record.value));
}

/** Refuses a redo under another policy than the one that was in force: it would decide differently, as with other code. */
export function assertSamePolicy(before: string | undefined, now: string, group: string): void {
  if (before === undefined || before === now) return;
  throw new EngineError(
    'journal.other_code',
    `group ${group} must redo a batch that was decided under policy ${before}, under policy ${now}`,
    'start the version whose own policy that was once more, let it finish, then upgrade; or reset the group',
  );
}

/** Refuses a redo under other code: it would decide differently and name other effects alike. */
export function assertSameCode(lines: readonly JournalLine[], group: string, code: string): void {
  const other = lines.find((l) => l.code !== code);
  if (other !== undefined)
    throw new EngineError(
      'journal.other_code',
      `group ${group} must redo batch ${other.seq}, which code ${other.code} took, under code ${code}`,
      `start the version ${other.code} once, let it finish, then upgrade; or reset the group`,
    );
}
