/** An e-value against what is needed, on a log scale: full is enough to be announced. */
import type { ReactElement } from 'react';
import { evidenceShare, evidenceWords } from '../format/evidence.ts';
import { eValue } from '../format/numbers.ts';

interface Props {
  readonly e_value: number;
  readonly threshold: number;
}

export function EvidenceBar({ e_value, threshold }: Props): ReactElement {
  const share = evidenceShare(e_value, threshold);
  const passed = e_value >= threshold;
  const words = `evidence ${evidenceWords(e_value)}, ${eValue(threshold)} needed`;
  return (
    <div className="evidence" title={`${words}: e-values, on a log scale from 1 to what is needed`}>
      <span className="evidence-words">
        {e_value === 0 ? (
          <span className="quiet">none yet</span>
        ) : (
          <>
            <strong>{evidenceWords(e_value)}</strong>, {eValue(threshold)} needed
          </>
        )}
      </span>
      <span className={`bar ${passed ? 'passed' : ''}`} role="meter" aria-label={words} aria-valuenow={share}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
