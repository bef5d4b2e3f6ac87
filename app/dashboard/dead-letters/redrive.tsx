/** Sends dead letters back to the group that refused them: what that would do is shown first, letter by letter. */
import { useState, type ReactElement } from 'react';
import type { PlannedLetterRow, RedrivePlan } from '../../operations/dead-letters/redrive-view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count, counted } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Table } from '../parts/table.tsx';

interface Props {
  readonly words: string;
  readonly question: string;
  readonly ids: readonly string[];
  readonly done: () => void;
}

/** Letters of a plan that are listed. */
const most_rows = 20;

export function Redrive({ words, question, ids, done }: Props): ReactElement {
  const { operations } = useEngine();
  const [opened, setOpened] = useState(0);
  const send = async (): Promise<string> => {
    const { redriven, keys } = await operations.redrive({ ids });
    done();
    return `${counted(redriven, 'record')} of ${counted(keys, 'key')} sent back.`;
  };
  return (
    <Confirm
      words={words}
      question={question}
      confirm="Send back"
      doing="Sending …"
      act={send}
      onOpen={() => setOpened((times) => times + 1)}
      primary
    >
      They are decided again in their order within each account. What still cannot be read is refused again and comes
      back here; deploy the fix first.
      {opened > 0 && <Plan key={opened} ids={ids} />}
    </Confirm>
  );
}

function Plan({ ids }: Pick<Props, 'ids'>): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(`plan ${ids.join(' ')}`, () => operations.plan_redrive({ ids, limit: most_rows }), 'once');
  return (
    <Answered answer={answer} what="the plan">
      {(plan) => (
        <>
          <p>
            <strong>{wordsOf(plan)}</strong>
          </p>
          <Letters plan={plan} />
        </>
      )}
    </Answered>
  );
}

const wordsOf = ({ total, decided, refused, nothing }: RedrivePlan): string =>
  [
    `${counted(total, 'letter')}: ${count(decided)} decided once more`,
    ...(refused > 0 ? [`${count(refused)} refused again, since their bytes still mean nothing`] : []),
    ...(nothing > 0 ? [`${count(nothing)} left out, since they are settled`] : []),
  ].join(', ') + '.';

const outcomes = {
  decided: { words: 'Decided', tone: 'good' },
  refused: { words: 'Refused again', tone: 'bad' },
  nothing: { words: 'Left out', tone: 'quiet' },
} as const;

const columns = [
  { head: 'Letter' },
  { head: 'Goes to' },
  { head: 'Outcome' },
  { head: 'Who took the record already', title: 'Other groups do not get it again' },
];

function Letters({ plan: { rows, total } }: { readonly plan: RedrivePlan }): ReactElement {
  return (
    <>
      <Table label="Plan of sending back" columns={columns}>
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </Table>
      {rows.length < total && (
        <p className="pages quiet">
          The oldest {count(rows.length)} of {count(total)}.
        </p>
      )}
    </>
  );
}

const Row = ({ row }: { readonly row: PlannedLetterRow }): ReactElement => (
  <tr>
    <td>
      <code>{row.id}</code> <span className="quiet">{row.key}</span>
    </td>
    <td>{row.group}</td>
    <td>
      <Chip {...outcomes[row.outcome]} />
      {row.reason !== null && <span className="under">{row.reason}</span>}
      {row.passes > 0 && <span className="under">passes {counted(row.passes, 'older letter')} of its key</span>}
    </td>
    <td>{row.handled_by.length === 0 ? <span className="quiet">none</span> : row.handled_by.join(', ')}</td>
  </tr>
);
