/** Messages that a channel did not take, to be sent again. */
import type { ReactElement } from 'react';
import type { AlertsReport } from '../../operations/alerts/view.ts';
import { useEngine } from '../data/engine.tsx';
import { counted } from '../format/numbers.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Table } from '../parts/table.tsx';

type Message = AlertsReport['untaken'][number];

interface Props {
  readonly messages: readonly Message[];
  readonly actor: string;
  readonly done: () => void;
}

const columns = [{ head: 'Message' }, { head: 'Channel' }, { head: '' }];

export function Untaken({ messages, actor, done }: Props): ReactElement {
  const { operations } = useEngine();
  const resend = async ({ account_id, notification_id }: Message): Promise<string> => {
    await operations.command_alert({ kind: 'resend', account_id, notification_id, actor });
    done();
    return 'Sent again.';
  };
  return (
    <Table label="Messages that were not taken" columns={columns} className="budget-changes">
      {messages.map((message) => (
        <tr key={`${message.account_id} ${message.notification_id}`}>
          <th scope="row">
            {message.title}
            <span className="under">
              {message.outcome} after {counted(message.tries, 'try', 'tries')}: {message.why}
            </span>
          </th>
          <td data-head="Channel">{message.channel}</td>
          <td className="acts">
            <Confirm
              words="Send again"
              question="Send this message again?"
              confirm="Send again"
              doing="Sending …"
              act={() => resend(message)}
              disabled={actor === ''}
            >
              It has the same id: whoever took it after all drops it. Signed by {actor}.
            </Confirm>
          </td>
        </tr>
      ))}
    </Table>
  );
}
