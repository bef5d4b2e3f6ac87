import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { generator } from '../../learning/numeric.ts';
import { bundled } from '../../testing/bundled.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const file = join(root, 'ports/sources/ab-test-csv/testing/four-tests.csv');
const folder = mkdtempSync(join(tmpdir(), 'replay-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Played {
  readonly killed: boolean;
  /** Events that the source had brought when the process came up. */
  readonly resumed_at: number;
}

/** Plays in a process of its own, which dies by SIGKILL after so many appends to the log; `Infinity` lets it end. */
async function play(data: string, dump: string, dies_after: number): Promise<Played> {
  const script = await bundled(join(here, 'testing', 'replay-process.ts'));
  const child = spawn(process.execPath, [script, file, data, dump, String(dies_after)], { cwd: root });
  let said = '';
  let complaint = '';
  child.stdout.on('data', (piece) => (said += String(piece)));
  child.stderr.on('data', (piece) => (complaint += String(piece)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0) reject(new Error(`exit ${String(code)}: ${complaint}`));
      else resolve({ killed: signal === 'SIGKILL', resumed_at: Number(said) });
    });
  });
}

it('a replay killed by SIGKILL again and again ends in the same events', { timeout: 180_000 }, async () => {
  const whole = join(folder, 'whole.txt');
  await play(join(folder, 'whole'), whole, Infinity);
  const random = generator(3);
  const dump = join(folder, 'killed.txt');
  const resumed: number[] = [];
  while (!existsSync(dump)) {
    const { killed, resumed_at } = await play(join(folder, 'killed'), dump, 20 + Math.floor(random() * 30));
    if (killed) resumed.push(resumed_at);
  }
  // A run that was not killed on its way shows nothing.
  expect(resumed.filter((events) => events > 0).length).toBeGreaterThan(1);
  expect(readFileSync(dump, 'utf8').split('\n')).toEqual(readFileSync(whole, 'utf8').split('\n'));
});
