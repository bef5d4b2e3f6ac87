/** Where nodes and edges of the graph go: ELK's layered layout, from left to right. */
import type { ELK, ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { Graph, GraphNode } from './graph.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, Place>;
  /** Points of each edge, by its index in the graph. */
  readonly edges: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

const node_height = 52;
/** Room on both sides of a name; a group's has its state's dot besides. */
const side_px = { outside: 40, topic: 36, group: 42, loop: 42 } as const;
/** As much as the line of figures below a name may say. */
const widest_figures = '9,999/s · lag 99.9k';

export type Measure = (text: string, style: 'name' | 'figures') => number;

const sizeOf = ({ name, kind }: GraphNode, measure: Measure): { width: number; height: number } => ({
  width: Math.ceil(Math.max(measure(name, 'name'), measure(widest_figures, 'figures')) + side_px[kind]),
  height: node_height,
});

const options = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '7',
  'elk.spacing.nodeNode': '22',
  'elk.spacing.edgeNode': '14',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.padding': '[top=4,left=4,bottom=4,right=4]',
};

let elk: Promise<ELK> | undefined;

/** ELK is large: it is fetched when the graph is first looked at, and works beside the page. */
const loaded = (): Promise<ELK> =>
  (elk ??= import('elkjs/lib/elk-api.js').then(({ default: Elk }) => new Elk({ workerUrl })));

export async function layoutOf(graph: Graph, measure: Measure): Promise<Layout> {
  const engine = await loaded();
  const root: ElkNode = await engine.layout({
    id: 'root',
    layoutOptions: options,
    children: graph.nodes.map((node) => ({ id: node.id, ...sizeOf(node, measure) })),
    edges: graph.edges.map(({ from, to }, i) => ({ id: String(i), sources: [from], targets: [to] })),
  });
  return {
    width: root.width ?? 0,
    height: root.height ?? 0,
    nodes: new Map(
      (root.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }) => [id, { x, y, width, height }]),
    ),
    edges: graph.edges.map((_, i) => {
      const section = root.edges?.find(({ id }) => id === String(i))?.sections?.[0];
      return section === undefined ? [] : [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    }),
  };
}

const corner_px = 8;

/** A path through the points whose corners are round. */
export function roundedPath(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const parts = [`M${first.x} ${first.y}`];
  rest.forEach((point, i) => {
    const next = rest[i + 1];
    const before = i === 0 ? first : (rest[i - 1] ?? first);
    if (next === undefined) parts.push(`L${point.x} ${point.y}`);
    else {
      const a = towards(point, before);
      const b = towards(point, next);
      parts.push(`L${a.x} ${a.y}Q${point.x} ${point.y} ${b.x} ${b.y}`);
    }
  });
  return parts.join('');
}

/** The point at most a corner's length from `from` on the way to `to`. */
function towards(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
): { x: number; y: number } {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(corner_px, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
