/** What the figures of this moment say that somebody should look at. */
import type { ReactElement } from 'react';
import type { Advice } from '../../operations/advice/advice.ts';
import { capital } from '../format/capital.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { hrefTo } from '../shell/route.ts';

const every_ms = 10_000;

export function Advised(): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer('advice', () => operations.advice(), every_ms);
  return (
    <Panel title="To look at" about="Found in the figures of this moment; what is not known gives no advice.">
      <Answered answer={answer} what="advice">
        {(found) =>
          found.length === 0 ? (
            <Empty title="Nothing stands out">
              Every topic has a reader, no group is more than a minute behind, no key waits for a dead letter,
              experiments reach their minimum exposure, and impressions follow the splits.
            </Empty>
          ) : (
            <ul className="advice">
              {found.map((advice) => (
                <One key={`${advice.kind} ${advice.about.account_id ?? ''} ${advice.about.id}`} advice={advice} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
}

function One({ advice: { severity, words, remedy, about } }: { readonly advice: Advice }): ReactElement {
  return (
    <li className={`tone-${severity}`}>
      <p>
        <strong>{words}.</strong>
      </p>
      <p className="quiet">
        {capital(remedy)}. <a href={hrefOf(about)}>{linkWords[about.kind]}</a>
      </p>
    </li>
  );
}

const linkWords = {
  group: 'See the group',
  topic: 'See the topic',
  experiment: 'See the experiment',
  campaign: 'See its splits',
} as const satisfies Record<Advice['about']['kind'], string>;

function hrefOf({ kind, account_id, id }: Advice['about']): string {
  if (kind === 'experiment') return hrefTo('experiments', [account_id ?? '', id]);
  return kind === 'campaign' ? hrefTo('decisions', [], { topic: 'allocation.proposed' }) : hrefTo('topology', [id]);
}
