/** A fetch as it goes over the wire, with an answer whose records are still bytes. */
import type { Broker } from 'kafkajs/src/cluster/index.js';
import fetchRequest from 'kafkajs/src/protocol/requests/fetch/v11/request.js';
import { EngineError } from '../../errors.ts';
import { askBroker } from './ask-broker.ts';
import { ByteReader } from './byte-reader.ts';
import type { AbortedTransaction } from './decode-batches.ts';

export interface FetchQuestion {
  readonly max_wait_ms: number;
  readonly max_bytes: number;
  readonly max_partition_bytes: number;
  /** In the order in which the broker fills its answer. */
  readonly wanted: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[];
}

export interface PartitionAnswer {
  readonly topic: string;
  readonly partition: number;
  readonly error: number;
  /** Where the partition's log begins, and where it ends for now: at the first transaction that is not decided. */
  readonly start: number;
  readonly end: number;
  /** Transactions among the records that were given up: what they wrote does not count. */
  readonly aborted: readonly AbortedTransaction[];
  readonly records: Buffer;
}

const fetch_key = 1;
/** Since Kafka 2.3. */
const version = 11;
/** Nothing of ours is written in transactions, but others may publish in theirs, and give one up half way. */
const read_committed = 1;
/** Beyond the time that the broker may wait. */
const answer_within_ms = 30_000;

export async function fetchFrom(broker: Broker, question: FetchQuestion): Promise<readonly PartitionAnswer[]> {
  const found = broker.lookupRequest(fetch_key, { versions: [version], protocol: (chosen) => chosen });
  if (found.version !== version)
    throw new EngineError('kafka.refused', 'the broker is older than Kafka 2.3', 'use a newer one');
  const { max_wait_ms, max_bytes } = question;
  const request = fetchRequest({
    replicaId: -1,
    isolationLevel: read_committed,
    maxWaitTime: max_wait_ms,
    minBytes: 1,
    maxBytes: max_bytes,
    topics: topicsOf(question),
  });
  const decode = (bytes: Buffer): Promise<Answer> => Promise.resolve(answerOf(bytes));
  const parse = (answer: Answer): Promise<Answer> => Promise.resolve(answer);
  const requestTimeout = max_wait_ms + answer_within_ms;
  const answer = await askBroker(broker, { request, response: { decode, parse }, requestTimeout });
  if (answer.error !== 0)
    throw new EngineError('kafka.refused', `a fetch was refused with error ${answer.error}`, 'see the broker');
  return answer.partitions;
}

type Topics = { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];

/** Partitions of one topic that follow each other go together; their order stays. */
function topicsOf({ wanted, max_partition_bytes: maxBytes }: FetchQuestion): Topics {
  const topics: Topics = [];
  for (const { topic, partition, offset } of wanted) {
    let last = topics.at(-1);
    if (last?.topic !== topic) {
      last = { topic, partitions: [] };
      topics.push(last);
    }
    last.partitions.push({ partition, fetchOffset: String(offset), maxBytes });
  }
  return topics;
}

interface Answer {
  readonly clientSideThrottleTime: number;
  readonly error: number;
  readonly partitions: readonly PartitionAnswer[];
}

/** Fetch response, version 11: https://kafka.apache.org/protocol.html#The_Messages_Fetch */
function answerOf(bytes: Buffer): Answer {
  const reader = new ByteReader(bytes);
  const [clientSideThrottleTime, error] = [reader.int32(), reader.int16()];
  reader.int32(); // session
  const partitions: PartitionAnswer[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    const topic = reader.take(reader.int16()).toString();
    for (let count = reader.int32(); count > 0; count--) partitions.push(partitionOf(topic, reader));
  }
  return { clientSideThrottleTime, error, partitions };
}

function partitionOf(topic: string, reader: ByteReader): PartitionAnswer {
  const [partition, error] = [reader.int32(), reader.int16()];
  reader.int64(); // end of the log, decided or not
  const [end, start] = [reader.int64(), reader.int64()];
  const aborted: AbortedTransaction[] = [];
  for (let count = reader.int32(); count > 0; count--) aborted.push({ producer: reader.int64(), from: reader.int64() });
  reader.int32(); // preferred replica
  return { topic, partition, error, start, end, aborted, records: reader.take(reader.int32()) };
}
