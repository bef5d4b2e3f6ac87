/** Why a decision was made: words, numbers, policy, the chain back to the raw events, and whether it is made again. */
import type { ReactElement } from 'react';
import type { Explanation } from '../../operations/operations.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Command } from '../parts/command.tsx';
import { fieldWords, listsIn } from '../format/records.ts';
import { capital } from '../format/capital.ts';
import { Empty } from '../parts/empty.tsx';
import { Grid } from '../parts/grid.tsx';
import { Json } from '../parts/json.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { hrefTo } from '../shell/route.ts';
import { useTitle } from '../shell/title.ts';
import { Chain } from './chain.tsx';
import { Behind } from './evidence.tsx';
import { Inputs } from './inputs.tsx';
import { Keep } from './keep.tsx';
import { Numbers } from './numbers.tsx';
import { RunAgain } from './run-again.tsx';

const titles: Readonly<Record<string, string>> = {
  'winner.detected': 'Winner announced',
  'winner.withdrawn': 'Winner withdrawn',
  'budget.change.progressed': 'Change of a budget',
  'allocation.proposed': 'Budget split proposed',
};
const tones: Readonly<Record<string, string>> = { 'winner.detected': 'good', 'winner.withdrawn': 'warn' };

export function Explained({ id }: { readonly id: string }): ReactElement {
  const { operations } = useEngine();
  // A decision and what led to it never change: asked once.
  const answer = useAnswer(`explain ${id}`, () => operations.explain({ id }), 'once');
  return (
    <>
      <p className="back">
        <a href={hrefTo('decisions')}>Decisions</a>
      </p>
      <Answered answer={answer} what="the explanation: the state before it is made again from the log">
        {(explanation) => (explanation === null ? <Gone id={id} /> : <Why explanation={explanation} id={id} />)}
      </Answered>
    </>
  );
}

function Gone({ id }: { readonly id: string }): ReactElement {
  return (
    <Empty title="This decision is not kept">
      <code className="id">{id}</code> is not in the log of this data folder, or what caused it has passed its
      retention. <a href={hrefTo('decisions')}>See the newest decisions</a>.
    </Empty>
  );
}

function Why({ explanation, id }: { readonly explanation: Explanation; readonly id: string }): ReactElement {
  const { decision, entity } = explanation;
  useTitle(`${titles[decision.topic] ?? decision.topic}: ${entity}`);
  return (
    <>
      <Verdict explanation={explanation} id={id} />
      <Behind explanation={explanation} />
      <div className="pair">
        <Panel title="Numbers" about="What the rule computed and compared.">
          <Numbers numbers={explanation.numbers} />
        </Panel>
        <div className="stack">
          <Panel title="How it came about" about="From the decision back to the record that came from outside.">
            <Chain explanation={explanation} />
          </Panel>
          <Closer explanation={explanation} />
        </div>
      </div>
      {listsIn(decision.value ?? {}).map(({ name, rows }) => (
        <Panel key={name} title={capital(fieldWords(name))} about="As the decision holds them.">
          <Grid label={fieldWords(name)} values={rows} />
        </Panel>
      ))}
      <Inputs inputs={explanation.inputs} total={explanation.inputs_total} />
      <RunAgain explanation={explanation} id={id} />
      <Keep id={id} group={explanation.group} />
    </>
  );
}

function Closer({ explanation }: { readonly explanation: Explanation }): ReactElement {
  const { decision, state_before, parts_before, policy, policy_version } = explanation;
  return (
    <Panel title="To look closer" className="folded">
      <Json title="The decision as it was written" value={decision.value} />
      <Json title="State of the group before it" value={state_before} />
      {Object.keys(parts_before).length > 0 && <Json title="Parts of that state" value={parts_before} />}
      <Json title={`Policy ${policy_version}`} value={policy} />
    </Panel>
  );
}

function Verdict({ explanation, id }: { readonly explanation: Explanation; readonly id: string }): ReactElement {
  const { decision, group, policy_version, reproduced, words } = explanation;
  const at: unknown = decision.value?.['at_ms'];
  const of_evidence = decision.topic !== 'allocation.proposed';
  return (
    <div className={`verdict tone-${tones[decision.topic] ?? 'info'}`}>
      <div className="verdict-title">
        <h1>{titles[decision.topic] ?? decision.topic}</h1>
        {reproduced ? (
          <Chip tone="good" words="Reproduced" meaning="Deciding again from the log gives the same event." />
        ) : (
          <Chip tone="bad" words="Not reproduced" meaning="Deciding again from the log gives another event." />
        )}
      </div>
      <p className="verdict-reason">{words}</p>
      {!reproduced && (
        <div className="verdict-note">
          Made again from the log it comes out differently: the code has changed since, or state was lost. Compare with
          <Command line={`flywheel rebuild --group ${group}`} />
        </div>
      )}
      <dl className="facts">
        <Fact name="Decided by" value={group} />
        <Fact name="Policy version" value={<span className="mono">{policy_version || 'unknown'}</span>} />
        <Fact name="Decided" value={<Moment at_ms={decision.appended_ms} />} />
        {of_evidence && typeof at === 'number' && <Fact name="Evidence as of" value={<Moment at_ms={at} />} />}
        <About value={decision.value} entity={explanation.entity} />
      </dl>
      <p className="verdict-foot quiet mono">{id}</p>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: ReactElement | string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface AboutProps {
  readonly value: Explanation['decision']['value'];
  /** What it is called. */
  readonly entity: string;
}

/** Leads to the experiment, where the decision is about one. */
function About({ value, entity }: AboutProps): ReactElement | null {
  const { account_id, experiment_id, campaign_id } = value ?? {};
  if (typeof account_id !== 'string') return null;
  if (typeof experiment_id === 'string')
    return <Fact name="About" value={<a href={hrefTo('experiments', [account_id, experiment_id])}>{entity}</a>} />;
  return <Fact name="About" value={typeof campaign_id === 'string' ? `${entity} (${campaign_id})` : entity} />;
}
