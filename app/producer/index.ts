/**
 * `ad-flywheel/producer`: publishes ad events to the topics that Flywheel reads on Kafka. Events are checked against the
 * schemas of this release before they leave; a mistake is an error with the field, the value, the rule and what to do.
 */
import { openSender } from '../../engine/kafka/sender.ts';
import type { BrokerOptions } from '../../engine/kafka/client/connection.ts';
import { createCodec } from '../../schemas/codec.ts';
import { checkedInIds } from '../../schemas/ids.ts';
import { checked, outsideTopics } from './events.ts';
import { Producer, usualLimits, type ProducerLimits, type Source } from './producer.ts';
import { registryIds, type RegistryAccess } from './registry-ids.ts';

export type { OutsideEvents, OutsideTopic } from './events.ts';
export type { Delivery, Producer, ProducerLimits, SendOptions, Source } from './producer.ts';
export type { RegistryAccess } from './registry-ids.ts';

export interface ProducerOptions extends Partial<ProducerLimits> {
  /** host:port of brokers. */
  readonly brokers: readonly string[];
  /** How brokers see this program in their logs. */
  readonly client_id?: string;
  /** Where schema ids come from; left out where Flywheel runs without a registry, which then uses those of its release. */
  readonly registry?: RegistryAccess;
  /** Names events, so that sending one again has its effect once. */
  readonly source?: Source;
  /** As Flywheel's setting `kafka_topic_prefix`. */
  readonly topic_prefix?: string;
  readonly tls?: BrokerOptions['tls'];
  readonly sasl?: BrokerOptions['sasl'];
}

const send_within_ms = 30_000;

/** Connects. Rejects where a broker, a topic or a schema is missing, or a login is refused. */
export async function openProducer(options: ProducerOptions): Promise<Producer> {
  const {
    brokers,
    client_id = 'flywheel-producer',
    registry,
    source,
    topic_prefix = '',
    tls,
    sasl,
    ...limits
  } = options;
  const ids = registry === undefined ? checkedInIds : await registryIds(registry, outsideTopics, topic_prefix);
  const sender = await openSender({
    brokers,
    client_id,
    topic_prefix,
    ...(tls !== undefined && { tls }),
    ...(sasl !== undefined && { sasl }),
    topics: outsideTopics.map(({ name }) => name),
    send_within_ms,
  });
  return new Producer({
    sender,
    codec: createCodec({ topics: outsideTopics, ids }),
    limits: { ...usualLimits, ...limits },
    now_ms: () => Date.now(),
    source: source ?? null,
  });
}

export interface EncodedEvent {
  readonly key: string;
  /** Confluent wire format: a zero byte, the schema id, the Avro body. */
  readonly value: Uint8Array;
}

/** For programs that send by other means: checks an event as `send` does and gives its key and bytes. */
export async function openEncoder(
  options: Pick<ProducerOptions, 'registry' | 'topic_prefix'> = {},
): Promise<(topic: string, value: unknown) => EncodedEvent> {
  const { registry, topic_prefix = '' } = options;
  const ids = registry === undefined ? checkedInIds : await registryIds(registry, outsideTopics, topic_prefix);
  const codec = createCodec({ topics: outsideTopics, ids });
  return (topic, given) => {
    const { key, value } = checked(topic, given, Date.now());
    return { key, value: Uint8Array.from(codec.encode(topic, value)) };
  };
}
