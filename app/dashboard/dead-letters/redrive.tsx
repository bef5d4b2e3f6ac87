/** Sends dead letters back to the group that refused them, after asking once more. */
import { useId, useRef, useState, type ReactElement } from 'react';
import { useEngine } from '../data/engine.tsx';
import { counted } from '../format/numbers.ts';
import { Problem } from '../parts/problem.tsx';

interface Props {
  readonly words: string;
  readonly question: string;
  readonly ids: readonly string[];
  readonly done: () => void;
}

type Outcome = { readonly said: string } | { readonly error: unknown } | null;

export function Redrive({ words, question, ids, done }: Props): ReactElement {
  const { operations } = useEngine();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const send = async (): Promise<void> => {
    setBusy(true);
    try {
      const { redriven, keys } = await operations.redrive({ ids });
      setOutcome({ said: `${counted(redriven, 'record')} of ${counted(keys, 'key')} sent back.` });
      done();
    } catch (error) {
      setOutcome({ error });
    } finally {
      setBusy(false);
      dialog.current?.close();
    }
  };
  return (
    <div className="redrive">
      {outcome !== null && 'said' in outcome && <span role="status">{outcome.said}</span>}
      {outcome !== null && 'error' in outcome && <Problem error={outcome.error} />}
      <button type="button" className="primary" onClick={() => dialog.current?.showModal()}>
        {words}
      </button>
      <dialog ref={dialog} aria-labelledby={title}>
        <h2 id={title}>{question}</h2>
        <p>
          They are decided again in their order within each account. What still cannot be read is refused again and
          comes back here; deploy the fix first.
        </p>
        <p className="dialog-buttons">
          <button type="button" autoFocus onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="button" className="primary" disabled={busy} onClick={() => void send()}>
            {busy ? 'Sending …' : 'Send back'}
          </button>
        </p>
      </dialog>
    </div>
  );
}
