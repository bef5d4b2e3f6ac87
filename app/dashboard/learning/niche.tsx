/** What the account learns with others of its niche, how its click rate stands there, and what to test first. */
import type { ReactElement } from 'react';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count, counted, rate } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Command } from '../parts/command.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Effects } from './effects.tsx';

const every_ms = 30_000;

export function Niche({ account_id }: { readonly account_id: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(`niche ${account_id}`, () => operations.niche({ account_id }), every_ms);
  return (
    <Panel
      title="Learned with others"
      about="What accounts of one niche have in common, added up once a week with noise that hides each business, also from one who knows all others. Only accounts whose people agreed give and get it."
      aside={answer.data === undefined ? undefined : <Where view={answer.data} />}
    >
      <Answered answer={answer} what="the niche">
        {(view) => <Shown view={view} />}
      </Answered>
    </Panel>
  );
}

function Where({ view: { niche, shares } }: { readonly view: NicheView }): ReactElement | null {
  if (niche === null) return null;
  const source =
    niche.source === 'people' ? 'as set' : `${Math.round(niche.confidence * 100)} % sure, from its creatives`;
  return (
    <span className="aside">
      {niche.niche.replaceAll('_', ' ')}, {source}
      {!shares && ', not shared'}
    </span>
  );
}

function Shown({ view }: { readonly view: NicheView }): ReactElement {
  const { shares, pattern, benchmarks, playbook, given } = view;
  if (!shares)
    return (
      <Empty title="This account learns alone">
        It gives nothing and gets nothing. This lets it take part; <code>--leave</code> takes out what it gave:
        <Command line={`flywheel niche ${view.account_id} --share --business ID`} />
      </Empty>
    );
  if (pattern === null || pattern.status !== 'released' || benchmarks === null)
    return (
      <Empty title={pattern === null ? 'No release yet' : 'Too few businesses'}>
        {capital(view.words)}.{given !== null && <> This account has told of {counted(given.ads, 'ad')} so far.</>}
      </Empty>
    );
  return (
    <>
      <dl className="facts">
        <Fact name="Businesses" value={`about ${count(pattern.businesses)}`} />
        <Fact name="A quarter of accounts is below" value={rate(benchmarks.p25)} />
        <Fact name="Half" value={rate(benchmarks.p50)} />
        <Fact name="Three quarters" value={rate(benchmarks.p75)} />
        <Fact name="Nine in ten" value={rate(benchmarks.p90)} />
        {given !== null && given.rate !== null && benchmarks.standing !== null && (
          <Fact
            name="This account"
            value={`${rate(given.rate)}, above ${Math.round(benchmarks.standing * 100)} % of accounts`}
          />
        )}
      </dl>
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
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
