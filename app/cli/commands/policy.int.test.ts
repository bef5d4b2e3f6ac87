import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultPolicy, parsePolicy } from '../../../policy/document.ts';
import { budgetExecutor } from '../../../processors/budget-executor/decide.ts';
import { doubleTopology } from '../../operations/doubles.ts';
import { runCli } from '../program.ts';
import { captured, type Captured } from '../testing/capture.ts';
import { doubleRootOf } from '../testing/double-root.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-policy-'));
  const made = await flywheel('publish', '--example', 'tick.hourly');
  expect(made.code, made.text).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const root = doubleRootOf({ ...doubleTopology, processors: [...doubleTopology.processors, budgetExecutor] });

async function flywheel(
  ...argv: readonly string[]
): Promise<Captured & { readonly code: number; readonly text: string }> {
  const out = captured();
  const environment = { FLYWHEEL_DATA_FOLDER: join(folder, 'data') };
  const code = await runCli(root, argv, { out, environment, confirm: () => Promise.resolve(false) });
  return { ...out, code, text: [...out.lines, ...out.notes].join('\n') };
}

const stricter = 'evidence:\n  alpha: 0.01\naccounts:\n  act_7:\n    fatigue:\n      threshold: 8\n';
const { version } = parsePolicy(parse(stricter));

describe('flywheel mode', () => {
  it('shows that nothing is written, which is the default', async () => {
    const shown = await flywheel('mode');
    expect(shown.text).toContain('dry_run  changes of budgets are planned and told, and nothing is written');
  });

  it('changes nothing before somebody says yes, and then the policy, with who and why', async () => {
    expect((await flywheel('mode', 'auto')).code).toBe(1);
    expect((await flywheel('mode')).text).toContain('dry_run');
    const asked = await flywheel('mode', 'approve', '--yes', '--by', 'Ada', '--reason', 'a first week by hand');
    expect(asked.text).toContain('each change of a budget waits for a person');
    expect(JSON.parse((await flywheel('mode', '--json')).text)).toMatchObject({ mode: 'approve' });
    expect((await flywheel('policy', 'history')).text).toMatch(/in force {2}by Ada: a first week by hand/);
  });

  it('is of one account where one is named', async () => {
    await flywheel('mode', 'auto', '--account', 'act_7', '--yes');
    expect(JSON.parse((await flywheel('mode', '--account', 'act_7', '--json')).text)).toMatchObject({ mode: 'auto' });
    expect(JSON.parse((await flywheel('mode', '--json')).text)).toMatchObject({ mode: 'dry_run' });
  });

  it('is none that there is not', async () => {
    expect((await flywheel('mode', 'yolo', '--yes')).code).toBe(64);
  });
});

describe('flywheel policy', () => {
  it('shows the one in force as a file that means the same', async () => {
    const shown = await flywheel('policy', 'show');
    expect(shown.lines[0]).toBe(`# ${defaultPolicy.version}, in force`);
    expect(parsePolicy(parse(shown.text)).version).toBe(defaultPolicy.version);
  });

  it('compares a file with it field by field, and says by its exit whether any differs', async () => {
    const path = file('stricter.yaml', stricter);
    const found = await flywheel('policy', 'diff', path);
    expect(found.code).toBe(1);
    expect(found.text).toMatch(/evidence\.alpha +0\.05 +0\.01/);
    expect(found.text).toMatch(/accounts\.act_7\.fatigue\.threshold +- +8/);
    expect(await flywheel('policy', 'diff', path, path)).toMatchObject({ code: 0 });
  });

  it('proposes a file, brings it into force once somebody says yes, and tells who and why', async () => {
    const path = file('stricter.yaml', stricter);
    const proposed = await flywheel('policy', 'propose', path, '--by', 'Ada', '--reason', 'fewer false winners');
    expect(proposed.text).toContain(`${version} is proposed`);
    expect(proposed.text).toContain(`flywheel backtest --policy ${path}`);
    expect((await flywheel('policy', 'activate', version)).code).toBe(1);
    expect((await flywheel('policy', 'show')).lines[0]).not.toContain(version);
    const activated = await flywheel('policy', 'activate', version, '--yes', '--by', 'Bo');
    expect(activated.text).toContain(`${version} is in force now`);
    const history = await flywheel('policy', 'history');
    expect(history.text).toMatch(
      new RegExp(`${version}  in force  by Bo[^]*${version}  proposed  by Ada: fewer false`),
    );
    const account = await flywheel('policy', 'show', '--account', 'act_7', '--json');
    expect(JSON.parse(account.text)).toMatchObject({ version, document: { fatigue: { threshold: 8 } } });
  });

  it('refuses a version that never was', async () => {
    const refused = await flywheel('policy', 'activate', 'aaaaaaaaaaaa', '--yes');
    expect(refused.code).not.toBe(0);
    expect(refused.text).toContain('flywheel policy history');
  });
});
