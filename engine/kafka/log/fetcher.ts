/** Reads partitions by offset, from the broker that leads each. */
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { LogRecord } from '../../ports.ts';
import { EngineError } from '../../errors.ts';
import { fetchFrom, type PartitionAnswer } from '../wire/fetch-request.ts';
import { decodeBatches, type Hole } from '../wire/decode-batches.ts';

export interface Wanted {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  /** Where the partition's log begins, and where it ends for now. */
  readonly start: number;
  readonly end: number;
  /** Offset after the last record that was read, control records included; the wanted one where none came. */
  readonly next: number;
  readonly records: readonly LogRecord[];
  readonly holes: readonly Hole[];
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

/** What came of a fetch of one partition: records, that its leader is to be looked up again, or that the log is not as it was. */
export type Outcome =
  | Fetched
  | { readonly topic: string; readonly partition: number; readonly moved: true }
  | { readonly topic: string; readonly partition: number; readonly broken: EngineError };

export class Fetcher {
  readonly #cluster: Cluster;
  readonly #limits: FetchLimits;
  readonly #prefix: string;
  #turn = 0;

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
    const broker = await this.#cluster.findBroker({ nodeId: String(leader) });
    const prefixed = this.#inTurn(wanted).map((one) => ({ ...one, topic: this.#prefix + one.topic }));
    const answers = await fetchFrom(broker, { ...this.#limits, wanted: prefixed });
    const offsetOf = new Map(wanted.map(({ topic, partition, offset }) => [`${topic}|${partition}`, offset]));
    return Promise.all(
      answers.map((answer) => {
        const topic = answer.topic.slice(this.#prefix.length);
        return outcomeOf({ ...answer, topic }, offsetOf.get(`${topic}|${answer.partition}`) ?? 0);
      }),
    );
  }

  /** A broker fills its answer in the order of the question: each time another is first, so that none starves. */
  #inTurn(wanted: readonly Wanted[]): readonly Wanted[] {
    const first = this.#turn++ % Math.max(1, wanted.length);
    return [...wanted.slice(first), ...wanted.slice(0, first)];
  }

  refresh(): Promise<void> {
    return this.#cluster.refreshMetadata();
  }
}

async function outcomeOf(answer: PartitionAnswer, offset: number): Promise<Outcome> {
  const { topic, partition, error, start, end, aborted, records } = answer;
  if (moved.has(error)) return { topic, partition, moved: true };
  if (error === offset_out_of_range) {
    const what = `${topic}, partition ${partition}, offset ${offset}: the broker's log does not hold it`;
    const remedy = 'reset the group, which then begins where the log does; or restore the topic';
    return { topic, partition, broken: new EngineError('log.out_of_range', what, remedy) };
  }
  if (error !== 0)
    throw new EngineError('kafka.refused', `${topic}, partition ${partition}: error ${error}`, 'see the broker');
  return { topic, partition, start, end, ...(await decodeBatches(records, { topic, partition }, offset, aborted)) };
}
