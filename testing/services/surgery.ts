/** What an operator, or a disk, may do to topics behind the engine's back. */
import { Kafka, logLevel, type Admin } from 'kafkajs';

/** Kafka's number for a topic among what can be configured. */
const topic_resource = 2;

async function asAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ clientId: 'surgery', brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Removes what lies before an offset of a partition. */
export const cutBefore = (
  brokers: readonly string[],
  topic: string,
  partition: number,
  offset: number,
): Promise<void> =>
  asAdmin(brokers, async (admin) => {
    // Without having asked for the topic the client does not know who leads it, and refuses.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });

/** Removes a topic and makes it again, empty. */
export const emptied = (brokers: readonly string[], topic: string, partitions: number): Promise<void> =>
  asAdmin(brokers, async (admin) => {
    await admin.deleteTopics({ topics: [topic] });
    for (let tries = 0; ; tries++)
      try {
        const config = { name: 'message.timestamp.type', value: 'LogAppendTime' };
        const topics = [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries: [config] }];
        await admin.createTopics({ waitForLeaders: true, topics });
        return;
      } catch (error) {
        // Its removal takes a moment.
        if (tries > 50) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
  });

/** Removes every topic whose name begins so. */
export const removed = (brokers: readonly string[], prefix: string): Promise<void> =>
  asAdmin(brokers, async (admin) => {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  });

/** Whether a topic takes records: one that wants more replicas than there are refuses them. */
export const writable = (brokers: readonly string[], topic: string, isWritable: boolean): Promise<void> =>
  asAdmin(brokers, async (admin) => {
    const configEntries = [{ name: 'min.insync.replicas', value: isWritable ? '1' : '2' }];
    const resources = [{ type: topic_resource, name: topic, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
  });
