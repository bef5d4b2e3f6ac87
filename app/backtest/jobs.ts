/**
 * Backtests asked for by people while the program runs: each in a process of its own, which only reads the data folder,
 * so that the engine goes on. One at a time; what came of it is kept by the version of its policy.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsePolicy } from '../../policy/document.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { summaryShape, type BacktestJob } from '../operations/policy/backtest-results.ts';

const program = fileURLToPath(new URL('../../bin/flywheel.js', import.meta.url));
/** A report holds every difference; more than this is no report. */
const most_bytes = 64 * 1024 * 1024;

/** Runs the backtest of a policy's file; resolves with what it printed. */
export type RunBacktest = (policy_file: string) => Promise<string>;

/** A run by the command line on a data folder. */
export const backtestProcess =
  (data_folder: string): RunBacktest =>
  (policy_file) =>
    new Promise((resolve, reject) => {
      const argv = [program, 'backtest', '--data', data_folder, '--policy', policy_file, '--json'];
      const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.length > most_bytes) child.kill();
      });
      child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-10_000)));
      child.once('error', reject);
      // Exit 1 says that history was not made again to the last decision; the report tells which.
      child.once('close', () => (stdout.trim() === '' ? reject(new Error(stderr.trim())) : resolve(stdout)));
    });

export class Backtests {
  readonly #run: RunBacktest;
  readonly #jobs = new Map<string, BacktestJob>();

  constructor(run: RunBacktest) {
    this.#run = run;
  }

  /**
   * The backtest of a policy: started where there is none, else how it is. A failed one starts again.
   * @throws FlywheelError `policy.invalid`; `usage.invalid` while that of another policy runs
   */
  of(document: object): BacktestJob {
    const { version } = parsePolicy(document);
    const known = this.#jobs.get(version);
    if (known !== undefined && known.state !== 'failed') return known;
    const other = [...this.#jobs.values()].find(({ state }) => state === 'running');
    if (other !== undefined)
      throw new FlywheelError('usage.invalid', {
        why: `the backtest of policy ${other.version} runs`,
        what_to_do: 'wait until it is done: one at a time, so that the engine keeps its processor',
      });
    const job: BacktestJob = { version, state: 'running', summary: null, error: null };
    this.#jobs.set(version, job);
    void this.#begin(version, document);
    return job;
  }

  async #begin(version: string, document: object): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'flywheel-backtest-'));
    try {
      const file = join(folder, 'policy.json');
      await writeFile(file, JSON.stringify(document));
      const summary = summaryShape.parse(JSON.parse(await this.#run(file)));
      this.#jobs.set(version, { version, state: 'done', summary, error: null });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#jobs.set(version, { version, state: 'failed', summary: null, error: why });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
