/** The keys, and the policy: every field with its limits and default, edited with its differences and a backtest before it is saved. */
import { useState, type ReactElement } from 'react';
import type { PolicyField } from '../../operations/policy/fields.ts';
import type { PolicyView } from '../../operations/policy/view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer, type Answer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Choice } from '../parts/choice.tsx';
import { Fields } from './fields.tsx';
import { Keys } from './keys.tsx';
import { PolicyHistory } from './policy-history.tsx';
import { changesOf, documentOf, type Edits } from './edits.ts';
import { changes_id, Save } from './save.tsx';

export function Settings(): ReactElement {
  const { operations } = useEngine();
  const fields = useAnswer('policy fields', () => operations.policy_fields(), 'once');
  const policy = useAnswer('policy', () => operations.policy({}), 15_000);
  return (
    <>
      <Answered answer={fields} what="the policy’s fields">
        {(known) => (
          <Answered answer={policy} what="the policy">
            {(view) => <Policy key={view.version} fields={known} view={view} answer={policy} />}
          </Answered>
        )}
      </Answered>
      <Keys />
    </>
  );
}

interface Props {
  readonly fields: readonly PolicyField[];
  readonly view: PolicyView;
  readonly answer: Answer<PolicyView>;
}

function Policy({ fields, view, answer }: Props): ReactElement {
  const sections = [...new Set(fields.map(({ section }) => section))];
  const [section, setSection] = useState(sections[0] ?? '');
  const [edits, setEdits] = useState<Edits>({});
  const edited = new Set(Object.keys(edits).map((field) => field.split('.')[0]));
  return (
    <>
      <Head version={view.version} />
      <Choice
        label="Section of the policy"
        options={sections.map((name) => ({
          value: name,
          words: `${name.charAt(0).toUpperCase()}${name.slice(1)}${edited.has(name) ? ' •' : ''}`,
        }))}
        chosen={section}
        onChoose={setSection}
      />
      <Fields
        section={section}
        fields={fields.filter((field) => field.section === section)}
        view={view}
        edits={edits}
        onEdits={setEdits}
      />
      {Object.keys(edits).length > 0 && <EditedBar n={changesOf(view, fields, edits).length} />}
      <Save
        fields={fields}
        view={view}
        edits={edits}
        document={documentOf(view, fields, edits)}
        discard={() => setEdits({})}
        done={answer.again}
      />
      <PolicyHistory version={view.version} />
    </>
  );
}

/** Stays in sight while fields are edited: what comes of it stands below them. */
function EditedBar({ n }: { readonly n: number }): ReactElement {
  const show = (): void => document.getElementById(changes_id)?.scrollIntoView({ behavior: 'smooth' });
  return (
    <div className="edited-bar">
      {n === 0 ? 'Nothing differs from what is in force' : `${counted(n, 'field')} edited`}
      <button type="button" className="primary" onClick={show}>
        Compare and backtest
      </button>
    </div>
  );
}

const Head = ({ version }: { readonly version: string }): ReactElement => (
  <div className="view-head">
    <div>
      <h1>Settings</h1>
      <p className="about">
        The policy says what a winner is and how budgets follow evidence. It comes into force as an event, and every
        decision carries its version.
      </p>
    </div>
    <p className="quiet">
      In force: <code>{version}</code>
    </p>
  </div>
);
