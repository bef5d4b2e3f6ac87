/** What exactly runs: for those who report a finding or compare two runs. */
import type { ReactElement } from 'react';
import { useLive } from '../data/engine.tsx';
import { Moment } from '../parts/moment.tsx';

export function Footer(): ReactElement | null {
  const { status } = useLive();
  if (status === null) return null;
  const { version, engine, data_folder, policy_version, started_ms } = status;
  return (
    <footer className="foot">
      <span>Flywheel {version}</span>
      <span>{engine} engine</span>
      <span>
        data in <code>{data_folder}</code>
      </span>
      <span>policy {policy_version === null ? 'built in' : <code>{policy_version}</code>}</span>
      <span>
        started <Moment at_ms={started_ms} />
      </span>
    </footer>
  );
}
