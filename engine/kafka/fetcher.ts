/** Reads partitions by offset, from the broker that leads each. */
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { Broker, FetchedPartition } from 'kafkajs/src/cluster/index.js';
import type { LogRecord } from '../ports.ts';
import { EngineError } from '../errors.ts';
import { recordOf } from './record.ts';

export interface Wanted {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  /** Where the partition's log begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Offset after the last record that was read, control records included; the wanted one where none came. */
  readonly next: number;
  readonly records: readonly LogRecord[];
}

export interface FetchLimits {
  /** How long a broker waits for records where there are none, milliseconds. */
  readonly max_wait_ms: number;
  readonly max_bytes: number;
  readonly max_partition_bytes: number;
}

const offset_out_of_range = 1;
/** The leader has moved, or the broker does not know yet that it leads: asked again after the metadata. */
const moved = new Set([3, 5, 6, 9, 74, 76]);
/** Everything, not only what transactions have committed: nothing here is written in one. */
const read_uncommitted = 0;

/** What came of a fetch of one partition: records, that its leader is to be looked up again, or that the log is not as it was. */
export type Outcome =
  | Fetched
  | { readonly topic: string; readonly partition: number; readonly moved: true }
  | { readonly topic: string; readonly partition: number; readonly broken: EngineError };

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #limits: FetchLimits;
  readonly #prefix: string;

  /** @param prefix before the names of topics on the brokers */
  constructor(cluster: Cluster, limits: FetchLimits, prefix: string) {
    this.#cluster = cluster;
    this.#limits = limits;
    this.#prefix = prefix;
  }

  /** What is wanted, by the broker that leads it. */
  byLeader(wanted: readonly Wanted[]): ReadonlyMap<number, readonly Wanted[]> {
    const found = new Map<number, Wanted[]>();
    for (const one of wanted) {
      const metadata = this.#cluster.findTopicPartitionMetadata(this.#prefix + one.topic);
      const leader = metadata.find(({ partitionId }) => partitionId === one.partition)?.leader;
      if (leader === undefined)
        throw new EngineError(
          'topic.unknown',
          `${one.topic} has no partition ${one.partition}`,
          'provision the topics',
        );
      const own = found.get(leader) ?? [];
      own.push(one);
      found.set(leader, own);
    }
    return found;
  }

  /** One fetch from one broker. Rejects where it does not answer. */
  async fetch(leader: number, wanted: readonly Wanted[]): Promise<readonly Outcome[]> {
    const broker: Broker = await this.#cluster.findBroker({ nodeId: String(leader) });
    const { max_wait_ms, max_bytes, max_partition_bytes } = this.#limits;
    const topics = new Map<string, { partition: number; fetchOffset: string; maxBytes: number }[]>();
    for (const { topic, partition, offset } of wanted) {
      const partitions = topics.get(topic) ?? [];
      partitions.push({ partition, fetchOffset: String(offset), maxBytes: max_partition_bytes });
      topics.set(topic, partitions);
    }
    const { responses } = await broker.fetch({
      replicaId: -1,
      isolationLevel: read_uncommitted,
      maxWaitTime: max_wait_ms,
      minBytes: 1,
      maxBytes: max_bytes,
      topics: [...topics].map(([topic, partitions]) => ({ topic: this.#prefix + topic, partitions })),
    });
    const offsetOf = new Map(wanted.map(({ topic, partition, offset }) => [`${topic}|${partition}`, offset]));
    return responses.flatMap(({ topicName, partitions }) => {
      const topic = topicName.slice(this.#prefix.length);
      return partitions.map((partition) =>
        outcomeOf(topic, partition, offsetOf.get(`${topic}|${partition.partition}`) ?? 0),
      );
    });
  }

  refresh(): Promise<void> {
    return this.#cluster.refreshMetadata();
  }
}

function outcomeOf(topic: string, fetched: FetchedPartition, offset: number): Outcome {
  const { partition, errorCode, highWatermark, lastStartOffset = '0', messages } = fetched;
  if (moved.has(errorCode)) return { topic, partition, moved: true };
  if (errorCode === offset_out_of_range) {
    const what = `${topic}, partition ${partition}, offset ${offset}: the broker's log does not hold it`;
    const remedy = 'reset the group, which then begins where the log does; or restore the topic';
    return { topic, partition, broken: new EngineError('log.out_of_range', what, remedy) };
  }
  if (errorCode !== 0)
    throw new EngineError('kafka.refused', `${topic}, partition ${partition}: error ${errorCode}`, 'see the broker');
  const records: LogRecord[] = [];
  let next = offset;
  for (const message of messages) {
    const at = Number(message.offset);
    next = Math.max(next, at + 1);
    // A batch comes whole: what is before the wanted offset was read before.
    if (at >= offset && message.isControlRecord !== true) records.push(recordOf(topic, partition, message));
  }
  return { topic, partition, start: Number(lastStartOffset), end: Number(highWatermark), next, records };
}
