/** Says that what is shown is old, for as long as it is. */
import type { ReactElement } from 'react';
import { useLive } from '../data/engine.tsx';
import { Moment } from '../parts/moment.tsx';

export function ConnectionBanner(): ReactElement | null {
  const { connection, lost_ms, status, unreadable } = useLive();
  if (unreadable) return <OtherVersion />;
  if (connection !== 'lost' || lost_ms === null) return null;
  return (
    <div className="banner" role="alert">
      <strong>Connection lost, retrying.</strong>{' '}
      {status === null ? (
        'The engine has not answered yet.'
      ) : (
        <>
          What you see is from <Moment at_ms={lost_ms} />.
        </>
      )}{' '}
      If the process has ended, start it again with <code>npm start</code>: it continues where it was.
    </div>
  );
}

function OtherVersion(): ReactElement {
  return (
    <div className="banner" role="alert">
      <strong>This page and the engine are of different versions.</strong> What is pushed cannot be read here. Reload
      the page; if that does not help, build it with <code>npm run prepare</code> and reload.
    </div>
  );
}
