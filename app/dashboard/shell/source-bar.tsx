/** The source of events: what it is, its clock, its speed, how far it is. */
import type { ReactElement } from 'react';
import type { SourceStatus, Speed } from '../../operations/operations.ts';
import { Moment } from '../parts/moment.tsx';
import { SpeedControl } from './speed-control.tsx';

/** "Simulated account", "Replay of tests.csv.gz": no figure on this page may be taken for what it is not. */
export function sourceWords({ kind, name }: Pick<SourceStatus, 'kind' | 'name'>): string {
  if (kind === 'none') return 'No source';
  const file = name.split(/[\\/]/).at(-1) ?? name;
  if (kind === 'meta') return name;
  return kind === 'simulated' ? 'Simulated account' : `Replay of ${file}`;
}

const sourceMeaning = {
  simulated: 'People and ads are made up by the program; their true click rates are known.',
  replay: 'Recorded A/B tests, played again as a stream.',
  meta: 'Ads and what they got are read from accounts of Meta.',
  none: 'Events come from what is published with flywheel publish.',
} as const;

interface Props {
  readonly source: SourceStatus;
  readonly configured_speed: Speed;
}

export function SourceBar({ source, configured_speed }: Props): ReactElement {
  return (
    <div className="source">
      <span className={`source-kind kind-${source.kind}`} title={`${sourceMeaning[source.kind]} (${source.name})`}>
        {sourceWords(source)}
      </span>
      {source.kind === 'none' && (
        <span className="quiet">
          Events come from <code>flywheel publish</code>
        </span>
      )}
      {source.clock_ms !== null && (
        <span className="source-clock" title="The source's own clock">
          <span className="label">Its clock</span> <Moment at_ms={source.clock_ms} />
          {source.speed === 0 && !source.finished && <span className="paused"> stands still: paused</span>}
        </span>
      )}
      {source.progress !== null && <Progress share={source.progress} finished={source.finished} />}
      {source.kind !== 'none' && source.kind !== 'meta' && !source.finished && (
        <SpeedControl source={source} configured={configured_speed} />
      )}
    </div>
  );
}

function Progress({ share, finished }: { readonly share: number; readonly finished: boolean }): ReactElement {
  const percent = Math.floor(share * 1_000) / 10;
  return (
    <span className="source-progress">
      <progress value={share} max={1} aria-label="Progress of the source" />
      <span>{finished ? 'finished' : `${percent.toFixed(1)} %`}</span>
    </span>
  );
}
