/** The recorded log as far as it was taken when history is decided again. */
import type { Log, LogRecord } from '../ports.ts';
import { readOnly } from '../state/rebuild.ts';

/** `takenTo`: the offset behind the last record of a place that was taken; undefined where none was. */
export function takenLog(recorded: Log, takenTo: (topic: string, partition: number) => number | undefined): Log {
  const all = readOnly(recorded);
  return {
    ...all,
    range: async (topic, partition) => {
      const { start } = await all.range(topic, partition);
      return { start, end: Math.max(start, takenTo(topic, partition) ?? start) };
    },
    read: async (topic, partition, offset, max_records): Promise<readonly LogRecord[]> => {
      const end = takenTo(topic, partition) ?? 0;
      if (offset >= end) return [];
      const read = await all.read(topic, partition, offset, Math.min(max_records, end - offset));
      return read.filter((record) => record.offset < end);
    },
  };
}
