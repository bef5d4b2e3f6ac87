/**
 * The journal of a group: what each batch took, in which order. A redo after a lost commit takes the same, so it
 * makes the same effects under the same names.
 */
import { EngineError } from '../errors.ts';
import { journalTopic } from '../options.ts';
import { rangeNow, readRange } from '../read-range.ts';
import type { Log, LogRecord, NewRecord } from '../ports.ts';
import { pack, unpack } from '../state/codec.ts';
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

/** Header of a line: the epoch of the owner that wrote it. Where one process has the log, lines have none. */
const epoch_header = 'flywheel-epoch';
/** Header of a record by which an owner asks for a partition: its offset is the owner's epoch. */
const claim_header = 'flywheel-claim';
/** Header of a record by which an owner that got it says so: the epoch. */
const began_header = 'flywheel-began';

/** The record by which an owner asks for a partition. It may be refused, so by itself this means nothing. */
export const claimRecord = (group: string, partition: number, claim: string): NewRecord => ({
  topic: journalTopic(group),
  partition,
  key: '',
  value: pack({ claim }),
  headers: { [claim_header]: Buffer.from(claim) },
});

/** The record by which an owner that has the partition says so, before its first line. */
export const beganRecord = (group: string, partition: number, epoch: number): NewRecord => ({
  topic: journalTopic(group),
  partition,
  key: '',
  value: pack({ epoch }),
  headers: { [began_header]: Buffer.from(String(epoch)) },
});

/** The line with the epoch of the owner that writes it. */
export const ofEpoch = (record: NewRecord, epoch: number): NewRecord => ({
  ...record,
  headers: { ...record.headers, [epoch_header]: Buffer.from(String(epoch)) },
});

const numberIn = (header: Uint8Array | undefined): number | undefined =>
  header === undefined ? undefined : Number(Buffer.from(header).toString());

/** The epoch of an owner that says that it began; undefined where a record says something else. */
const beganBy = ({ headers }: LogRecord): number | undefined => numberIn(headers?.[began_header]);

/**
 * Lines out of records of a journal, read in order. What an older owner wrote behind the claim of one that began is void:
 * nobody commits between the two. A line whose confirmation was lost is there twice, and counts once.
 */
class Lines {
  /** Epochs of owners that began, in order: offsets of their claims. */
  readonly #began: readonly number[];
  #at = 0;
  #newest = -1;
  #last: JournalLine | undefined;

  constructor(began: ReadonlySet<number>) {
    this.#began = [...began].sort((a, b) => a - b);
  }

  /** The line of a record; undefined where it is none, void, or a repetition. */
  of({ value, offset, headers }: LogRecord): JournalLine | undefined {
    for (; (this.#began[this.#at] ?? offset) < offset; this.#at++)
      this.#newest = Math.max(this.#newest, this.#began[this.#at] ?? -1);
    if (headers?.[claim_header] !== undefined || headers?.[began_header] !== undefined) return undefined;
    const epoch = numberIn(headers?.[epoch_header]);
    if (epoch !== undefined) {
      if (epoch < this.#newest) return undefined;
      // What its owner said when it began may lie before what is read.
      this.#newest = epoch;
    }
    const found = line.parse(unpack(value));
    if (this.#last !== undefined && found.run === this.#last.run && found.seq <= this.#last.seq) return undefined;
    this.#last = found;
    return found;
  }
}

/** Records read first while looking back for the line of a commit; then twice as many each time. */
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
  const { start, end } = await rangeNow(log, topic, partition);
  for (let most = look_back; ; most *= 2) {
    const from = Math.max(start, end - most);
    const records: LogRecord[] = [];
    for await (const record of readRange(log, topic, partition, from, end)) records.push(record);
    const lines = new Lines(new Set(records.flatMap((record) => beganBy(record) ?? [])));
    const found = records.flatMap((record) => lines.of(record) ?? []);
    // Back to the line of the stored commit itself: one of an earlier commit may be void and have come late.
    const reached = found.some((one) => one.run < run || (one.run === run && one.seq === seq));
    if (reached || from === start) return found.filter((one) => one.run === run && one.seq > seq);
  }
}

export interface WrittenLine extends JournalLine {
  /** When the log took it, before the batch was committed: UTC epoch milliseconds. */
  readonly appended_ms: number;
}

/** All lines in the order they were written: the order in which a rebuild takes records. */
export async function* allLines(log: Log, group: string, partition: number): AsyncGenerator<WrittenLine> {
  const topic = journalTopic(group);
  const { start, end } = await rangeNow(log, topic, partition);
  // An owner says that it began after its claim, and perhaps after a line that is void by it.
  const began = new Set<number>();
  for await (const record of readRange(log, topic, partition, start, end)) {
    const epoch = beganBy(record);
    if (epoch !== undefined) began.add(epoch);
  }
  const lines = new Lines(began);
  for await (const record of readRange(log, topic, partition, start, end)) {
    const found = lines.of(record);
    if (found !== undefined) yield { ...found, appended_ms: record.appended_ms };
  }
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
