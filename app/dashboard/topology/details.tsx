/** Details of the chosen group or topic. */
import type { ReactElement } from 'react';
import type { Status, TopologyView } from '../../operations/operations.ts';
import { bytes } from '../../operations/format/numbers.ts';
import { count, counted, perSecond } from '../format/numbers.ts';
import { once } from '../format/copies.ts';
import { groupStanding } from '../format/group.ts';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Fact } from '../parts/fact.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { hrefTo } from '../shell/route.ts';
import { loopOf } from './graph.ts';

interface Props {
  readonly topology: TopologyView;
  readonly status: Status | null;
  readonly chosen: string;
}

export function Details({ topology, status, chosen }: Props): ReactElement {
  const group = topology.groups.find(({ name }) => name === chosen);
  const topic = topology.topics.find(({ name }) => name === chosen);
  const close = <a href={hrefTo('topology')}>Close</a>;
  const loop = topology.groups.filter(({ name }) => loopOf(name) === chosen);
  if (group === undefined && topic === undefined && loop.length > 0)
    return (
      <Panel title={chosen} about="A loop: groups that do one thing together." aside={close}>
        <dl className="facts in-panel">
          {loop.map(({ name, description }) => (
            <Fact key={name} name={description}>
              <Names names={[name]} none="" />
            </Fact>
          ))}
        </dl>
      </Panel>
    );
  if (group === undefined && topic === undefined)
    return (
      <Empty title={`There is no group or topic ${chosen}`}>
        <a href={hrefTo('topology')}>See the topology</a>.
      </Empty>
    );
  return (
    <>
      {group !== undefined && (
        <Panel title={group.name} about={group.description} aside={close}>
          <GroupFacts group={group} now={status?.groups.find((one) => one.group === chosen)} />
        </Panel>
      )}
      {topic !== undefined && (
        <Panel title={topic.name} about={topic.description} aside={close}>
          <TopicFacts topic={topic} topology={topology} status={status} />
        </Panel>
      )}
    </>
  );
}

/** Names as links to their own details. */
function Names({ names, none }: { readonly names: readonly string[]; readonly none: string }): ReactElement {
  if (names.length === 0) return <span className="quiet">{none}</span>;
  return (
    <span className="names">
      {names.map((name) => (
        <a key={name} href={hrefTo('topology', [name])}>
          {name}
        </a>
      ))}
    </span>
  );
}

interface GroupProps {
  readonly group: TopologyView['groups'][number];
  readonly now: Status['groups'][number] | undefined;
}

function GroupFacts({ group, now }: GroupProps): ReactElement {
  return (
    <dl className="facts in-panel">
      {now !== undefined && (
        <Fact name="State">
          <Chip {...groupStanding(now)} /> {now.reason}
        </Fact>
      )}
      <Fact name="Reads">
        <Names names={group.reads} none="nothing" />
      </Fact>
      <Fact name="Emits">
        <Names names={group.emits} none="nothing" />
      </Fact>
      {group.writes.length > 0 && <Fact name="Writes rows to">{group.writes.join(', ')}</Fact>}
      {now !== undefined && <GroupFigures now={now} />}
    </dl>
  );
}

function GroupFigures({ now }: { readonly now: Status['groups'][number] }): ReactElement {
  return (
    <>
      <Fact name="Events/s">{perSecond(now.events_per_s)}</Fact>
      <Fact name="Lag">{counted(now.lag, 'record')}</Fact>
      <Fact name="Handled">{counted(now.events_total, 'event')}</Fact>
      <Fact name="Emitted">{counted(now.emitted_total, 'event')}</Fact>
      {now.rows_total > 0 && <Fact name="Rows written">{count(now.rows_total)}</Fact>}
      <Fact name="Dead letters">{count(now.dead_letters_total)}</Fact>
      <Fact name="Waits to be delivered">{bytes(now.outbox_bytes)}</Fact>
      <Fact name="Last event">{now.last_event_ms === null ? 'none yet' : <Moment at_ms={now.last_event_ms} />}</Fact>
    </>
  );
}

interface TopicProps {
  readonly topic: TopologyView['topics'][number];
  readonly topology: TopologyView;
  readonly status: Status | null;
}

function TopicFacts({ topic, topology, status }: TopicProps): ReactElement {
  const now = status?.topics.find((one) => one.topic === topic.name);
  const writers = topology.groups.filter(({ emits }) => emits.includes(topic.name)).map(({ name }) => name);
  const readers = topology.groups.filter(({ reads }) => reads.includes(topic.name)).map(({ name }) => name);
  return (
    <dl className="facts in-panel">
      <Fact name="Written by">
        <Names names={writers} none={topic.written_by ?? 'no group'} />
      </Fact>
      <Fact name="Read by">
        <Names names={readers} none={topic.read_by ?? 'no group'} />
      </Fact>
      <Fact name="Key">{topic.partition_key ?? 'none: every partition gets a copy'}</Fact>
      {now !== undefined && <Fact name="Records/s">{perSecond(once(now).records_per_s)}</Fact>}
      {now !== undefined && (
        <Fact name="Kept">
          {counted(once(now).records, 'record')}
          {now.copies > 1 && `, each in ${count(now.copies)} copies`}
        </Fact>
      )}
    </dl>
  );
}
