/** A topology as people and programs read it: text, JSON, Mermaid and the page `docs/topology.md`. */
import { graphOf, type Graph, type GroupNode, type TopicNode } from './fold.ts';
import type { Topology } from './topology.ts';

/** The shape that programs get. */
export interface TopologyJson {
  readonly groups: readonly {
    readonly name: string;
    readonly reads: readonly string[];
    readonly emits: readonly string[];
    readonly writes: readonly string[];
  }[];
  readonly topics: readonly string[];
}

export const describeJson = (topology: Topology): TopologyJson => {
  const { groups, topics } = graphOf(topology);
  return {
    groups: groups.map(({ name, reads, emits, writes }) => ({ name, reads, emits, writes })),
    topics: topics.map(({ name }) => name),
  };
};

const listed = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));

/** Plain text for a terminal. */
export function describeText(topology: Topology): string {
  const { groups, topics, cycles } = graphOf(topology);
  const groupText = ({ name, description, reads, emits, writes }: GroupNode): string =>
    `${name}: ${description}\n  reads  ${listed(reads)}\n  emits  ${listed(emits)}\n  writes ${listed(writes)}`;
  const topicText = ({ name, partitionKey, description }: TopicNode): string =>
    `${name} (${partitionKey === null ? 'to every partition' : `keyed by ${partitionKey}`}): ${description}`;
  const cycleText = cycles.map((cycle) => `${cycle.groups.join(', ')} by ${cycle.topics.join(', ')}`);
  return [
    ...groups.map(groupText),
    topics.map(topicText).join('\n'),
    ...(cycleText.length === 0 ? [] : [`circles: ${cycleText.join('; ')}`]),
  ].join('\n\n');
}

/** Names as Mermaid takes them for ids. */
const id = (kind: string, name: string): string => `${kind}_${name.replaceAll(/[^a-z0-9]/gi, '_')}`;

/** Groups that keep a copy of nearly all there is hide the picture: they are drawn beside it, by one line. */
const collects = ({ reads, emits, writes }: GroupNode, { topics }: Graph): boolean =>
  emits.length === 0 && writes.length >= reads.length && topics.length > 2 && reads.length >= 0.75 * topics.length;

/** A Mermaid flowchart: topics as rounded boxes, groups as boxes, tables as cylinders, the outside as circles. */
export function describeMermaid(topology: Topology): string {
  const graph = graphOf(topology);
  const drawn = graph.groups.filter((group) => !collects(group, graph));
  const lines = [
    ...drawn.map(({ name }) => `${id('group', name)}["${name}"]:::group`),
    ...graph.topics.map(({ name }) => `${id('topic', name)}(["${name}"])`),
    ...outside(graph),
    ...drawn.flatMap(groupEdges),
    ...graph.groups.filter((group) => collects(group, graph)).map((group) => collector(group, graph)),
    'classDef group fill:#1f6feb,stroke:#1f6feb,color:#fff',
    'classDef outside fill:none,stroke-dasharray:4',
  ];
  return ['flowchart LR', ...lines.map((line) => `  ${line}`)].join('\n');
}

function outside({ topics }: Graph): readonly string[] {
  const sources = [...new Set(topics.flatMap(({ writtenBy }) => writtenBy ?? []))];
  return [
    ...sources.map((source) => `${id('from', source)}(("${source}")):::outside`),
    ...topics.flatMap(({ name, writtenBy }) =>
      writtenBy === null ? [] : [`${id('from', writtenBy)} --> ${id('topic', name)}`],
    ),
  ];
}

const groupEdges = ({ name, reads, emits, writes }: GroupNode): readonly string[] => [
  ...reads.map((topic) => `${id('topic', topic)} --> ${id('group', name)}`),
  ...emits.map((topic) => `${id('group', name)} --> ${id('topic', topic)}`),
  ...writes.map((table) => `${id('group', name)} --> ${id('table', table)}[("${table}")]`),
];

function collector({ name, reads, writes }: GroupNode, { topics }: Graph): string {
  const read = reads.length === topics.length ? 'every topic' : `${reads.length} of ${topics.length} topics`;
  return `${id('read_by', name)}(["${read}"]) --> ${id('group', name)}["${name}"]:::group --> tables[("${writes.length} tables")]`;
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ') || 'nothing';

function groupSection({ name, description, reads, emits, writes }: GroupNode): string {
  return `### ${name}\n\n${description}.\n\n- reads ${code(reads)}\n- emits ${code(emits)}\n- writes ${code(writes)}`;
}

function topicLine({ name, partitionKey, writers, readers, writtenBy, readBy }: TopicNode): string {
  const key = partitionKey === null ? 'to every partition' : `\`${partitionKey}\``;
  const from = [...writers, ...(writtenBy === null ? [] : [writtenBy])].join(', ');
  const to = [...readers, ...(readBy === null ? [] : [readBy])].join(', ');
  return `| \`${name}\` | ${key} | ${from} | ${to} |`;
}

const cycleSection = ({ cycles }: Graph): string =>
  cycles.length === 0
    ? 'No group hears of its own events: the topology has no circles.'
    : cycles.map(({ groups, topics }) => `- ${code(groups)} by ${code(topics)}`).join('\n');

/** The page `docs/topology.md`. */
export function describePage(topology: Topology): string {
  const graph = graphOf(topology);
  return `# Topology

Made from the wirings in \`processors/\` by \`npm run docs\`; do not edit.

\`\`\`mermaid
${describeMermaid(topology)}
\`\`\`

## Groups

${graph.groups.map(groupSection).join('\n\n')}

## Topics

| topic | key | written by | read by |
| --- | --- | --- | --- |
${graph.topics.map(topicLine).join('\n')}

## Circles

${cycleSection(graph)}
`;
}
