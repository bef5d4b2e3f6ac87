/**
 * In which order a group took its records of a partition: that of its journal. What no line of the journal names is
 * taken in the order of times, as the group itself takes a backlog: all of it where there is no journal, what was taken
 * before its first line, and topics that it never took from.
 */
import { earliest } from '../commit-path/inputs.ts';
import { allLines, type WrittenLine } from '../commit-path/journal.ts';
import type { Log, LogRecord } from '../ports.ts';
import { Cursor } from './cursor.ts';

/** What was taken at once. */
export interface PlannedLine {
  /** When it was taken, UTC epoch milliseconds; never before that of the line before. */
  readonly at_ms: number;
  readonly records: readonly LogRecord[];
  /** The journal does not say it. */
  readonly by_time: boolean;
}

export interface Planned {
  readonly log: Log;
  readonly group: string;
  readonly partition: number;
  /** Topics read, the policy's included. */
  readonly topics: readonly string[];
  /** From the first record on that was appended after this, nothing is taken; UTC epoch milliseconds. */
  readonly until_ms: number;
}

/** The first offset that a journal names, by topic. */
type First = ReadonlyMap<string, number>;

/**
 * Null where there is no line, or where the group was reset since: it then took everything twice, and what it made the
 * first time was read by others before it came again.
 */
async function firstNamed({ log, group, partition }: Planned): Promise<First | null> {
  const first = new Map<string, number>();
  let run: number | undefined;
  for await (const line of allLines(log, group, partition)) {
    run ??= line.run;
    if (line.run !== run) return null;
    for (const [topic, from] of line.ranges) if (!first.has(topic)) first.set(topic, from);
  }
  return run === undefined ? null : first;
}

/** Lines in the order in which they were taken; of a log that goes on, those that were there when it was opened. */
export async function* planOf(planned: Planned): AsyncGenerator<PlannedLine> {
  let at_ms = -Infinity;
  for await (const line of allOf(planned)) {
    at_ms = Math.max(at_ms, line.at_ms);
    const late = line.records.findIndex(({ appended_ms }) => appended_ms > planned.until_ms);
    const records = late < 0 ? line.records : line.records.slice(0, late);
    if (records.length > 0) yield { ...line, at_ms, records };
    if (late >= 0) return;
  }
}

async function* allOf(planned: Planned): AsyncGenerator<PlannedLine> {
  const { log, group, partition, topics } = planned;
  const inputs = new Map<string, Cursor>();
  for (const topic of topics) inputs.set(topic, await Cursor.open(log, topic, partition));
  const first = await firstNamed(planned);
  if (first === null) return yield* byTime([...inputs.values()], () => true);
  const unnamed = [...inputs].filter(([topic]) => !first.has(topic)).map(([, input]) => input);
  const named = [...inputs].filter(([topic]) => first.has(topic)).map(([, input]) => input);
  let began = false;
  for await (const line of allLines(log, group, partition)) {
    const isEarlier = ({ topic, offset, appended_ms }: LogRecord): boolean =>
      first.has(topic) ? offset < (first.get(topic) ?? 0) : appended_ms < line.appended_ms;
    yield* byTime(began ? unnamed : [...unnamed, ...named], isEarlier);
    began = true;
    const { records, ended } = await takenBy(line, inputs);
    yield { at_ms: line.appended_ms, records, by_time: false };
    if (ended) return;
  }
}

/** Records in the order of their times, of each input as far as `wanted`. */
async function* byTime(inputs: readonly Cursor[], wanted: (record: LogRecord) => boolean): AsyncGenerator<PlannedLine> {
  const heads = inputs.map((input) => ({
    peek: (): LogRecord | undefined => {
      const record = input.peek();
      return record !== undefined && wanted(record) ? record : undefined;
    },
    take: () => input.take(),
  }));
  for (let head = earliest(heads); head !== undefined; head = earliest(heads)) {
    const record = await head.take();
    if (record !== undefined) yield { at_ms: record.appended_ms, records: [record], by_time: true };
  }
}

/**
 * The records of a line. `ended`: it took more than there was when the log was opened. A record whose visit of every key
 * was not finished is there once more.
 */
async function takenBy(
  { ranges }: WrittenLine,
  inputs: ReadonlyMap<string, Cursor>,
): Promise<{ readonly records: readonly LogRecord[]; readonly ended: boolean }> {
  const records: LogRecord[] = [];
  for (const [topic, from, to] of ranges) {
    const input = inputs.get(topic);
    if (input === undefined) continue;
    if (input.last?.offset === from) records.push(input.last);
    await input.takeTo(to, records);
    if (to > input.end) return { records, ended: true };
  }
  return { records, ended: false };
}
