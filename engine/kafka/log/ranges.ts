/** Where many topics begin and end, asked of the brokers in two requests each instead of two a partition. */
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { LogRange } from '../../ports.ts';
import { EngineError } from '../../errors.ts';
import { patient } from '../client/patient.ts';

const unled = (topic: string, partition: number): EngineError =>
  new EngineError(
    'kafka.away',
    `no broker leads ${topic}, partition ${partition}`,
    'see that the brokers run; it is asked again',
  );

/** Where a partition begins or ends. @throws EngineError `kafka.away` where no broker leads it. */
export async function edgeOf(
  cluster: Cluster,
  topic: string,
  partition: number,
  fromBeginning: boolean,
): Promise<number> {
  await cluster.addTargetTopic(topic);
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromBeginning }]);
  const offset = found?.partitions.find((one) => one.partition === partition)?.offset;
  if (offset !== undefined) return Number(offset);
  // What is known of the topic is from when it was being made; without an answer the partition would seem empty.
  await cluster.refreshMetadata();
  throw unled(topic, partition);
}

/** @param names of topics on the brokers; all of them exist. Resolves with a range a partition, by name. */
export async function rangesOf(
  cluster: Cluster,
  names: readonly string[],
  partitions: number,
): Promise<ReadonlyMap<string, readonly LogRange[]>> {
  if (names.length === 0) return new Map();
  await patient(() => cluster.addMultipleTargetTopics(names));
  const all = Array.from({ length: partitions }, (_, partition) => ({ partition }));
  const offsets = async (fromBeginning: boolean): Promise<ReadonlyMap<string, readonly number[]>> => {
    const asked = names.map((topic) => ({ topic, partitions: all, fromBeginning }));
    const found = await patient(() => cluster.fetchTopicsOffset(asked));
    return new Map(found.map((one) => [one.topic, byPartition(one, partitions)]));
  };
  // The end first: what is appended between the two must not make a log that ends before it begins.
  const ends = await offsets(false);
  const starts = await offsets(true);
  return new Map(
    names.map((name) => {
      const own = starts.get(name) ?? [];
      return [name, own.map((start, partition) => ({ start, end: Math.max(start, ends.get(name)?.[partition] ?? 0) }))];
    }),
  );
}

function byPartition(
  {
    topic,
    partitions: found,
  }: {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  },
  partitions: number,
): readonly number[] {
  const offsets = new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
  return Array.from({ length: partitions }, (_, partition) => {
    const offset = offsets.get(partition);
    if (offset === undefined) throw unled(topic, partition);
    return offset;
  });
}
