/** How fast the source's clock runs. */
import { useState, type ReactElement } from 'react';
import type { SourceStatus, Speed } from '../../operations/operations.ts';
import { useEngine } from '../data/engine.tsx';
import { failureOf } from '../format/failure.ts';
import { Choice } from '../parts/choice.tsx';
import { speedOptions, speedWords } from './speeds.ts';

interface Props {
  readonly source: SourceStatus;
  /** What the source was started with. */
  readonly configured: Speed;
}

export function SpeedControl({ source, configured }: Props): ReactElement {
  const { operations, live } = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const speeds = speedOptions(configured);
  const change = async (value: string): Promise<void> => {
    const speed = speeds.find((one) => one.value === value)?.speed;
    if (speed === undefined) return;
    setBusy(true);
    try {
      await operations.set_speed({ speed });
      live.take(await operations.status());
      setError(null);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const chosen = String(source.speed);
  const listed = speeds.some(({ value }) => value === chosen);
  return (
    <span className="speed">
      <span className="label">Speed{listed ? '' : `: ${speedWords(source.speed)}`}</span>
      <Choice
        label="Speed of the source's clock"
        options={speeds}
        chosen={listed ? chosen : null}
        disabled={busy}
        onChoose={(value) => void change(value)}
      />
      {error !== null && <SpeedError error={error} />}
    </span>
  );
}

function SpeedError({ error }: { readonly error: unknown }): ReactElement {
  const { code, what, remedy } = failureOf(error);
  return (
    <span className="speed-error" role="alert" title={`${code}: ${remedy}`}>
      {what} {remedy}
    </span>
  );
}
