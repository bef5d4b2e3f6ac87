/** Changes of one account by where they stand. */
import type { ReactElement } from 'react';
import type { AppliedChange } from '../../operations/money/view.ts';
import { useEngine } from '../data/engine.tsx';
import { amount } from '../../operations/format/amounts.ts';
import { capital } from '../format/capital.ts';
import { counted } from '../format/numbers.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import type { ActingProps } from './budgets.tsx';
import { Legs } from './legs.tsx';

const waitingColumns = [
  { head: 'Waits for a person' },
  { head: 'Account after', numeric: true, title: 'Sum of its daily budgets with the change' },
  {
    head: 'Worst case',
    numeric: true,
    title: 'Most that the platform may spend of the account that day',
  },
  { head: 'Until' },
  { head: '' },
];

export function Waiting({ view, actor, done }: ActingProps): ReactElement {
  if (view.waiting.length === 0) return <p className="about padded">No change waits for a person.</p>;
  return (
    <Table label={`Changes that wait in ${view.account_id}`} columns={waitingColumns} className="budget-changes">
      {view.waiting.map((change) => (
        <tr key={change.change_id}>
          <th scope="row">
            {capital(change.kind)}
            <span className="under">{change.why}</span>
            <Legs legs={change.legs} currency={change.currency} />
          </th>
          <td className="num" data-head="Account after">
            {shown(change.account_after_minor, change.currency)}
          </td>
          <td className="num" data-head="Worst case">
            {shown(change.worst_case_minor, change.currency)}
          </td>
          <td className="when" data-head="Until">
            {change.waits_until_ms === null ? '–' : <Moment at_ms={change.waits_until_ms} />}
          </td>
          <td className="acts">
            <Act kind="approve" change_id={change.change_id} view={view} actor={actor} done={done} />
            <Act kind="reject" change_id={change.change_id} view={view} actor={actor} done={done} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

const shown = (minor: number | null, currency: string | null): string =>
  minor === null ? 'unknown' : amount(minor, currency);

export function Underway({ view, actor, done }: ActingProps): ReactElement | null {
  const { underway } = view;
  if (underway.length === 0) return null;
  return (
    <ul className="underway">
      {underway.map(({ change_id, state, why, waits_for_room }) => (
        <li key={change_id}>
          <strong>{state.replaceAll('_', ' ')}</strong> {why} <code className="id">{change_id}</code>
          {waits_for_room && <Act kind="leave" change_id={change_id} view={view} actor={actor} done={done} />}
        </li>
      ))}
    </ul>
  );
}

const appliedColumns = [{ head: 'Written and read back' }, { head: 'When' }, { head: '' }];

export function Applied({ view, actor, done }: ActingProps): ReactElement | null {
  if (view.applied.length === 0) return null;
  return (
    <Table label={`Changes made in ${view.account_id}`} columns={appliedColumns} className="budget-changes">
      {view.applied.map((change: AppliedChange) => (
        <tr key={change.change_id}>
          <th scope="row">
            {capital(change.kind)}
            <Legs legs={change.legs} currency={change.currency} />
          </th>
          <td className="when">
            <Moment at_ms={change.at_ms} />
          </td>
          <td className="acts">
            {change.undone ? (
              <span className="quiet">undone</span>
            ) : (
              <Act kind="undo" change_id={change.change_id} view={view} actor={actor} done={done} />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

const acts = {
  approve: {
    kind: 'approve',
    words: 'Approve',
    doing: 'Approving …',
    says: 'It is written as soon as all limits allow it.',
  },
  reject: {
    kind: 'reject',
    words: 'Reject',
    doing: 'Rejecting …',
    says: 'It is not written, and is told as rejected.',
  },
  leave: {
    kind: 'reject',
    words: 'Leave as it is',
    doing: 'Leaving …',
    says: 'What was to go back stays as it is now, and nothing more is tried.',
  },
  undo: {
    kind: 'undo',
    words: 'Undo',
    doing: 'Undoing …',
    says: 'What it changed goes back to what it was, where nobody else changed it since.',
  },
} as const;

interface ActProps extends ActingProps {
  readonly kind: keyof typeof acts;
  readonly change_id: string;
}

function Act({ kind: way, change_id, view, actor, done }: ActProps): ReactElement {
  const { operations } = useEngine();
  const { kind, words, doing, says } = acts[way];
  const act = async (): Promise<string> => {
    const { account_ids } = await operations.command_money({
      ...{ kind, change_id, actor },
      account_id: view.account_id,
    });
    done();
    return `Sent to ${counted(account_ids.length, 'account')}.`;
  };
  return (
    <Confirm
      words={words}
      question={`${words} this change?`}
      confirm={words}
      doing={doing}
      act={act}
      disabled={actor === ''}
      primary={kind === 'approve'}
      harmful={kind === 'undo'}
    >
      {says} Signed by {actor}.
    </Confirm>
  );
}
