/**
 * The journal of a group: what each batch took, in which order. A redo after a lost commit takes the same, so it
 * makes the same effects under the same names.
 */
import { EngineError } from './errors.ts';
import { journalTopic } from './options.ts';
import { readRange } from './read-range.ts';
import type { Log, LogRecord, NewRecord } from './ports.ts';
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

/** Header of a line: the epoch of the owner that wrote it. Where one process has the log, lines have none. */
const epoch_header = 'flywheel-epoch';
/** Header of a record by which an owner asks for a partition: its offset is the owner's epoch. */
const claim_header = 'flywheel-claim';
/** Header of a record by which an owner that has the partition says where it begins. */
const began_header = 'flywheel-began';

const began = z.object({ epoch: z.number(), run: z.number(), seq: z.number() });
/** Where an owner began: its epoch, and the last batch that the ledger held when nobody else could commit any more. */
export type Began = z.infer<typeof began>;

/** The record by which an owner takes a partition. */
export const claimRecord = (group: string, partition: number, owner: string): NewRecord => ({
  topic: journalTopic(group),
  partition,
  key: '',
  value: pack({ owner }),
  headers: { [claim_header]: Buffer.from(owner) },
});

/** The record by which an owner says where it begins, after its claim and before its first line. */
export const beganRecord = (group: string, partition: number, begins: Began): NewRecord => ({
  topic: journalTopic(group),
  partition,
  key: '',
  value: pack(begins),
  headers: { [began_header]: Buffer.from(String(begins.epoch)) },
});

/** The line with the epoch of the owner that writes it. */
export const ofEpoch = (record: NewRecord, epoch: number): NewRecord => ({
  ...record,
  headers: { ...record.headers, [epoch_header]: Buffer.from(String(epoch)) },
});

interface Written extends Pick<LogRecord, 'offset'> {
  readonly line: JournalLine;
  /** Null where one process has the log. */
  readonly epoch: number | null;
}

/** What a record of a journal says; a claim says nothing but its offset. */
function saidBy({ value, offset, headers }: LogRecord): Written | Began | { readonly claim: number } {
  if (headers?.[claim_header] !== undefined) return { claim: offset };
  if (headers?.[began_header] !== undefined) return began.parse(unpack(value));
  const epoch = headers?.[epoch_header];
  return {
    offset,
    line: line.parse(unpack(value)),
    epoch: epoch === undefined ? null : Number(Buffer.from(epoch).toString()),
  };
}

const follows = (one: { run: number; seq: number }, other: { run: number; seq: number }): boolean =>
  one.run === other.run ? one.seq > other.seq : one.run > other.run;

/**
 * The lines that hold, out of records of a journal. Whoever lost a partition may still write a line before it learns
 * so. Written after the newer owner's claim, such a line holds only where its batch was committed all the same, before
 * the ledger refused it: the newer owner says up to which batch that was. A line that was sent twice counts once.
 */
class Lines {
  /** All claims are among the records: what was written under the newest of them holds at once. */
  readonly #whole: boolean;
  /** Lines that an owner which has not said yet where it begins may call void. */
  #open: Written[] = [];
  #claim = -1;
  #newest: Began | undefined;
  #last: JournalLine | undefined;

  constructor({ whole }: { readonly whole: boolean }) {
    this.#whole = whole;
  }

  /** Takes the next record; gives the lines that are known to hold now, in order. */
  of(record: LogRecord): readonly JournalLine[] {
    const said = saidBy(record);
    if ('claim' in said) this.#claim = Math.max(this.#claim, said.claim);
    else if ('line' in said) return this.#written(said);
    else if (this.#newest === undefined || said.epoch >= this.#newest.epoch) return this.#begun(said);
    return [];
  }

  #written(written: Written): readonly JournalLine[] {
    const { epoch } = written;
    if (epoch === null || (this.#whole && epoch >= this.#claim)) return this.#once([written]);
    if (this.#newest === undefined || epoch >= this.#newest.epoch) this.#open.push(written);
    return [];
  }

  #begun(begins: Began): readonly JournalLine[] {
    this.#newest = begins;
    const isVoid = ({ line, offset }: Written): boolean => offset > begins.epoch && follows(line, begins);
    const held = this.#open.filter((written) => !isVoid(written));
    this.#open = [];
    return this.#once(held);
  }

  /** Lines that nobody has called void. */
  rest(): readonly JournalLine[] {
    const held = this.#open;
    this.#open = [];
    return this.#once(held);
  }

  #once(written: readonly Written[]): readonly JournalLine[] {
    return written.flatMap(({ line, epoch }) => {
      if (epoch !== null && this.#last !== undefined && !follows(line, this.#last)) return [];
      this.#last = line;
      return [line];
    });
  }
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
  const isAfter = (l: JournalLine): boolean => l.run === run && l.seq > seq;
  const found: LogRecord[] = [];
  for (let to = end; to > start;) {
    const from = Math.max(start, to - look_back);
    const records: LogRecord[] = [];
    for await (const record of readRange(log, topic, partition, from, to)) records.push(record);
    found.unshift(...records);
    // Back to a line that is in the ledger. Who wrote it, or came after, is known to be newer than whoever lost it.
    const reached = records.some((record) => {
      const said = saidBy(record);
      return 'line' in said && !isAfter(said.line);
    });
    if (reached) break;
    to = from;
  }
  const lines = new Lines({ whole: false });
  return [...found.flatMap((record) => lines.of(record)), ...lines.rest()].filter(isAfter);
}

/** All lines in the order they were written: the order in which a rebuild takes records. */
export async function* allLines(log: Log, group: string, partition: number): AsyncGenerator<JournalLine> {
  const topic = journalTopic(group);
  const { start, end } = await log.range(topic, partition);
  const lines = new Lines({ whole: true });
  for await (const record of readRange(log, topic, partition, start, end)) yield* lines.of(record);
  yield* lines.rest();
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
