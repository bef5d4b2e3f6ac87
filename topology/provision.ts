/** What must exist before a topology can run: topics with partitions and retention, tables with their columns' origin. */
import { check } from './check.ts';
import { FlywheelError } from './errors.ts';
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

/**
 * `partitions` is the same for all topics: a group's inputs are co-partitioned. Throws RangeError below 1, and
 * `topology.invalid` when a topic is kept shorter than a rebuild needs.
 */
export function provisionPlan(topology: Topology, { partitions }: { readonly partitions: number }): ProvisionPlan {
  if (!Number.isInteger(partitions) || partitions < 1)
    throw new RangeError(`partitions is ${partitions}: it must be a whole number of at least 1`);
  const finding = check(topology).find(({ code }) => code === 'topic.short_retention');
  if (finding !== undefined)
    throw new FlywheelError('topology.invalid', { why: `${finding.place}: ${finding.message}` });
  return {
    topics: topology.topics.map(({ name, retention }) => ({ topic: name, partitions, ...retention })),
    tables: tablesOf(topology),
  };
}
