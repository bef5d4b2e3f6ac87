/** Keys of the API: who they are for and until when; made, replaced and ended here. For admins. */
import { useState, type ReactElement } from 'react';
import type { KeyView } from '../../access/keys.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { useMe } from '../data/use-me.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { NewKey, type Wanted } from './new-key.tsx';

export function Keys(): ReactElement | null {
  const me = useMe();
  if (me === null) return null;
  if (me.role === 'admin') return <KeyList />;
  return (
    <Panel title="Keys">
      <Empty title="Keys are for admins">
        You are {me.name}, {me.role}. Ask an admin for a key of your own.
      </Empty>
    </Panel>
  );
}

/** What was just made: the key itself is told once. */
interface Made {
  readonly key: string;
  readonly of: KeyView;
  /** The one that it stands in for. */
  readonly instead_of: KeyView | null;
}

function KeyList(): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer('keys', () => operations.list_keys(), 30_000);
  const [made, setMade] = useState<Made | null>(null);
  const make = async (wanted: Wanted, instead_of: KeyView | null): Promise<string> => {
    const { key, ...of } = await operations.create_key(wanted);
    setMade({ key, of, instead_of });
    answer.again();
    return '';
  };
  return (
    <Panel
      title="Keys"
      about="Programs show a key with each request. Only its holder has it: what is kept here cannot be turned back into it."
      aside={<Export table="audit_recorded" what="the audit" />}
    >
      {made !== null && <JustMade made={made} close={() => setMade(null)} />}
      <Answered answer={answer} what="keys">
        {(keys) => <List keys={keys} make={make} done={answer.again} />}
      </Answered>
      <NewKey make={(wanted) => make(wanted, null)} />
    </Panel>
  );
}

function JustMade({
  made: { key, of, instead_of },
  close,
}: {
  readonly made: Made;
  readonly close: () => void;
}): ReactElement {
  return (
    <div className="made-key" role="status">
      <p>
        The key of <strong>{of.name}</strong>, told now and never again:
      </p>
      <code className="secret">{key}</code>
      {instead_of !== null && <p>The one before still works: hand this over, then revoke {instead_of.key_id}.</p>}
      <p>
        <button type="button" onClick={() => void navigator.clipboard.writeText(key)}>
          Copy
        </button>{' '}
        <button type="button" onClick={close}>
          I have it
        </button>
      </p>
    </div>
  );
}

interface ListProps {
  readonly keys: readonly KeyView[];
  readonly make: (wanted: Wanted, instead_of: KeyView | null) => Promise<string>;
  readonly done: () => void;
}

const columns = [{ head: 'Name' }, { head: 'May' }, { head: 'Accounts' }, { head: 'Until' }, { head: '' }];

function List({ keys, make, done }: ListProps): ReactElement {
  if (keys.length === 0)
    return (
      <Empty title="No keys">
        This page and the commands of this user need none. Make one for each program that asks the API.
      </Empty>
    );
  return (
    <Table label="Keys" columns={columns}>
      {keys.map((key) => (
        <Row key={key.key_id} of={key} make={make} done={done} />
      ))}
    </Table>
  );
}

const states = {
  active: null,
  expired: { words: 'Expired', tone: 'quiet' },
  revoked: { words: 'Revoked', tone: 'quiet' },
} as const;

const day_ms = 86_400_000;

/** The same again, for as long as it was for. */
function sameAs({ name, role, accounts, created_ms, expires_ms }: KeyView): Wanted {
  const days = expires_ms === null ? null : Math.max(1, Math.round((expires_ms - created_ms) / day_ms));
  return { name, role, days, ...(accounts.length > 0 && { accounts: [...accounts] }) };
}

function Acts({ of, make, done }: RowProps): ReactElement {
  const { operations } = useEngine();
  const { key_id, name } = of;
  const revoke = async (): Promise<string> => {
    await operations.revoke_key({ key_id });
    done();
    return 'Revoked.';
  };
  return (
    <>
      <Confirm
        words="Rotate"
        question={`Make a new key in place of ${name}?`}
        confirm="Make a new one"
        doing="Making …"
        act={() => make(sameAs(of), of)}
      >
        A key for the same role, accounts and time is made and told once. This one works until you revoke it.
      </Confirm>
      <Confirm words="Revoke" question={`Revoke ${name}?`} confirm="Revoke" doing="Revoking …" act={revoke} harmful>
        Nobody gets in with it from now on, on any instance. That cannot be taken back.
      </Confirm>
    </>
  );
}

type RowProps = Pick<ListProps, 'make' | 'done'> & { readonly of: KeyView };

function Row({ of, make, done }: RowProps): ReactElement {
  const { key_id, name, role, accounts, expires_ms, status, changed_by } = of;
  const state = states[status];
  return (
    <tr>
      <td>
        {name} {state !== null && <Chip {...state} />}
        <span className="under">
          <code>{key_id}</code> by {changed_by}
        </span>
      </td>
      <td>{role}</td>
      <td>{accounts.length === 0 ? 'all' : accounts.join(', ')}</td>
      <td>{expires_ms === null ? <span className="quiet">no end</span> : <Moment at_ms={expires_ms} />}</td>
      <td className="acts">{status === 'active' && <Acts of={of} make={make} done={done} />}</td>
    </tr>
  );
}
