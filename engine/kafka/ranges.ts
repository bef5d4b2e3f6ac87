/** Where many topics begin and end, asked of the brokers in two requests each instead of two a partition. */
import type Cluster from 'kafkajs/src/cluster/index.js';
import type { LogRange } from '../ports.ts';
import { patient } from './patient.ts';

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
    return new Map(found.map((one) => [one.topic, byPartition(one.partitions, partitions)]));
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
  found: readonly { readonly partition: number; readonly offset: string }[],
  partitions: number,
): readonly number[] {
  const offsets = Array.from({ length: partitions }, () => 0);
  for (const { partition, offset } of found) offsets[partition] = Number(offset);
  return offsets;
}
