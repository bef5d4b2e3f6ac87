/** The topology as a graph that can be drawn: what is apart from it is told apart, so that the rest stays legible. */
import type { TopologyView } from '../../operations/operations.ts';

export type NodeKind = 'outside' | 'topic' | 'group' | 'loop';

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** The topics whose records go along it. */
  readonly topics: readonly string[];
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
const loopId = (name: string): string => `loop ${name}`;

/** `auto-promoter.evidence` is a group of the loop `auto-promoter`. */
export const loopOf = (group: string): string => group.split('.')[0] ?? group;

export function graphOf({ groups, topics }: TopologyView): Graph {
  const isCollector = ({ reads, emits }: TopologyView['groups'][number]): boolean =>
    emits.length === 0 && topics.length >= fewest_topics && reads.length >= collects_from * topics.length;
  const drawn = groups.filter((group) => !isCollector(group));
  const flows: GraphEdge[] = drawn.flatMap(({ name, reads, emits }) => [
    ...reads.map((topic) => ({ from: topicId(topic), to: groupId(name), topics: [topic] })),
    ...emits.map((topic) => ({ from: groupId(name), to: topicId(topic), topics: [topic] })),
  ]);
  const touched = new Set(flows.flatMap(({ from, to }) => [from, to]));
  const inside = topics.filter(({ name }) => touched.has(topicId(name)));
  const emitted = new Set(drawn.flatMap(({ emits }) => emits));
  const sources = inside.flatMap(({ name, written_by }) =>
    emitted.has(name) ? [] : [{ from: outsideId(written_by ?? 'outside'), to: topicId(name), topics: [name] }],
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

/** So many nodes are read at their natural size on a screen 1,280 pixels broad. */
const most_at_once = 20;

/** Whether the whole is too much to be read at once, so that its loops are drawn first. */
export const isLarge = (graph: Graph): boolean => graph.nodes.length > most_at_once;

/**
 * Loops in place of groups, with topics as the edges between them. What goes to every partition concerns all of them:
 * its edges would hide the others, so it stands apart.
 */
export function loopsOf({ topics }: TopologyView, graph: Graph): Graph {
  const everywhere = topics.filter(({ partition_key }) => partition_key === null).map(({ name }) => name);
  const left_out = new Set([...everywhere, ...graph.apart]);
  const ends = (pick: (edge: GraphEdge, topic: string) => string | undefined, topic: string): ReadonlySet<string> =>
    new Set(graph.edges.flatMap((edge) => pick(edge, topic) ?? []));
  const merged = new Map<string, { from: string; to: string; topics: string[] }>();
  for (const { name } of topics) {
    if (left_out.has(name)) continue;
    const writers = ends(({ from, to }, topic) => (to === topicId(topic) ? placeOf(from) : undefined), name);
    const readers = ends(({ from, to }, topic) => (from === topicId(topic) ? placeOf(to) : undefined), name);
    for (const from of writers)
      for (const to of readers) {
        if (from === to) continue;
        const edge = merged.get(`${from} ${to}`) ?? { from, to, topics: [] };
        edge.topics.push(name);
        merged.set(`${from} ${to}`, edge);
      }
  }
  const drawn = new Set([...merged.values()].flatMap(({ from, to }) => [from, to]));
  const loops = new Set(graph.nodes.flatMap(({ kind, name }) => (kind === 'group' ? [loopOf(name)] : [])));
  return {
    ...graph,
    nodes: [
      ...graph.nodes.filter(({ kind, id }) => kind === 'outside' && drawn.has(id)),
      ...[...loops].map((name): GraphNode => ({ id: loopId(name), kind: 'loop', name })),
    ],
    edges: [...merged.values()],
    apart: [...new Set([...everywhere, ...graph.apart])],
  };
}

/** Where a node of the whole stands among the loops. */
const placeOf = (id: string): string => (id.startsWith('group ') ? loopId(loopOf(id.slice('group '.length))) : id);

/**
 * What touches a group's loop or a topic: of a loop its groups and all they read and emit, of a topic who writes and
 * reads it. Null where nothing of that name is drawn.
 */
export function around(graph: Graph, chosen: string): Graph | null {
  const centre = new Set(
    graph.nodes
      .filter(({ kind, name }) =>
        kind === 'group' ? loopOf(name) === loopOf(chosen) : kind === 'topic' && name === chosen,
      )
      .map(({ id }) => id),
  );
  if (centre.size === 0) return null;
  const edges = graph.edges.filter(({ from, to }) => centre.has(from) || centre.has(to));
  const shown = new Set([...centre, ...edges.flatMap(({ from, to }) => [from, to])]);
  return { ...graph, nodes: graph.nodes.filter(({ id }) => shown.has(id)), edges };
}

/** "the ad platform" → "Ad platform". */
function title(words: string): string {
  const bare = words.replace(/^the /, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
