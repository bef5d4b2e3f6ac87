/** The report of one dead letter: why it was refused, its bytes, what each decoder said of them. */
import type { ReactElement } from 'react';
import type { DeadLetterDetail } from '../../operations/operations.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count } from '../format/numbers.ts';
import { capital } from '../format/capital.ts';
import { refusalOf, visible } from '../format/refusal.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { hrefTo } from '../shell/route.ts';
import { Bytes } from './bytes.tsx';
import { Decoders } from './decoders.tsx';
import { LetterState } from './list.tsx';
import { Redrive } from './redrive.tsx';

export function DeadLetter({ id }: { readonly id: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(`dead letter ${id}`, () => operations.dead_letter({ id }), 'missed');
  return (
    <>
      <p className="back">
        <a href={hrefTo('dead-letters')}>Dead letters</a>
      </p>
      <Answered answer={answer} what="the dead letter">
        {(letter) =>
          letter === null ? (
            <Empty title={`There is no dead letter ${id}`}>
              It has passed the retention of its topic, or the address is mistyped.{' '}
              <a href={hrefTo('dead-letters')}>See all dead letters</a>.
            </Empty>
          ) : (
            <Report letter={letter} again={answer.again} />
          )
        }
      </Answered>
    </>
  );
}

function Report({ letter, again }: { readonly letter: DeadLetterDetail; readonly again: () => void }): ReactElement {
  return (
    <>
      <Head letter={letter} again={again} />
      <Panel title="Bytes" about={`The record’s value, ${count(letter.value_bytes)} bytes.`}>
        <Bytes letter={letter} />
      </Panel>
      <Panel title="What each decoder said" about="The same bytes, read in every way that is known.">
        <Decoders letter={letter} />
      </Panel>
      <Headers headers={letter.headers} />
    </>
  );
}

function Head({ letter, again }: { readonly letter: DeadLetterDetail; readonly again: () => void }): ReactElement {
  const { what, remedy } = refusalOf(letter.code, visible(letter.message));
  return (
    <div className={`verdict tone-${letter.settled === null ? 'bad' : 'quiet'}`}>
      <div className="verdict-title">
        <h1>{capital(what)}</h1>
        <LetterState settled={letter.settled} />
      </div>
      {remedy !== null && <p className="verdict-reason">What to do: {remedy}.</p>}
      <dl className="facts">
        <Fact name="Code" value={letter.code} mono />
        <Fact name="Refused by" value={`${letter.group}, at ${letter.stage}`} />
        <Fact name="Record" value={`${letter.topic}, partition ${letter.partition}, offset ${count(letter.offset)}`} />
        {letter.field !== null && <Fact name="Field" value={letter.field} mono />}
        <Fact name="Key" value={letter.key ?? 'none'} mono />
        <div>
          <dt>When</dt>
          <dd>
            <Moment at_ms={letter.at_ms} />
          </dd>
        </div>
      </dl>
      {letter.settled === null && (
        <div className="verdict-foot">
          <Redrive
            words="Redrive"
            question={`Send this record back to ${letter.group}?`}
            ids={[letter.id]}
            done={again}
          />
        </div>
      )}
    </div>
  );
}

function Fact({
  name,
  value,
  mono = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
}): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={mono ? 'mono' : ''}>{value}</dd>
    </div>
  );
}

function Headers({ headers }: { readonly headers: DeadLetterDetail['headers'] }): ReactElement | null {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <Panel title="Headers" about="As the producer sent them.">
      <table className="numbers named">
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td className="mono">{visible(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
