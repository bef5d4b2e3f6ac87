/** The topology as a graph that can be drawn: what is apart from it is told apart, so that the rest stays legible. */
import type { TopologyView } from '../../operations/operations.ts';

export type NodeKind = 'outside' | 'topic' | 'group';

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The topic whose records go along it. */
  readonly topic: string;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Groups that read nearly every topic and emit none: their edges would hide all others. */
  readonly collectors: readonly string[];
  /** Topics that no group drawn reads or emits. */
  readonly apart: readonly string[];
}

/** A group that reads at least this share of the topics and emits nothing collects. */
const collects_from = 0.8;
const fewest_topics = 4;

export const groupId = (name: string): string => `group ${name}`;
export const topicId = (name: string): string => `topic ${name}`;
const outsideId = (name: string): string => `outside ${name}`;

export function graphOf({ groups, topics }: TopologyView): Graph {
  const isCollector = ({ reads, emits }: TopologyView['groups'][number]): boolean =>
    emits.length === 0 && topics.length >= fewest_topics && reads.length >= collects_from * topics.length;
  const drawn = groups.filter((group) => !isCollector(group));
  const flows: GraphEdge[] = drawn.flatMap(({ name, reads, emits }) => [
    ...reads.map((topic) => ({ from: topicId(topic), to: groupId(name), topic })),
    ...emits.map((topic) => ({ from: groupId(name), to: topicId(topic), topic })),
  ]);
  const touched = new Set(flows.flatMap(({ from, to }) => [from, to]));
  const inside = topics.filter(({ name }) => touched.has(topicId(name)));
  const emitted = new Set(drawn.flatMap(({ emits }) => emits));
  const sources = inside.flatMap(({ name, written_by }) =>
    emitted.has(name) ? [] : [{ from: outsideId(written_by ?? 'outside'), to: topicId(name), topic: name }],
  );
  const outside = [...new Set(sources.map(({ from }) => from))];
  return {
    nodes: [
      ...outside.map((id): GraphNode => ({ id, kind: 'outside', name: title(id.slice('outside '.length)) })),
      ...inside.map(({ name }): GraphNode => ({ id: topicId(name), kind: 'topic', name })),
      ...drawn.map(({ name }): GraphNode => ({ id: groupId(name), kind: 'group', name })),
    ],
    edges: [...sources, ...flows],
    collectors: groups.filter(isCollector).map(({ name }) => name),
    apart: topics.filter(({ name }) => !touched.has(topicId(name))).map(({ name }) => name),
  };
}

/** "the ad platform" → "Ad platform". */
function title(words: string): string {
  const bare = words.replace(/^the /, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
