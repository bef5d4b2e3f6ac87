/** The topology as people see it: who reads, emits and writes what. */
import type { Topology } from '../../../topology/topology.ts';
import type { TopologyView } from '../operations.ts';

const namesOf = (things: readonly { readonly name: string }[]): readonly string[] => things.map(({ name }) => name);

export const topologyView = ({ processors, topics }: Topology): TopologyView => ({
  groups: processors.map(({ wiring }) => ({
    name: wiring.group,
    description: wiring.description,
    reads: namesOf(wiring.reads),
    emits: namesOf(wiring.emits),
    writes: namesOf(wiring.writes),
  })),
  topics: topics.map((topic) => ({
    name: topic.name,
    description: topic.description,
    partition_key: topic.partitionKey,
    written_by: topic.writtenBy ?? null,
    read_by: topic.readBy ?? null,
  })),
});
