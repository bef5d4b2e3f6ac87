/** What the edits change, what history would have decided under them, and bringing them into force. */
import { useState, type ReactElement } from 'react';
import type { PolicyField } from '../../operations/policy/fields.ts';
import type { PolicyView } from '../../operations/policy/view.ts';
import { useEngine } from '../data/engine.tsx';
import { useActor } from '../data/use-me.ts';
import { counted } from '../format/numbers.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { Backtest } from './backtest.tsx';
import { changesOf, textOf, type Change, type Edits } from './edits.ts';

interface Props {
  readonly fields: readonly PolicyField[];
  readonly view: PolicyView;
  readonly edits: Edits;
  readonly document: object;
  readonly discard: () => void;
  readonly done: () => void;
}

/** Where the changes stand on the page. */
export const changes_id = 'policy-changes';

export function Save({ fields, view, edits, document, discard, done }: Props): ReactElement {
  const changes = changesOf(view, fields, edits);
  const wanted = JSON.stringify(document);
  const [asked, setAsked] = useState<string | null>(null);
  const [tested, setTested] = useState<string | null>(null);
  if (changes.length === 0)
    return (
      <Panel title="Changes">
        <Empty title="Nothing is edited">
          Edit a field above: its difference stands here, then what recorded history would have decided under it, and
          only then it can be brought into force.
        </Empty>
      </Panel>
    );
  return (
    <div id={changes_id}>
      <Panel
        title="Changes"
        about={`${counted(changes.length, 'field')} edited, against ${view.version}.`}
        aside={
          <button type="button" onClick={discard}>
            Discard
          </button>
        }
      >
        <Differences changes={changes} />
        {asked === wanted ? (
          <Backtest key={wanted} document={document} done={() => setTested(wanted)} />
        ) : (
          <div className="again-foot">
            <button type="button" className="primary" onClick={() => setAsked(wanted)}>
              Run the backtest
            </button>
            <span className="quiet">Decides recorded history again under the changes, in a process beside.</span>
          </div>
        )}
        <Activate document={document} ready={tested === wanted} changes={changes} done={done} />
      </Panel>
    </div>
  );
}

const columns = [{ head: 'Field' }, { head: 'In force' }, { head: 'Edited' }];

const Differences = ({ changes }: { readonly changes: readonly Change[] }): ReactElement => (
  <Table label="Differences from the policy in force" columns={columns}>
    {changes.map(({ field, before, after }) => (
      <tr key={field}>
        <th scope="row">{field}</th>
        <td className="mono quiet">{textOf(before)}</td>
        <td className="mono">
          <strong>{textOf(after)}</strong>
        </td>
      </tr>
    ))}
  </Table>
);

interface ActivateProps extends Pick<Props, 'document' | 'done'> {
  readonly ready: boolean;
  readonly changes: readonly Change[];
}

function Activate({ document, ready, changes, done }: ActivateProps): ReactElement {
  const { operations } = useEngine();
  const actor = useActor();
  const [reason, setReason] = useState('');
  const signed = { by: actor, reason: reason.trim() };
  const activate = async (): Promise<string> => {
    const { version } = await operations.propose_policy({ document, ...signed });
    await operations.activate_policy({ version, ...signed });
    done();
    return `${version} is in force.`;
  };
  return (
    <div className="policy-save">
      <label className="field">
        Reason
        <input type="text" maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
      </label>
      <Confirm
        words="Bring into force"
        question={`Bring ${counted(changes.length, 'change')} into force?`}
        confirm="Bring into force"
        doing="Publishing …"
        act={activate}
        disabled={!ready || signed.by === '' || signed.reason === ''}
        primary
      >
        Decisions from now on are made under the new policy; those before keep the one they were made under. It can be
        taken back by bringing an earlier version into force. Signed by {actor}.
      </Confirm>
      {!ready && <span className="quiet">After its backtest.</span>}
    </div>
  );
}
