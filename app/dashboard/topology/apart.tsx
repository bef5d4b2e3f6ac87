/** What stands across the graph: groups that read nearly everything, topics that concern every group. */
import type { ReactElement } from 'react';
import type { Status, TopologyView } from '../../operations/operations.ts';
import { count, perSecond, short } from '../format/numbers.ts';
import { once } from '../format/copies.ts';
import { groupStanding } from '../format/group.ts';
import { Chip } from '../parts/chip.tsx';
import { hrefTo } from '../shell/route.ts';
import type { Graph } from './graph.ts';

interface Props {
  readonly graph: Graph;
  readonly topology: TopologyView;
  readonly status: Status | null;
  readonly chosen: string | null;
}

export function Apart({ graph, topology, status, chosen }: Props): ReactElement | null {
  if (graph.collectors.length + graph.apart.length === 0) return null;
  return (
    <div className="apart">
      <h3>Across all groups</h3>
      <ul>
        {graph.collectors.map((name) => (
          <li key={name} aria-current={chosen === name ? 'true' : undefined}>
            <a href={hrefTo('topology', [name])}>{name}</a>
            <Collector
              group={status?.groups.find(({ group }) => group === name)}
              reads={`reads ${topology.groups.find((one) => one.name === name)?.reads.length ?? 0} of ${topology.topics.length} topics`}
            />
          </li>
        ))}
        {graph.apart.map((name) => (
          <li key={name} aria-current={chosen === name ? 'true' : undefined}>
            <a href={hrefTo('topology', [name])}>{name}</a>
            <span>
              written by {topology.topics.find((topic) => topic.name === name)?.written_by ?? 'no group'}
              {' · '}
              {keptOf(status, name)} kept
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function keptOf(status: Status | null, name: string): string {
  const now = status?.topics.find(({ topic }) => topic === name);
  return short(now === undefined ? 0 : once(now).records);
}

interface CollectorProps {
  readonly group: Status['groups'][number] | undefined;
  /** How much it reads, in words. */
  readonly reads: string;
}

function Collector({ group, reads }: CollectorProps): ReactElement {
  if (group === undefined) return <span>{reads}</span>;
  const { words, tone, meaning } = groupStanding(group);
  return (
    <span>
      <Chip tone={tone} words={words} meaning={meaning} /> {reads} · {perSecond(group.events_per_s)}/s · lag{' '}
      {count(group.lag)}
    </span>
  );
}
