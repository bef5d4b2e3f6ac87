/** Policies that were proposed or in force, who wanted them and why; an earlier one can come back. */
import type { ReactElement } from 'react';
import type { PolicyStep } from '../../operations/policy/view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { textOf } from './edits.ts';

const columns = [{ head: 'When' }, { head: 'Version' }, { head: 'What it changed' }, { head: 'Who and why' }];

/** Asked anew with each version in force. */
export function PolicyHistory({ version }: { readonly version: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(`policy history ${version}`, () => operations.policy_history(), 'missed');
  return (
    <Panel
      title="History of the policy"
      about="Each step is an event; the newest first."
      aside={<Export table="policy_changed" />}
    >
      <Answered answer={answer} what="the history">
        {(steps) =>
          steps.length === 0 ? (
            <Empty title="The built-in policy">No other was proposed or in force.</Empty>
          ) : (
            <Table label="History of the policy" columns={columns}>
              {steps.map((step, i) => (
                <Row key={i} step={step} />
              ))}
            </Table>
          )
        }
      </Answered>
    </Panel>
  );
}

function Row({
  step: { at_ms, kind, version, in_force, changes, by, reason },
}: {
  readonly step: PolicyStep;
}): ReactElement {
  return (
    <tr>
      <td className="when">
        <Moment at_ms={at_ms} />
      </td>
      <td>
        <code>{version}</code>{' '}
        {in_force ? (
          <Chip tone="good" words="In force" />
        ) : (
          <span className="quiet">{kind === 'proposed' ? 'proposed' : 'was in force'}</span>
        )}
      </td>
      <td>
        {changes.length === 0 ? (
          <span className="quiet">nothing before it to compare with</span>
        ) : (
          changes.map(({ field, before, after }) => (
            <span key={field} className="change">
              {field}: <span className="quiet">{textOf(before)} →</span> {textOf(after)}
            </span>
          ))
        )}
      </td>
      <td>
        {by ?? <span className="quiet">the program</span>}
        {reason !== null && <span className="under">{reason}</span>}
      </td>
    </tr>
  );
}
