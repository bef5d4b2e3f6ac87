/** Finds an event of ours in its topic by the name of its cause. */
import type { CauseName, Log, LogRecord } from '../ports.ts';
import { readRange } from '../read-range.ts';

const named = (record: LogRecord, name: CauseName): boolean =>
  record.name !== undefined &&
  record.name.offset === name.offset &&
  record.name.ordinal === name.ordinal &&
  record.name.topic === name.topic &&
  record.name.partition === name.partition &&
  record.name.group === name.group &&
  record.name.run === name.run;

/** First offset whose record was appended at or after `at_ms`: an effect is never older than its cause. */
async function firstSince(log: Log, topic: string, partition: number, at_ms: number): Promise<number> {
  const range = await log.range(topic, partition);
  let low = range.start;
  let high = range.end;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [record] = await log.read(topic, partition, middle, 1);
    if (record !== undefined && record.appended_ms < at_ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** When the cause reached the log; 0 where it is no longer kept. */
async function causedAt(log: Log, name: CauseName): Promise<number> {
  const [cause] = await log.read(name.topic, name.partition, name.offset, 1);
  return cause?.offset === name.offset ? cause.appended_ms : 0;
}

export async function findByName(log: Log, topic: string, name: CauseName): Promise<LogRecord | undefined> {
  const since_ms = await causedAt(log, name);
  const earlier: (readonly [partition: number, start: number, end: number])[] = [];
  for (let i = 0; i < log.partitions; i++) {
    const partition = (name.partition + i) % log.partitions;
    const from = await firstSince(log, topic, partition, since_ms);
    const { start, end } = await log.range(topic, partition);
    for await (const record of readRange(log, topic, partition, from, end)) if (named(record, name)) return record;
    earlier.push([partition, start, from]);
  }
  // The clock may have stepped back between cause and effect.
  for (const [partition, start, end] of earlier)
    for await (const record of readRange(log, topic, partition, start, end)) if (named(record, name)) return record;
  return undefined;
}

/**
 * What one record caused in `topic`, in order: the effects of the run in force, those of a run before a reset are
 * superseded. Looks from when the cause reached the log; a clock that stepped back right then hides them.
 */
export async function causedBy(
  log: Log,
  topic: string,
  { group, run }: { readonly group: string; readonly run: number },
  cause: LogRecord,
): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (let partition = 0; partition < log.partitions; partition++) {
    const from = await firstSince(log, topic, partition, cause.appended_ms);
    const { end } = await log.range(topic, partition);
    for await (const record of readRange(log, topic, partition, from, end)) {
      const { name } = record;
      if (name?.group !== group || name.run !== run || name.topic !== cause.topic || name.partition !== cause.partition)
        continue;
      if (name.offset > cause.offset) break; // what one run makes of one input partition stands in the input's order
      if (name.offset === cause.offset) found.push(record);
    }
  }
  return found;
}
