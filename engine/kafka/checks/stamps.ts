/** Who stamps the records of a topic that is there already, and whether stamps run ahead of this machine's clock. */
import type { Admin } from 'kafkajs';
import type { LogRecord } from '../../ports.ts';
import { withAdmin } from '../client/admin.ts';
import type { BrokerOptions } from '../client/connection.ts';
import { KafkaLog } from '../log/kafka-log.ts';

/** What the client calls ConfigResourceTypes.TOPIC, which it does not export to modules. */
const topic_resource = 2;

/** `clock` where producers stamp by their own clocks; null where there is no such topic. */
export function stampsOf(options: BrokerOptions, topic: string): Promise<'broker' | 'clock' | null> {
  const name = `${options.topic_prefix ?? ''}${topic}`;
  return withAdmin(options, async (admin) => {
    if (!(await admin.listTopics()).includes(name)) return null;
    const asked = [{ type: topic_resource, name, configNames: ['message.timestamp.type'] }];
    const { resources } = await admin.describeConfigs({ resources: asked, includeSynonyms: false });
    return resources[0]?.configEntries[0]?.configValue === 'LogAppendTime' ? 'broker' : 'clock';
  });
}

/**
 * Whether a topic has a record that is stamped more than `by_ms` after the clock of this machine. Brokers tell their time
 * by nothing else: of one whose clock is behind see `stampedTooEarly`.
 */
export async function isStampedAhead(admin: Admin, topic: string, by_ms: number): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  const later = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() + by_ms);
  return later.some(({ partition, offset }) => {
    const high = ends.find((one) => one.partition === partition)?.high;
    return high !== undefined && Number(offset) < Number(high);
  });
}

/** A log of which only records are asked for. */
const nowhere = { get: () => Promise.resolve(undefined), set: () => Promise.resolve(false) };

/**
 * By how many milliseconds the newest record of a topic's first partition is stamped before the moment that it tells of:
 * then the broker's clock is behind that of whoever wrote it. 0 where it is not, which shows nothing, for it may have been
 * written late. Null where there is no record, or none that tells of a moment.
 * @param due the moment that a record tells of, UTC epoch milliseconds
 */
export async function stampedTooEarly(
  options: BrokerOptions,
  topic: string,
  due: (record: LogRecord) => number | undefined,
): Promise<number | null> {
  const log = await KafkaLog.open({ ...options, partitions: 1, topics: [topic], positions: nowhere, stamp: null });
  try {
    const { start, end } = await log.range(topic, 0);
    const [newest] = end > start ? await log.read(topic, 0, end - 1, 1) : [];
    const due_ms = newest === undefined ? undefined : due(newest);
    return newest === undefined || due_ms === undefined ? null : Math.max(0, due_ms - newest.appended_ms);
  } finally {
    await log.close();
  }
}
