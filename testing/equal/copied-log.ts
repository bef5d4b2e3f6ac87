/** All records of an engine's log, to be put into another one. */
import { journalTopic } from '../../engine/options.ts';
import type { LogRecord } from '../../engine/ports.ts';
import { readRange } from '../../engine/read-range.ts';
import type { Runtime } from '../../engine/runtime.ts';

/** Records of all topics, journals included, by `topic|partition`, from offset 0 on. */
export type CopiedLog = ReadonlyMap<string, readonly LogRecord[]>;

/** Throws where a log does not begin at 0, or has gaps: another one could not give the same offsets. */
export async function logOf({ topology, options, log }: Runtime): Promise<CopiedLog> {
  const own = topology.processors.map(({ wiring }) => journalTopic(wiring.group));
  const names = [...topology.topics.map(({ name }) => name), options.policy.topic, options.deadLetters.topic, ...own];
  const found = new Map<string, readonly LogRecord[]>();
  for (const topic of new Set(names))
    for (let partition = 0; partition < options.partitions; partition++) {
      const { end } = await log.range(topic, partition);
      const records: LogRecord[] = [];
      for await (const record of readRange(log, topic, partition, 0, end)) records.push(record);
      const gap = records.findIndex(({ offset }, i) => offset !== i);
      if (gap >= 0 || records.length !== end) throw new Error(`${topic}, partition ${partition}: offsets have gaps`);
      if (records.length > 0) found.set(`${topic}|${partition}`, records);
    }
  return found;
}
