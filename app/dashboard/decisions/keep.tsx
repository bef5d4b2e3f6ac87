/** Keeps a decision as a case, which the test of its processor makes again from then on. */
import { useState, type ReactElement } from 'react';
import { useEngine } from '../data/engine.tsx';
import { Command } from '../parts/command.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';

export function Keep({ id, group }: { readonly id: string; readonly group: string }): ReactElement {
  const { operations } = useEngine();
  const [name, setName] = useState('');
  const [path, setPath] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const keep = async (): Promise<void> => {
    try {
      const saved = await operations.save_case({ id, ...(name.trim() === '' ? {} : { name: name.trim() }) });
      setPath(saved?.path ?? null);
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Panel
      title="Keep as a test case"
      about={`Its input and what was decided become a case in the folder of ${group}, which its test makes again from then on.`}
    >
      <form className="keep" onSubmit={(event) => (event.preventDefault(), void keep())}>
        <label className="field">
          <span>
            Name <span className="quiet">(letters, digits and hyphens; its id where left out)</span>
          </span>
          <input type="text" maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <button type="submit">Keep</button>
      </form>
      {error !== null && <Problem error={error} />}
      {path !== null && (
        <div className="kept" role="status">
          Kept as
          <Command line={path} />
        </div>
      )}
    </Panel>
  );
}
