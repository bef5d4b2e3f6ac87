/** The graph as SVG: every node a link to its details, every edge as broad as it is busy. */
import { useEffect, useState, type ReactElement } from 'react';
import type { Status } from '../../operations/operations.ts';
import { perSecond, short } from '../format/numbers.ts';
import { groupStanding } from '../format/group.ts';
import { once } from '../format/copies.ts';
import { Loading } from '../parts/empty.tsx';
import { Problem } from '../parts/problem.tsx';
import { hrefTo } from '../shell/route.ts';
import { groupId, topicId, type Graph, type GraphEdge, type GraphNode } from './graph.ts';
import { layoutOf, roundedPath, type Layout, type Place } from './layout.ts';

/** The breadth of text as the style sheet draws it. */
function measure(text: string, style: 'name' | 'figures'): number {
  const context = (canvas ??= document.createElement('canvas')).getContext('2d');
  if (context === null) return text.length * 9;
  const family = getComputedStyle(document.body).fontFamily;
  context.font = style === 'name' ? `600 13px ${family}` : `12px ${family}`;
  return context.measureText(text).width;
}
let canvas: HTMLCanvasElement | undefined;

interface Props {
  readonly graph: Graph;
  readonly status: Status | null;
  readonly chosen: string | null;
}

export function Drawing({ graph, status, chosen }: Props): ReactElement {
  const [layout, setLayout] = useState<Layout | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let over = false;
    layoutOf(graph, measure).then(
      (done) => over || setLayout(done),
      (failure: unknown) => over || setError(failure),
    );
    return () => {
      over = true;
    };
  }, [graph]);
  if (error !== null) return <Problem error={error} />;
  if (layout === null) return <Loading what="the drawing" />;
  const { width, height, nodes } = layout;
  return (
    <>
      <p className="scrolls quiet">The drawing is broader than the screen: it scrolls sideways.</p>
      <div className="drawing" role="region" aria-label="Graph of topics and groups" tabIndex={0}>
        <svg viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: width, minWidth: Math.min(width, 1_000) }}>
          {graph.edges.map((edge, i) => (
            <Edge key={i} edge={edge} path={roundedPath(layout.edges[i] ?? [])} status={status} chosen={chosen} />
          ))}
          {graph.nodes.map((node) => {
            const place = nodes.get(node.id);
            return place && <Node key={node.id} node={node} place={place} status={status} chosen={chosen} />;
          })}
        </svg>
      </div>
    </>
  );
}

interface EdgeProps extends Pick<Props, 'status' | 'chosen'> {
  readonly edge: GraphEdge;
  readonly path: string;
}

function Edge({ edge: { from, to, topic }, path, status, chosen }: EdgeProps): ReactElement {
  const now = status?.topics.find((one) => one.topic === topic);
  const rate = now === undefined ? 0 : once(now).records_per_s;
  const touches = chosen !== null && [groupId(chosen), topicId(chosen)].some((id) => id === from || id === to);
  const classes = ['edge', touches ? 'touched' : '', rate > 0 ? 'busy' : ''].join(' ');
  // 1 px when nothing goes along it, one more for every factor of thirty.
  return <path className={classes} d={path} style={{ strokeWidth: 1.2 + Math.log(1 + rate) / Math.log(30) }} />;
}

interface NodeProps extends Pick<Props, 'status' | 'chosen'> {
  readonly node: GraphNode;
  readonly place: Place;
}

function Node({ node, place, status, chosen }: NodeProps): ReactElement {
  const { words, tone } = wordsOf(node, status);
  const { x, y, width, height } = place;
  const body = (
    <g
      transform={`translate(${x} ${y})`}
      className={`node ${node.kind} ${tone} ${chosen === node.name ? 'chosen' : ''}`}
    >
      <rect width={width} height={height} rx={node.kind === 'group' ? 8 : height / 2} />
      {node.kind === 'group' && <circle cx={15} cy={20} r={4} />}
      <text x={node.kind === 'group' ? 26 : width / 2} y={24} className="node-name">
        {node.name}
      </text>
      <text x={node.kind === 'group' ? 26 : width / 2} y={41} className="node-more">
        {words}
      </text>
    </g>
  );
  if (node.kind === 'outside') return body;
  return (
    <a href={hrefTo('topology', [node.name])} aria-label={`${node.kind} ${node.name}: ${words}`}>
      {body}
    </a>
  );
}

const outsideWords = { simulated: 'simulated', replay: 'replayed', meta: 'read from Meta', none: 'outside' } as const;

function wordsOf(node: GraphNode, status: Status | null): { readonly words: string; readonly tone: string } {
  if (status === null) return { words: '', tone: '' };
  if (node.kind === 'outside') return { words: outsideWords[status.source.kind], tone: '' };
  if (node.kind === 'topic') {
    const topic = status.topics.find((one) => one.topic === node.name);
    if (topic === undefined) return { words: '', tone: '' };
    return { words: `${perSecond(once(topic).records_per_s)}/s · ${short(once(topic).records)} kept`, tone: '' };
  }
  const group = status.groups.find((one) => one.group === node.name);
  if (group === undefined) return { words: '', tone: '' };
  return {
    words: `${perSecond(group.events_per_s)}/s · lag ${short(group.lag)}`,
    tone: `tone-${groupStanding(group).tone}`,
  };
}
