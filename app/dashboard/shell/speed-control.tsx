/** How fast the source's clock runs. */
import { useState, type ReactElement } from 'react';
import type { SourceStatus, Speed } from '../../operations/operations.ts';
import { useEngine } from '../data/engine.tsx';
import { failureOf } from '../format/failure.ts';
import { count } from '../format/numbers.ts';
import { Choice } from '../parts/choice.tsx';

const speeds: readonly {
  readonly value: string;
  readonly speed: Speed;
  readonly words: string;
  readonly title: string;
}[] = [
  { value: '0', speed: 0, words: 'Pause', title: 'No events come until it runs again' },
  { value: '1', speed: 1, words: '×1', title: 'Real time' },
  { value: '60', speed: 60, words: '×60', title: 'An hour in a minute' },
  { value: '3600', speed: 3_600, words: '×3,600', title: 'An hour in a second' },
  { value: 'max', speed: 'max', words: 'Max', title: 'As fast as the engine takes it' },
];

export function SpeedControl({ source }: { readonly source: SourceStatus }): ReactElement {
  const { operations, live } = useEngine();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
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
      <span className="label">Speed{listed ? '' : ` ×${count(Number(source.speed))}`}</span>
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
