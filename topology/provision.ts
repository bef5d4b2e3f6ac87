/** What must exist before a topology can run: topics with partitions and retention, tables with their columns' origin. */
import { tablesOf } from './fold.ts';
import type { Table } from './topic.ts';
import type { Topology } from './topology.ts';

export interface TopicPlan {
  readonly topic: string;
  readonly partitions: number;
  readonly keep_ms: number | 'forever';
  /** Of records that share these fields at least the newest is kept; empty: no compaction. */
  readonly compactBy: readonly string[];
}

export interface ProvisionPlan {
  readonly topics: readonly TopicPlan[];
  readonly tables: readonly Table[];
}

/** `partitions` is the same for all topics: a group's inputs are co-partitioned. Throws RangeError below 1. */
export function provisionPlan(topology: Topology, { partitions }: { readonly partitions: number }): ProvisionPlan {
  if (!Number.isInteger(partitions) || partitions < 1)
    throw new RangeError(`partitions is ${partitions}: it must be a whole number of at least 1`);
  return {
    topics: topology.topics.map(({ name, retention }) => ({ topic: name, partitions, ...retention })),
    tables: tablesOf(topology),
  };
}
