/** Folds wirings into one graph: who reads, emits and writes what, and which groups answer each other in a circle. */
import type { AnyProcessor } from './processor.ts';
import type { Table, Topic } from './topic.ts';
import type { Topology } from './topology.ts';

export interface GroupNode {
  readonly name: string;
  readonly description: string;
  /** Names of topics, as wired. */
  readonly reads: readonly string[];
  readonly emits: readonly string[];
  /** Names of tables. */
  readonly writes: readonly string[];
}

export interface TopicNode {
  readonly name: string;
  readonly description: string;
  readonly partitionKey: string | null;
  /** Groups that emit it. */
  readonly writers: readonly string[];
  /** Groups that read it. */
  readonly readers: readonly string[];
  /** Who outside the topology writes it, where somebody does. */
  readonly writtenBy: string | null;
  /** Who outside the topology reads it, or why nobody does. */
  readonly readBy: string | null;
}

export interface TableNode {
  readonly name: string;
  /** Topic whose schema gives its columns. */
  readonly of: string;
  readonly writers: readonly string[];
}

/** Groups that reach each other, with the topics they do it by. */
export interface Cycle {
  readonly groups: readonly string[];
  readonly topics: readonly string[];
}

export interface Graph {
  readonly groups: readonly GroupNode[];
  readonly topics: readonly TopicNode[];
  readonly tables: readonly TableNode[];
  readonly cycles: readonly Cycle[];
}

/** The topology of a program: its processors and the topics they may share. */
export const fold = (processors: readonly AnyProcessor[], topics: readonly Topic[]): Topology => ({
  topics,
  processors,
});

/** The tables that some group writes, each once. */
export function tablesOf({ processors }: Topology): readonly Table[] {
  const tables = new Map<string, Table>();
  for (const { wiring } of processors) for (const table of wiring.writes) tables.set(table.name, table);
  return [...tables.values()];
}

const namesOf = (things: readonly { readonly name: string }[]): readonly string[] => things.map(({ name }) => name);

/** The graph of a topology. Never throws: what does not fit together is for `check` to say. */
export function graphOf(topology: Topology): Graph {
  const groups = topology.processors.map(({ wiring }) => ({
    name: wiring.group,
    description: wiring.description,
    reads: namesOf(wiring.reads),
    emits: namesOf(wiring.emits),
    writes: namesOf(wiring.writes),
  }));
  const groupsWhere = (side: 'reads' | 'emits' | 'writes', name: string): readonly string[] =>
    namesOf(groups.filter((group) => group[side].includes(name)));
  return {
    groups,
    topics: topology.topics.map((topic) => ({
      name: topic.name,
      description: topic.description,
      partitionKey: topic.partitionKey,
      writers: groupsWhere('emits', topic.name),
      readers: groupsWhere('reads', topic.name),
      writtenBy: topic.writtenBy ?? null,
      readBy: topic.readBy ?? null,
    })),
    tables: tablesOf(topology).map((table) => ({
      name: table.name,
      of: table.of.name,
      writers: groupsWhere('writes', table.name),
    })),
    cycles: cyclesOf(groups),
  };
}

/** Strongly connected sets of groups, in the order in which the first of each is wired. */
function cyclesOf(groups: readonly GroupNode[]): readonly Cycle[] {
  const reached = new Map(groups.map((group) => [group.name, reachedFrom(group, groups)]));
  const reaches = (from: string, to: string): boolean => reached.get(from)?.has(to) === true;
  const cycles: Cycle[] = [];
  const taken = new Set<string>();
  for (const { name } of groups) {
    if (taken.has(name) || !reaches(name, name)) continue;
    const members = groups.filter((group) => reaches(name, group.name) && reaches(group.name, name));
    for (const member of members) taken.add(member.name);
    const emitted = members.flatMap((member) => member.emits);
    const topics = emitted.filter((topic) => members.some((member) => member.reads.includes(topic)));
    cycles.push({ groups: namesOf(members), topics: [...new Set(topics)] });
  }
  return cycles;
}

/** Groups that events of a group lead to, in one step or many. */
function reachedFrom(from: GroupNode, groups: readonly GroupNode[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [from];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    const { emits } = group;
    for (const next of groups) {
      if (reached.has(next.name) || !next.reads.some((topic) => emits.includes(topic))) continue;
      reached.add(next.name);
      waiting.push(next);
    }
  }
  return reached;
}
