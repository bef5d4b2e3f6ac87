/** Looks at brokers and Redis as a start would need them; for `flywheel doctor`. */
import { journalTopic, type EngineOptions } from '../../options.ts';
import type { LogRecord } from '../../ports.ts';
import { withAdmin } from '../client/admin.ts';
import { reached } from '../redis/away.ts';
import { redisStanding, type RedisStanding } from '../redis/check.ts';
import type { BrokerOptions } from '../client/connection.ts';
import { topicPlans } from '../kafka.ts';
import { topicStandings } from './plan.ts';
import { connectRedis, type RedisSecrets } from '../redis/redis.ts';
import { isStampedAhead, stampedTooEarly, stampsOf } from './stamps.ts';

export interface KafkaReport {
  readonly brokers: number;
  readonly topics_missing: number;
  /** Topics that are otherwise than wanted, in words. */
  readonly topics_wrong: readonly string[];
  readonly may_create: boolean;
  /** Whether a broker stamps records after the clock of this machine; null where none does, or nothing is written yet. */
  readonly stamps_ahead: boolean | null;
  /** By how much a broker stamped the newest tick before its hour had ended; null where that is not known. */
  readonly tick_early_ms: number | null;
}

export interface ClockQuestion {
  readonly tick_topic: string;
  /** When the hour of a tick had ended, UTC epoch milliseconds. */
  readonly endOfHour: (tick: LogRecord) => number | undefined;
  readonly most_apart_ms: number;
}

/** @throws EngineError where no broker answers, or they refuse this process. */
export function examineKafka(
  kafka: BrokerOptions,
  options: Pick<EngineOptions, 'topology' | 'deadLetters' | 'policy' | 'partitions'>,
  { tick_topic, endOfHour, most_apart_ms }: ClockQuestion,
): Promise<KafkaReport> {
  return withAdmin(kafka, async (admin) => {
    const { brokers } = await admin.describeCluster();
    const stamps = await stampsOf(kafka, tick_topic);
    const standings = await topicStandings(admin, topicPlans({ ...options, kafka }), { by_broker: stamps !== 'clock' });
    const missing = standings.filter(({ exists }) => !exists);
    const topics_wrong = standings.flatMap(({ plan, changes, fixed }) =>
      [...fixed, ...changes.map(({ name, found, wanted }) => `${name} is ${found}, not ${wanted}`)].map(
        (said) => `${plan.topic}: ${said}`,
      ),
    );
    const first = missing[0];
    const may_create =
      first === undefined ||
      (await admin
        .createTopics({ validateOnly: true, topics: [{ topic: first.plan.topic, numPartitions: 1 }] })
        .then(() => true)
        .catch(() => false));
    const newest = newestTopic(options, kafka);
    const is_there = standings.some(({ plan, exists }) => exists && plan.topic === newest);
    const stamps_ahead = stamps === 'broker' && is_there ? await isStampedAhead(admin, newest, most_apart_ms) : null;
    const tick_early_ms = stamps === 'broker' ? await stampedTooEarly(kafka, tick_topic, endOfHour) : null;
    const topics_missing = missing.length;
    return { brokers: brokers.length, topics_missing, topics_wrong, may_create, stamps_ahead, tick_early_ms };
  });
}

/** Where something is written last: the journal of the group that reads most has a line for each batch of it. */
function newestTopic({ topology }: Pick<EngineOptions, 'topology'>, { topic_prefix = '' }: BrokerOptions): string {
  const [most] = [...topology.processors].sort((a, b) => b.wiring.reads.length - a.wiring.reads.length);
  return topic_prefix + journalTopic(most?.wiring.group ?? '');
}

/** @throws EngineError where Redis does not answer, or does not take the name and password. */
export async function examineRedis(
  url: string,
  secrets: RedisSecrets,
): Promise<{ readonly standing: RedisStanding; readonly apart_ms: number }> {
  const redis = connectRedis(url, undefined, secrets);
  redis.on('error', () => undefined);
  try {
    await reached(redis);
    const before_ms = Date.now();
    const [seconds = 0, micros = 0] = await redis.time();
    const middle_ms = (before_ms + Date.now()) / 2;
    const apart_ms = Math.round(Number(seconds) * 1_000 + Number(micros) / 1_000 - middle_ms);
    return { standing: await redisStanding(redis), apart_ms };
  } finally {
    redis.disconnect();
  }
}
