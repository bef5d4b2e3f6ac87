/** The decision made again from an edited input beside the recorded one: what would have been otherwise. */
import { useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Explanation } from '../../operations/operations.ts';
import type { Edited, RunAgain as Result } from '../../operations/decisions/run-again.ts';
import { useEngine } from '../data/engine.tsx';
import { counted } from '../format/numbers.ts';
import { Choice } from '../parts/choice.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';
import { Table } from '../parts/table.tsx';

type Part = 'event' | 'state' | 'policy';

const parts = [
  { value: 'event', words: 'Event', title: 'The event that caused it' },
  { value: 'state', words: 'State', title: 'What the group had kept of the key' },
  { value: 'policy', words: 'Policy', title: 'The policy of the account' },
] as const;

const json = (value: unknown): string => JSON.stringify(value, null, 2);

export function RunAgain({
  explanation,
  id,
}: {
  readonly explanation: Explanation;
  readonly id: string;
}): ReactElement {
  const [part, setPart] = useState<Part>('event');
  const recorded = { event: explanation.cause.value, state: explanation.state_before, policy: explanation.policy };
  const [texts, setTexts] = useState<Readonly<Partial<Record<Part, string>>>>({});
  const { result, error, busy, run } = useRun(id, texts);
  const edited = parts.filter(({ value }) => value in texts);
  return (
    <Panel
      title="Run again from here"
      about="The same pure decision on an edited input, beside the recorded one. Nothing is written and nobody is told."
      aside={<Choice label="Which input" options={parts} chosen={part} onChoose={setPart} />}
    >
      <Sides
        part={part}
        recorded={json(recorded[part])}
        text={texts[part] ?? json(recorded[part])}
        onText={(text) => setTexts({ ...texts, [part]: text })}
        run={run}
      />
      <div className="again-foot">
        <button type="button" className="primary" disabled={busy} onClick={run}>
          {busy ? 'Deciding …' : 'Run again'}
        </button>
        <button type="button" disabled={edited.length === 0} onClick={() => setTexts({})}>
          Back to the recorded input
        </button>
        <span className="quiet">
          {edited.length === 0
            ? 'Nothing is edited yet.'
            : `Edited: ${edited.map(({ words }) => words.toLowerCase()).join(', ')}.`}
        </span>
      </div>
      {error !== null && <Problem error={error} />}
      {result !== null && <Told result={result} />}
    </Panel>
  );
}

interface Run {
  readonly result: Result | null;
  readonly error: unknown;
  readonly busy: boolean;
  readonly run: () => void;
}

function useRun(id: string, texts: Readonly<Partial<Record<Part, string>>>): Run {
  const { operations } = useEngine();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const [error, setError] = useState<unknown>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      setResult(await operations.run_again(editedOf(id, texts)));
      setError(null);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return { result, error, busy, run: () => void run() };
}

/** Throws where a text is no JSON, naming the part. */
function editedOf(id: string, texts: Readonly<Partial<Record<Part, string>>>): Edited {
  const read = (part: Part, text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`The ${part} is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
  const values = Object.fromEntries(
    parts.flatMap(({ value }) => {
      const text = texts[value];
      return text === undefined ? [] : [[value, read(value, text)]];
    }),
  );
  return { id, ...values };
}

interface SidesProps {
  readonly part: Part;
  readonly recorded: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly run: () => void;
}

function Sides({ part, recorded, text, onText, run }: SidesProps): ReactElement {
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
  };
  return (
    <div className="again">
      <div className="field">
        <span>Recorded {part}</span>
        <pre tabIndex={0} aria-label={`Recorded ${part}`}>
          {recorded}
        </pre>
      </div>
      <label className="field">
        <span>Edited {part}</span>
        <textarea
          className="mono"
          spellCheck={false}
          rows={16}
          value={text}
          onChange={({ target }) => onText(target.value)}
          onKeyDown={onKey}
        />
      </label>
    </div>
  );
}

const columns = [{ head: 'Field' }, { head: 'From the recorded input' }, { head: 'From the edited input' }];

function Told({ result }: { readonly result: Result }): ReactElement {
  const { recorded, edited, differences } = result;
  const made = ({ length }: readonly unknown[]): string =>
    length === 0 ? 'nothing is decided' : counted(length, 'event');
  if (differences.length === 0)
    return (
      <div role="status">
        <Empty title="The same decision">From both inputs {made(recorded)}, equal in every field.</Empty>
      </div>
    );
  return (
    <div role="status">
      <p className="about in-panel">
        Recorded input: {made(recorded)}. Edited input: {made(edited)}. They differ in{' '}
        {counted(differences.length, 'field')}:
      </p>
      <Table label="Differences" columns={columns} className="differences">
        {differences.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row" className="mono">
              {field}
            </th>
            <td>
              <Value value={before} />
            </td>
            <td>
              <Value value={after} />
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Value({ value }: { readonly value: unknown }): ReactElement {
  if (value === null) return <span className="quiet">none</span>;
  if (typeof value === 'object') return <pre>{json(value)}</pre>;
  return <>{String(value)}</>;
}
