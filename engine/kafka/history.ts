/** The recorded history on the brokers, to read: instances may go on writing. */
import { emittedFirst, type RecordedHistory } from '../backtest/recorded.ts';
import type { LogRange } from '../ports.ts';
import { readOnly } from '../state/rebuild.ts';
import { openKafka, type KafkaEngineOptions } from './kafka.ts';

/** Connects without working on any group. Rejects where a server does not answer. */
export async function openKafkaHistory(
  options: Omit<KafkaEngineOptions, 'sharing' | 'groups'>,
): Promise<RecordedHistory> {
  const { engine, stop } = await openKafka({ ...options, groups: [], sharing: { session_ms: 30_000 } });
  try {
    const names = emittedFirst(options);
    const found = new Map<string, readonly LogRange[]>();
    for (const name of names)
      for (const [topic, ranges] of (await engine.log.ranges?.([name])) ?? []) found.set(topic, ranges);
    const log = readOnly(engine.log);
    const range = (topic: string, partition: number): LogRange => found.get(topic)?.[partition] ?? { start: 0, end: 0 };
    const read: typeof log.read = async (topic, partition, offset, max_records) => {
      const { end } = range(topic, partition);
      if (offset >= end) return [];
      return (await log.read(topic, partition, offset, max_records)).filter((record) => record.offset < end);
    };
    return { options, log: { ...log, range, read }, close: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
