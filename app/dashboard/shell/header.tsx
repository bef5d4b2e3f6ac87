/** Head of the page: what runs, from which source, how fast, and whether money moves. */
import type { ReactElement } from 'react';
import { modeWords, moneyMeaning, moneyWords, movesMoney } from '../../operations/money/words.ts';
import { useLive } from '../data/engine.tsx';
import { count } from '../format/numbers.ts';
import { hrefTo, type Route } from './route.ts';
import { sectionOf, sections } from './sections.ts';
import { SourceBar } from './source-bar.tsx';

export function Header({ route }: { readonly route: Route }): ReactElement {
  const { status } = useLive();
  return (
    <header className="head">
      <div className="head-row">
        <a className="brand" href={hrefTo('overview')} aria-label="Flywheel, overview">
          <Mark />
          Flywheel
        </a>
        <nav aria-label="Views">
          {sections.map((section) => {
            const [first] = section.views;
            if (first === undefined) return null;
            return (
              <a
                key={section.words}
                href={hrefTo(first.view)}
                aria-current={section === sectionOf(route.view) ? 'page' : undefined}
              >
                {section.words}
                {section.words === 'Health' && <Badge n={status?.summary.dead_letters ?? 0} />}
              </a>
            );
          })}
        </nav>
        {status !== null && (
          <p className={movesMoney(status.money) ? 'money is-real' : 'money'} title={moneyMeaning(status.money)}>
            <strong>{modeWords(status.money)}</strong> {moneyWords(status.money)}
          </p>
        )}
        <ConnectionState />
      </div>
      {status !== null && <SourceBar source={status.source} configured_speed={status.configured_speed} />}
    </header>
  );
}

/** A count that wants a look; nothing while it is zero. */
function Badge({ n }: { readonly n: number }): ReactElement | null {
  return n === 0 ? null : (
    <span className="badge" title="Dead letters since the process began">
      {count(n)}
    </span>
  );
}

function Mark(): ReactElement {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="12" />
      <path d="M16 4a12 12 0 0 1 12 12" />
    </svg>
  );
}

const connectionWords = { connecting: 'Connecting', live: 'Live', lost: 'Not connected' } as const;

function ConnectionState(): ReactElement {
  const { connection, status } = useLive();
  return (
    <p
      className={`connection is-${connection}`}
      role="status"
      title={status === null ? '' : `Version ${status.version}`}
    >
      {connectionWords[connection]}
    </p>
  );
}
