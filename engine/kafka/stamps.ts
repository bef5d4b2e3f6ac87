/** Who stamps the records of a topic that is there already, and whether stamps run ahead of this machine's clock. */
import type { Admin } from 'kafkajs';
import { withAdmin } from './admin.ts';
import type { BrokerOptions } from './connection.ts';

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
 * by nothing else: one whose clock is behind is not found out by it.
 */
export async function isStampedAhead(admin: Admin, topic: string, by_ms: number): Promise<boolean> {
  const ends = await admin.fetchTopicOffsets(topic);
  const later = await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() + by_ms);
  return later.some(({ partition, offset }) => {
    const high = ends.find((one) => one.partition === partition)?.high;
    return high !== undefined && Number(offset) < Number(high);
  });
}
