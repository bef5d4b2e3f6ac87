/** The picture of a topology at a glance: loops, and what they tell each other. All of it is in `describe.ts`. */
import { graphOf, type Graph } from './fold.ts';
import type { Topology } from './topology.ts';

/** Groups of one loop have its name before the first dot: `creative-dna` and `creative-dna.formula`. */
const loopOf = (group: string): string => group.split('.')[0] ?? group;
const id = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '_');

/** Longer lists are counted. */
const most_named = 4;
const named = (topics: readonly string[]): string =>
  topics.length > most_named ? `${topics.length} topics` : topics.join('<br/>');

/** Topics from one to another, by both, in the order of the graph. */
class Arrows {
  readonly #topics = new Map<string, { readonly from: string; readonly to: string; readonly topics: string[] }>();

  add(from: string, to: string, topic: string): void {
    const key = JSON.stringify([from, to]);
    const known = this.#topics.get(key);
    if (known === undefined) this.#topics.set(key, { from, to, topics: [topic] });
    else known.topics.push(topic);
  }

  /** From whom there are any. */
  get senders(): readonly string[] {
    return [...new Set([...this.#topics.values()].map(({ from }) => from))];
  }

  get lines(): readonly string[] {
    return [...this.#topics.values()].map(({ from, to, topics }) => `${id(from)} -- "${named(topics)}" --> ${id(to)}`);
  }
}

/** What loops tell each other, and what the outside tells any of them. */
function arrowsOf({ topics }: Graph, aside: ReadonlySet<string>): { readonly inner: Arrows; readonly outer: Arrows } {
  const [inner, outer] = [new Arrows(), new Arrows()];
  for (const { name, writers, readers, writtenBy } of topics) {
    const to = new Set(readers.map(loopOf).filter((loop) => !aside.has(loop)));
    for (const loop of to)
      for (const from of new Set(writers.map(loopOf)))
        if (from !== loop && !aside.has(from)) inner.add(from, loop, name);
    if (writtenBy !== null && to.size > 0) outer.add(writtenBy, 'loops', name);
  }
  return { inner, outer };
}

/**
 * A Mermaid flowchart of the loops of a topology. Loops `aside`, which hear of nearly all there is or ask everybody for
 * something, would hide the others: they are left out.
 */
export function describeLoops(topology: Topology, aside: ReadonlySet<string>): string {
  const graph = graphOf(topology);
  const loops = [...new Set(graph.groups.map(({ name }) => loopOf(name)))].filter((loop) => !aside.has(loop));
  const { inner, outer } = arrowsOf(graph, aside);
  const lines = [
    ...outer.senders.map((source) => `${id(source)}(("${source}")):::outside`),
    'subgraph loops [" "]',
    ...loops.map((loop) => `  ${id(loop)}["${loop}"]:::loop`),
    'end',
    ...outer.lines,
    ...inner.lines,
    'classDef loop fill:#1f6feb,stroke:#1f6feb,color:#fff',
    'classDef outside fill:none,stroke-dasharray:4',
  ];
  return ['flowchart LR', ...lines.map((line) => `  ${line}`)].join('\n');
}
