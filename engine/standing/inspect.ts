/** The engine's books as rows for people: `flywheel query` and `doctor` read them. */
import { allLines } from '../commit-path/journal.ts';
import { nameOf } from '../ports.ts';
import { unread } from '../read-range.ts';
import type { Runtime } from '../runtime.ts';
import type { Task } from '../commit-path/task.ts';

export type Book = 'cursors' | 'watermarks' | 'outbox' | 'journal' | 'parked';
type Line = Readonly<Record<string, unknown>>;

export async function* inspectTask(runtime: Runtime, task: Task, book: Book): AsyncGenerator<Line> {
  const place = { group: task.group, partition: task.partition };
  const { head } = task;
  if (book === 'cursors')
    for (const [topic, { offset }] of Object.entries(head.inputs)) {
      const range = await runtime.log.range(topic, task.partition);
      const lag = unread(runtime.log, topic, task.partition, offset, range);
      yield { ...place, topic, offset, end: range.end, lag, seq: head.seq, delivered_seq: head.delivered_seq };
    }
  else if (book === 'watermarks')
    for (const [key, mark] of Object.entries(head.watermarks)) {
      const [topic, by_group, input_topic, input_partition] = key.split('|');
      yield { ...place, topic, by_group, input_topic, input_partition: Number(input_partition), ...mark };
    }
  else if (book === 'parked')
    for (const [key, dead_letters] of Object.entries(head.parked)) yield { ...place, key, dead_letters };
  else if (book === 'journal')
    for await (const { run, seq, code, policy = null, ranges } of allLines(runtime.log, task.group, task.partition))
      yield {
        ...place,
        run,
        seq,
        code,
        policy,
        ranges: ranges.map(([topic, from, to]) => `${topic} ${from}-${to}`).join(', '),
      };
  else yield* outboxLines(runtime, task);
}

async function* outboxLines(runtime: Runtime, task: Task): AsyncGenerator<Line> {
  const place = { group: task.group, partition: task.partition };
  for (const { seq, records, rows } of await runtime.ledger.task(task.group, task.partition).outbox()) {
    for (const record of records)
      yield {
        ...place,
        seq,
        kind: 'record',
        to: record.topic,
        name: record.name === undefined ? null : nameOf(record.name),
        bytes: record.value.length,
      };
    for (const row of rows) yield { ...place, seq, kind: 'row', to: row.table, name: nameOf(row.name), bytes: null };
  }
}
