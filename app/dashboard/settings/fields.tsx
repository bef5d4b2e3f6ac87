/** Fields of one section: what each means, what it may be, its default, and its value to edit. */
import type { ReactElement } from 'react';
import type { PolicyField } from '../../operations/policy/fields.ts';
import type { PolicyView } from '../../operations/policy/view.ts';
import { Panel } from '../parts/panel.tsx';
import { nameOf, textOf, valueIn, type Edits } from './edits.ts';

interface Props {
  readonly section: string;
  readonly fields: readonly PolicyField[];
  readonly view: PolicyView;
  readonly edits: Edits;
  readonly onEdits: (edits: Edits) => void;
}

export function Fields({ section, fields, view, edits, onEdits }: Props): ReactElement {
  const shared = fields.some((field) => field.shared);
  return (
    <Panel
      title={section.charAt(0).toUpperCase() + section.slice(1)}
      about={shared ? 'Holds for all accounts alike.' : 'Single accounts may have fields otherwise.'}
    >
      <div className="policy-fields">
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={valueIn(view, field)}
            text={edits[nameOf(field)]}
            onText={(text) => onEdits({ ...edits, [nameOf(field)]: text })}
          />
        ))}
      </div>
    </Panel>
  );
}

interface FieldProps {
  readonly field: PolicyField;
  readonly value: unknown;
  readonly text: string | undefined;
  readonly onText: (text: string) => void;
}

function Field({ field, value, text, onText }: FieldProps): ReactElement {
  const shown = text ?? textOf(value);
  const edited = text !== undefined && text !== textOf(value);
  const standard = JSON.stringify(value) === JSON.stringify(field.default);
  const id = `policy-${nameOf(field)}`;
  return (
    <div className={edited ? 'policy-field edited' : 'policy-field'}>
      <div>
        <label htmlFor={id}>{field.name.replaceAll('_', ' ')}</label>
        <p className="about">{field.words}</p>
        <p className="about quiet">
          {field.limits}; default <code>{textOf(field.default)}</code>
          {!standard && !edited && <strong> differs from the default</strong>}
        </p>
      </div>
      {field.symbols === null ? (
        <input id={id} type="text" className="mono" value={shown} onChange={({ target }) => onText(target.value)} />
      ) : (
        <select id={id} value={shown} onChange={({ target }) => onText(target.value)}>
          {field.symbols.map((symbol) => (
            <option key={symbol}>{symbol}</option>
          ))}
        </select>
      )}
    </div>
  );
}
