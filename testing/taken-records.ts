/** Records of a topic as a reader of ours takes them: each once, by name. */
import type { LogRecord } from '../engine/ports.ts';
import { readRange } from '../engine/read-range.ts';
import type { Runtime } from '../engine/runtime.ts';
import { dropName, Watermarks } from '../engine/commit-path/watermarks.ts';

export async function* takenRecords({ log }: Pick<Runtime, 'log'>, topic: string): AsyncGenerator<LogRecord> {
  for (let partition = 0; partition < log.partitions; partition++) {
    const taken = new Watermarks({});
    const { start, end } = await log.range(topic, partition);
    for await (const record of readRange(log, topic, partition, start, end)) {
      const name = dropName(record);
      if (name === undefined || !taken.seen(topic, name)) yield record;
    }
  }
}
