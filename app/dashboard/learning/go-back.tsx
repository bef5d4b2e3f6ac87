/** Lets an earlier model predict, or none: asked once more, with a reason that is kept with the change. */
import { useState, type ReactElement } from 'react';
import { useEngine } from '../data/engine.tsx';
import { Confirm } from '../parts/confirm.tsx';

interface Props {
  readonly account_id: string;
  /** Who is to predict; null: no model. */
  readonly to: string | null;
  /** Who does now. */
  readonly from: string | null;
  readonly done: () => void;
}

const most_letters = 1_000;

export function GoBack({ account_id, to, from, done }: Props): ReactElement {
  const { operations } = useEngine();
  const [reason, setReason] = useState('');
  const act = async (): Promise<string> => {
    await operations.roll_back_model({ account_id, to_model_id: to, reason: reason.trim() });
    setReason('');
    done();
    return 'Asked.';
  };
  return (
    <Confirm
      words={to === null ? 'Let no model predict' : 'Go back to it'}
      question={to === null ? 'Let no model predict?' : 'Go back to this model?'}
      confirm={to === null ? 'Let none predict' : 'Go back'}
      doing="Sending …"
      act={act}
      lacks={reason.trim() === ''}
      harmful
    >
      <p>
        {to === null ? 'The other experts predict' : <code className="id">{to}</code>}
        {to === null ? '' : ' predicts'} from the next prediction on
        {from !== null && (
          <>
            , in place of <code className="id">{from}</code>
          </>
        )}
        . The next training is compared with {to === null ? 'the account’s mean' : 'it'}, and may take over.
      </p>
      <label className="field">
        Reason
        <input type="text" maxLength={most_letters} value={reason} onChange={({ target }) => setReason(target.value)} />
      </label>
    </Confirm>
  );
}
