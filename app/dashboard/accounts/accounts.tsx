/** Whether an account learns with others of its niche, what it gives and gets, and how it stands there. */
import { useState, type ReactElement } from 'react';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import { capital } from '../format/capital.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Effects } from '../parts/effects.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { OfAccount } from '../parts/of-account.tsx';
import { Panel } from '../parts/panel.tsx';
import { Benchmark } from './benchmark.tsx';
import { Given } from './given.tsx';
import { Sharing } from './sharing.tsx';
import { Standings } from './standings.tsx';

const every_ms = 30_000;
/** While an answer is awaited that must come soon: what was agreed has to pass the log. */
const soon_ms = 1_000;

export const Accounts = ({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement => (
  <OfAccount
    view="accounts"
    title="Accounts and niches"
    about="What accounts of one niche have in common is added up once a week, with noise that hides each business even from one who knows all others. Only accounts whose people agreed give and get it."
    by="predictions"
    chosen={query['account']}
    below={<Standings />}
  >
    {(account_id) => <Account key={account_id} account_id={account_id} />}
  </OfAccount>
);

function Account({ account_id }: { readonly account_id: string }): ReactElement {
  const { operations } = useEngine();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const answer = useAnswer(
    `niche ${account_id}`,
    () => operations.niche({ account_id }),
    wanted === null ? every_ms : soon_ms,
  );
  if (wanted !== null && answer.data?.shares === wanted) setWanted(null);
  return (
    <Answered answer={answer} what="the niche">
      {(view) => (
        <>
          <Sharing view={view} asked={setWanted} />
          {view.shares && <Learned view={view} />}
        </>
      )}
    </Answered>
  );
}

function Learned({ view }: { readonly view: NicheView }): ReactElement {
  const { pattern, benchmarks, playbook, given } = view;
  const released = pattern !== null && pattern.status === 'released' && benchmarks !== null;
  return (
    <>
      <Given given={given} />
      {!released && (
        <Panel title="Learned with others">
          <Empty title={pattern === null ? 'No release yet' : 'Too few businesses'}>{capital(view.words)}.</Empty>
        </Panel>
      )}
      {released && (
        <>
          <Benchmark benchmarks={benchmarks} own={given?.rate ?? null} businesses={pattern.businesses} />
          <Panel
            title="What to test first"
            about="What goes with more clicks in the niche, what was not compared here first. An association, not a cause."
            aside={<Export table="niche_pattern_updated" account_id={view.account_id} />}
          >
            {playbook.length === 0 ? (
              <Empty title="No trait stands out of the noise">
                Effects are told once enough businesses have compared them: all of them say too little so far.
              </Empty>
            ) : (
              <Effects
                effects={playbook}
                support={({ own_experiments }) =>
                  own_experiments === 0 ? 'not compared here yet' : `${counted(own_experiments, 'experiment')} here`
                }
              />
            )}
          </Panel>
        </>
      )}
    </>
  );
}
