/** Topics as the engine needs them: stamped by the broker, with as many partitions as it counts on. */
import type { Admin } from 'kafkajs';
import { EngineError } from '../../errors.ts';
import { patient } from '../client/patient.ts';

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  /** How long records are kept, milliseconds; left out: for ever. */
  readonly keep_ms?: number;
}

export interface TopicSettings {
  /**
   * Whether the broker stamps records. Inputs merge by their stamps, so producers' clocks must not; only a clock that is
   * not the world's, as a simulation's, stamps by itself.
   */
  readonly by_broker: boolean;
  /** Copies of each partition; 1 where it is left out. */
  readonly replication?: number;
}

const for_ever = '-1';
const any_time = String(Number.MAX_SAFE_INTEGER);

export const configOf = (
  { keep_ms }: TopicPlan,
  { by_broker }: TopicSettings,
): readonly { name: string; value: string }[] =>
  Object.entries({
    'max.message.bytes': '1048588',
    // Kafka compacts by record key, which is the account here, and not by what a record is of.
    'cleanup.policy': 'delete',
    // Brokers count a record's age from its stamp to their own clock: of another time everything would be too old.
    'retention.ms': keep_ms === undefined || !by_broker ? for_ever : String(keep_ms),
    'message.timestamp.type': by_broker ? 'LogAppendTime' : 'CreateTime',
    ...(by_broker ? {} : { 'message.timestamp.after.max.ms': any_time, 'message.timestamp.before.max.ms': any_time }),
  }).map(([name, value]) => ({ name, value }));

/** Makes the topics that are missing; resolves with their names. Rejects where one has another number of partitions. */
export async function ensureTopics(
  admin: Admin,
  plans: readonly TopicPlan[],
  settings: TopicSettings,
): Promise<readonly string[]> {
  const known = new Set(await admin.listTopics());
  const existing = plans.filter(({ topic }) => known.has(topic));
  if (existing.length > 0) {
    const { topics } = await patient(() => admin.fetchTopicMetadata({ topics: existing.map(({ topic }) => topic) }));
    for (const { topic, partitions } of existing) {
      const found = topics.find(({ name }) => name === topic)?.partitions.length;
      if (found !== partitions)
        throw new EngineError(
          'store.partitions',
          `topic ${topic} has ${found ?? 0} partitions, ${partitions} are counted on`,
          'set partitions to what the topics have; more partitions are new topics and a new run',
        );
    }
  }
  const missing = plans.filter(({ topic }) => !known.has(topic));
  if (missing.length > 0) await patient(() => made(admin, missing, settings));
  return missing.map(({ topic }) => topic);
}

/** A topic that somebody else made meanwhile is as good. */
async function made(admin: Admin, plans: readonly TopicPlan[], settings: TopicSettings): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    topics: plans.map((plan) => ({
      topic: plan.topic,
      numPartitions: plan.partitions,
      replicationFactor: settings.replication ?? 1,
      configEntries: [...configOf(plan, settings)],
    })),
  });
}
