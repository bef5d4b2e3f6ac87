/** An e-value against its threshold on a log scale: full is enough to announce the experiment on its own. */
import type { ReactElement } from 'react';
import { evidenceShare } from '../format/evidence.ts';
import { eValue } from '../format/numbers.ts';

interface Props {
  readonly e_value: number;
  readonly threshold: number;
}

export function EvidenceBar({ e_value, threshold }: Props): ReactElement {
  const share = evidenceShare(e_value, threshold);
  const passed = e_value >= threshold;
  const words = `e-value ${eValue(e_value)} of ${eValue(threshold)}`;
  return (
    <div className="evidence" title={`${words}, on a log scale from 1 to the threshold`}>
      <span className="evidence-words">
        {e_value === 0 ? (
          <span className="quiet">none yet</span>
        ) : (
          <>
            <strong>{eValue(e_value)}</strong> of {eValue(threshold)}
          </>
        )}
      </span>
      <span className={`bar ${passed ? 'passed' : ''}`} role="meter" aria-label={words} aria-valuenow={share}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
