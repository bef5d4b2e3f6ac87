/** What a source gives becomes records: checked by the same codec that readers use, keyed and partitioned. */
import { EngineError } from './errors.ts';
import { keyOf } from './commit-path/effects.ts';
import type { SourceEvent } from './engine.ts';
import { defaultLimits, type EngineOptions } from './options.ts';
import type { NewRecord } from './ports.ts';

/** Why an event that its schema takes is refused all the same; null when it is not. */
function refusal(topic: string, value: object, value_bytes: number, { policy, limits }: EngineOptions): string | null {
  const record_bytes = limits?.record_bytes ?? defaultLimits.record_bytes;
  if (value_bytes > record_bytes) return `it has ${value_bytes} bytes, a record may have ${record_bytes}`;
  if (topic !== policy.topic) return null;
  try {
    policy.parse(value);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Records of a source's events. Throws, with nothing appended, when one of them breaks its topic's rules. */
export function encodeSourceEvents(
  events: readonly SourceEvent[],
  options: EngineOptions,
  partitionOf: (key: string) => number,
): NewRecord[] {
  const topics = new Map(options.topology.topics.map((topic) => [topic.name, topic]));
  const now_ms = options.clock.now_ms();
  const records: NewRecord[] = [];
  for (const { topic: name, value, headers } of events) {
    const carried = headers === undefined ? {} : { headers };
    const topic = topics.get(name);
    if (topic === undefined)
      throw new EngineError(
        'topic.unknown',
        `there is no topic ${name}`,
        `use one of ${[...topics.keys()].join(', ')}`,
      );
    const bytes = options.codec.encode(name, value);
    const decoded = options.codec.decode(name, bytes, now_ms);
    const why = decoded.ok ? refusal(name, decoded.value, bytes.length, options) : decoded.message;
    if (why !== null)
      throw new EngineError('event.refused', `${name}: ${why}`, 'repair the event; nothing of this batch was appended');
    if (topic.partitionKey === null) {
      for (let partition = 0; partition < options.partitions; partition++)
        records.push({ topic: name, partition, key: '', value: bytes, decoded, ...carried });
      continue;
    }
    const key = keyOf(topic.partitionKey, value);
    records.push({ topic: name, partition: partitionOf(key), key, value: bytes, decoded, ...carried });
  }
  return records;
}
