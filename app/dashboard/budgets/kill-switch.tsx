/** Stops every change of a budget, in all accounts, and lets them go on: only after asking once more, with a reason. */
import { useState, type ReactElement } from 'react';
import type { MoneyView } from '../../operations/money/view.ts';
import { useEngine } from '../data/engine.tsx';
import { Chip } from '../parts/chip.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Panel } from '../parts/panel.tsx';

interface Props {
  readonly accounts: readonly MoneyView[];
  readonly actor: string;
  readonly done: () => void;
}

const is_stopped = { tone: 'bad', words: 'Stopped', meaning: 'Nothing is written in any account.' } as const;
const is_open = {
  tone: 'good',
  words: 'Not stopped',
  meaning: 'Changes go as the mode of each account says.',
} as const;

export function KillSwitch({ accounts, actor, done }: Props): ReactElement {
  const { operations } = useEngine();
  const [reason, setReason] = useState('');
  const stopped = accounts.length > 0 && accounts.every(({ killed }) => killed !== null);
  const send = async (): Promise<string> => {
    const kind = stopped ? 'unkill' : 'kill';
    const why = reason.trim();
    await operations.command_money({ kind, actor, ...(why === '' ? {} : { reason: why }) });
    done();
    return stopped ? 'Sent: changes go on.' : 'Sent: nothing more is written.';
  };
  return (
    <Panel
      title="Kill switch"
      about="Stops all changes of budgets in all accounts. What was written stays as it is."
      aside={<Chip {...(stopped ? is_stopped : is_open)} />}
    >
      <div className="kill">
        <label className="field">
          Reason
          <input type="text" maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
        </label>
        <Confirm
          words={stopped ? 'Let changes go on' : 'Stop all changes'}
          question={stopped ? 'Let changes of budgets go on?' : 'Stop all changes of budgets?'}
          confirm={stopped ? 'Let them go on' : 'Stop all'}
          doing="Sending …"
          act={send}
          disabled={actor === '' || (!stopped && reason.trim() === '')}
          primary
          harmful={!stopped}
        >
          {stopped
            ? 'Changes go as the mode of each account says, within the limits of the policy.'
            : 'Nothing more is written in any account until somebody lets it go on. What was written stays.'}{' '}
          Signed by {actor}.
        </Confirm>
      </div>
    </Panel>
  );
}
