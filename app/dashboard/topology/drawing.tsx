/** The graph as SVG: every node a link to its details, every edge as broad as it is busy. */
import { useEffect, useState, type ReactElement } from 'react';
import type { Status } from '../../operations/operations.ts';
import { perSecond, short } from '../format/numbers.ts';
import type { Tone } from '../format/evidence.ts';
import { groupStanding } from '../format/group.ts';
import { once } from '../format/copies.ts';
import { Loading } from '../parts/empty.tsx';
import { Problem } from '../parts/problem.tsx';
import { hrefTo } from '../shell/route.ts';
import { groupId, loopOf, topicId, type Graph, type GraphEdge, type GraphNode } from './graph.ts';
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

/** A drawing shrinks no further than to this share of its natural size, and scrolls beyond: 13 px stay 12 px. */
const least_scale = 0.9;

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
      <div className="drawing" role="region" aria-label="Graph of topics and groups" tabIndex={0}>
        <svg viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: width, minWidth: least_scale * width }}>
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

function Edge({ edge: { from, to, topics }, path, status, chosen }: EdgeProps): ReactElement {
  const now = status?.topics.filter(({ topic }) => topics.includes(topic)) ?? [];
  const rate = now.reduce((sum, topic) => sum + once(topic).records_per_s, 0);
  const touches = chosen !== null && [groupId(chosen), topicId(chosen)].some((id) => id === from || id === to);
  const classes = ['edge', touches ? 'touched' : '', rate > 0 ? 'busy' : ''].join(' ');
  // 1 px when nothing goes along it, one more for every factor of thirty.
  return (
    <path className={classes} d={path} style={{ strokeWidth: 1.2 + Math.log(1 + rate) / Math.log(30) }}>
      <title>{topics.join(', ')}</title>
    </path>
  );
}

interface NodeProps extends Pick<Props, 'status' | 'chosen'> {
  readonly node: GraphNode;
  readonly place: Place;
}

function Node({ node, place, status, chosen }: NodeProps): ReactElement {
  const { words, tone } = wordsOf(node, status);
  const { x, y, width, height } = place;
  const decides = node.kind === 'group' || node.kind === 'loop';
  const body = (
    <g
      transform={`translate(${x} ${y})`}
      className={`node ${node.kind} ${tone} ${chosen === node.name ? 'chosen' : ''}`}
    >
      <rect width={width} height={height} rx={decides ? 8 : height / 2} />
      {decides && <circle cx={15} cy={20} r={4} />}
      <text x={decides ? 26 : width / 2} y={24} className="node-name">
        {node.name}
      </text>
      <text x={decides ? 26 : width / 2} y={41} className="node-more">
        {/* The space keeps name and figures apart for those who hear them. */}
        {` ${words}`}
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

/** What people publish is not the source's. */
const operator = 'outside the operator';
const outsideWords = { simulated: 'simulated', replay: 'replayed', meta: 'read from Meta', none: 'outside' } as const;

function wordsOf(node: GraphNode, status: Status | null): { readonly words: string; readonly tone: string } {
  if (status === null) return { words: '', tone: '' };
  if (node.id === operator) return { words: 'a person or a program', tone: '' };
  if (node.kind === 'outside') return { words: outsideWords[status.source.kind], tone: '' };
  if (node.kind === 'topic') {
    const topic = status.topics.find((one) => one.topic === node.name);
    if (topic === undefined) return { words: '', tone: '' };
    return { words: `${perSecond(once(topic).records_per_s)}/s · ${short(once(topic).records)} kept`, tone: '' };
  }
  const groups = status.groups.filter(({ group }) => (node.kind === 'loop' ? loopOf(group) : group) === node.name);
  const worst = groups.map((group) => groupStanding(group).tone).sort((a, b) => severity(b) - severity(a))[0];
  if (worst === undefined) return { words: '', tone: '' };
  const sum = (of: (group: Status['groups'][number]) => number): number =>
    groups.reduce((total, group) => total + of(group), 0);
  return {
    words: `${perSecond(sum(({ events_per_s }) => events_per_s))}/s · lag ${short(sum(({ lag }) => lag))}`,
    tone: `tone-${worst}`,
  };
}

const by_severity: readonly Tone[] = ['quiet', 'info', 'good', 'warn', 'bad'];
const severity = (tone: Tone): number => by_severity.indexOf(tone);
