/** A button whose deed is done only after asking once more; what came of it stands beside it. */
import { useId, useRef, useState, type ReactElement, type ReactNode, type RefObject } from 'react';
import { Problem } from './problem.tsx';

interface Props {
  readonly words: string;
  readonly question: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** On the button that does it, and while it is done. */
  readonly confirm: string;
  readonly doing: string;
  /** Resolves with what is said of it. */
  readonly act: () => Promise<string>;
  readonly disabled?: boolean;
  /** Something that is asked for in the question lacks: it cannot be done yet. */
  readonly lacks?: boolean;
  readonly primary?: boolean;
  /** It takes something away, or cannot be undone. */
  readonly harmful?: boolean;
  /** Called before it is asked. */
  readonly onOpen?: () => void;
}

type Outcome = { readonly said: string } | { readonly error: unknown } | null;

export function Confirm(props: Props): ReactElement {
  const { words, act, disabled = false, primary = false, onOpen } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      setOutcome({ said: await act() });
    } catch (error) {
      setOutcome({ error });
    } finally {
      setBusy(false);
      dialog.current?.close();
    }
  };
  return (
    <div className="confirm">
      {outcome !== null && 'said' in outcome && <span role="status">{outcome.said}</span>}
      {outcome !== null && 'error' in outcome && <Problem error={outcome.error} />}
      <button
        type="button"
        className={primary ? 'primary' : ''}
        disabled={disabled}
        onClick={() => (onOpen?.(), dialog.current?.showModal())}
      >
        {words}
      </button>
      <Question {...props} dialog={dialog} busy={busy} run={() => void run()} />
    </div>
  );
}

interface QuestionProps extends Props {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly busy: boolean;
  readonly run: () => void;
}

function Question(props: QuestionProps): ReactElement {
  const { question, children, confirm, doing, harmful = false, lacks = false, dialog, busy, run } = props;
  const title = useId();
  return (
    <dialog ref={dialog} aria-labelledby={title}>
      <h2 id={title}>{question}</h2>
      <div className="dialog-body">{children}</div>
      <p className="dialog-buttons">
        <button type="button" autoFocus onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          className={harmful ? 'primary harmful' : 'primary'}
          disabled={busy || lacks}
          onClick={run}
        >
          {busy ? doing : confirm}
        </button>
      </p>
    </dialog>
  );
}
