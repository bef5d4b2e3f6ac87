/** Records that were refused, the newest first. */
import type { ReactElement } from 'react';
import type { DeadLetterRow } from '../../operations/operations.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count, counted } from '../format/numbers.ts';
import { refusalOf, visible } from '../format/refusal.ts';
import { zoneName } from '../format/time.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';
import { Redrive } from './redrive.tsx';

const most = 200;

export function DeadLetterList(): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer('dead letters', () => operations.dead_letters({ limit: most }), 5_000);
  const waiting = (answer.data?.rows ?? []).filter(({ settled }) => settled === null);
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Dead letters</h1>
          <p className="about">
            Records that a group refused, kept with their bytes. The rest of their batches went on.
          </p>
        </div>
        <div className="panel-tools">
          <Export table="dead_letter" />
          {waiting.length > 0 && (
            <Redrive
              words={`Redrive ${counted(waiting.length, 'record')}`}
              question={`Send ${counted(waiting.length, 'record')} back to the groups that refused them?`}
              ids={waiting.map(({ id }) => id)}
              done={answer.again}
            />
          )}
        </div>
      </div>
      <Answered answer={answer} what="dead letters">
        {({ rows, total }) => (
          <section className="panel" aria-label="Dead letters">
            {rows.length === 0 ? <NoneRefused /> : <Letters rows={rows} />}
            {rows.length < total && (
              <p className="pages quiet">
                The newest {count(rows.length)} of {count(total)}.
              </p>
            )}
          </section>
        )}
      </Answered>
    </>
  );
}

function NoneRefused(): ReactElement {
  return (
    <Empty title="No dead letters">
      Every record could be read and handled. One that cannot be stands here with its bytes, what each decoder said of
      them, and what to do; nothing is lost.
    </Empty>
  );
}

function Letters({ rows }: { readonly rows: readonly DeadLetterRow[] }): ReactElement {
  const columns = [
    { head: `Time (${zoneName(rows[0]?.at_ms ?? 0)})` },
    { head: 'Refused by' },
    { head: 'Record', title: 'Topic, partition and offset' },
    { head: 'Why' },
    { head: 'State' },
  ];
  return (
    <Table label="Dead letters" columns={columns} className="letters">
      {rows.map((row) => (
        <tr key={row.id} className="linked">
          <td className="when">
            <Moment at_ms={row.at_ms} zone={false} />
          </td>
          <td>{row.group}</td>
          <td>
            {row.topic}
            <span className="under">
              partition {row.partition}, offset {count(row.offset)}
            </span>
          </td>
          <td className="why">
            <a href={hrefTo('dead-letters', [row.id])}>{refusalOf(row.code, visible(row.message)).what}</a>
            <span className="under mono">{row.code}</span>
          </td>
          <td>
            <LetterState settled={row.settled} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

const settledAs = {
  redriven: {
    words: 'Redriven',
    meaning: 'It was sent back; if it was refused again, that is a dead letter of its own.',
  },
  discarded: { words: 'Discarded', meaning: 'It was given up: it is never decided, and nothing waits for it.' },
} as const;

export function LetterState({ settled }: Pick<DeadLetterRow, 'settled'>): ReactElement {
  if (settled === null) return <Chip tone="bad" words="Refused" meaning="It waits here until someone sends it back." />;
  return <Chip tone="quiet" {...settledAs[settled]} />;
}
