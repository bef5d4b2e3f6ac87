/** Walks a partition of the log. */
import type { Log, LogRange, LogRecord } from './ports.ts';

/** Records with offsets in [from, to), in order; compaction leaves gaps. */
export async function* readRange(
  log: Log,
  topic: string,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<LogRecord> {
  for (let offset = from; offset < to;) {
    const records = await log.read(topic, partition, offset, Math.min(1_024, to - offset));
    if (records.length === 0) return;
    for (const record of records) {
      if (record.offset >= to) return;
      yield record;
      offset = record.offset + 1;
    }
  }
}

/** Start and end as they are at this moment, also where the log answers from what it saw last. */
export const rangeNow = (log: Log, topic: string, partition: number): LogRange | Promise<LogRange> =>
  log.rangeNow?.(topic, partition) ?? log.range(topic, partition);

/** How many offsets of a partition are still to be read by who stands at `offset`. */
export function unread(log: Log, topic: string, partition: number, offset: number, { start, end }: LogRange): number {
  const at = log.past?.(topic, partition, offset) ?? offset;
  return Math.max(0, end - Math.max(at, start));
}
