/** What it came to so far, in figures. */
import type { ReactElement, ReactNode } from 'react';
import type { Status, Summary } from '../../operations/operations.ts';
import { count, counted, percent, perSecond } from '../format/numbers.ts';
import type { Tone } from '../format/evidence.ts';
import { hrefTo } from '../shell/route.ts';

interface TileProps {
  readonly name: string;
  readonly value: ReactNode;
  readonly tone?: Tone;
  readonly href?: string;
  readonly title?: string;
  readonly children: ReactNode;
}

function Tile({ name, value, tone = 'quiet', href, title, children }: TileProps): ReactElement {
  return (
    <div className={`tile tone-${tone}`} title={title}>
      <dt>{href === undefined ? name : <a href={href}>{name}</a>}</dt>
      <dd className="tile-value">{value}</dd>
      <dd className="tile-more">{children}</dd>
    </div>
  );
}

export function Tiles({ status }: { readonly status: Status }): ReactElement {
  const { summary } = status;
  return (
    <dl className="tiles" aria-label="Summary">
      <Tile name="Events" value={count(summary.events)}>
        {status.source.kind !== 'none' && status.source.finished
          ? 'the source has ended'
          : `${perSecond(summary.events_per_s)} events/s`}
      </Tile>
      <Tile name="Experiments" value={count(summary.experiments)} href={hrefTo('experiments')}>
        <Breakdown summary={summary} />
      </Tile>
      <WinnerTile summary={summary} />
      <ZTestTile summary={summary} />
      <Tile
        name="Undecided"
        value={count(summary.undecided)}
        title="Too little data, or no arm stands out: nothing is announced"
      >
        {notCounted(summary)}
      </Tile>
      <Tile
        name="Withdrawn"
        value={count(summary.withdrawn)}
        tone={summary.withdrawn > 0 ? 'warn' : 'quiet'}
        href={hrefTo('experiments', [], { status: 'withdrawn' })}
      >
        {summary.withdrawn === 0 ? 'every announced winner stands' : 'restated data took the evidence away'}
      </Tile>
      <Tile name="Budget splits" value={count(summary.allocations)}>
        proposed; no money moves
      </Tile>
      <DeadLetterTile summary={summary} />
    </dl>
  );
}

/** Experiments that no evidence can decide stand beside the undecided, not among them. */
function notCounted({ blocked, leaders }: Summary): string {
  const parts = [
    ...(blocked === 0 ? [] : [`${count(blocked)} blocked`]),
    ...(leaders === 0 ? [] : [`${count(leaders)} not randomised`]),
  ];
  return parts.length === 0 ? 'no arm may be announced' : `besides ${parts.join(', ')}`;
}

function WinnerTile({ summary }: { readonly summary: Summary }): ReactElement {
  return (
    <Tile
      name="Winners"
      value={count(summary.winners)}
      tone={summary.winners > 0 ? 'good' : 'quiet'}
      href={hrefTo('experiments', [], { status: 'winner' })}
      title="The false discovery rate is held at any time, however often one looks"
    >
      at most {percent(summary.alpha)} of announced false
    </Tile>
  );
}

function ZTestTile({ summary }: { readonly summary: Summary }): ReactElement {
  return (
    <Tile
      name="A z-test would claim"
      value={count(summary.z_test_claims)}
      title="What two-sided z-tests at .05 claim on the same data, for comparison; corrected by Benjamini and Hochberg, which holds only for one look at the end"
    >
      at .05; {count(summary.z_test_claims_adjusted)} if corrected and looked at once
    </Tile>
  );
}

function DeadLetterTile({ summary }: { readonly summary: Summary }): ReactElement {
  return (
    <Tile
      name="Dead letters"
      value={count(summary.dead_letters)}
      tone={summary.dead_letters > 0 ? 'bad' : 'quiet'}
      href={hrefTo('dead-letters')}
    >
      {summary.dead_letters === 0 ? 'every record could be read' : 'records that were refused'}
    </Tile>
  );
}

/** Shares of the experiments as one bar, and in words: winners, withdrawn, blocked; the rest is without a winner. */
function Breakdown({ summary }: { readonly summary: Summary }): ReactElement {
  const { experiments, winners, withdrawn, blocked, undecided, leaders } = summary;
  if (experiments === 0) return <>none declared yet</>;
  const parts: readonly (readonly [Tone, number])[] = [
    ['good', winners],
    ['warn', withdrawn],
    ['bad', blocked],
  ];
  const words = [
    counted(winners, 'winner'),
    ...(withdrawn === 0 ? [] : [`${count(withdrawn)} withdrawn`]),
    ...(blocked === 0 ? [] : [`${count(blocked)} blocked`]),
    `${count(undecided + leaders)} without`,
  ].join(', ');
  return (
    <>
      <span className="breakdown" aria-hidden="true">
        {parts.map(([tone, n]) => n > 0 && <span key={tone} className={`tone-${tone}`} style={{ flexGrow: n }} />)}
        <span style={{ flexGrow: undecided + leaders }} />
      </span>
      {words}
    </>
  );
}
