import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parsePolicy } from '../../policy/document.ts';
import { Backtests } from './jobs.ts';

const compared = { only_recorded: 1, only_other: 0, both: 2, earlier: 0, later: 1 };
const report = {
  history: { events: 12, from_ms: 0, to_ms: 1, cut: [] },
  fidelity: [{ topic: 'winner.detected', recorded: 3, matched: 3, not_made_again: 0, not_in_log: 0 }],
  winners: { ...compared, mean_later_hours: 2, differences: [] },
  withdrawals: compared,
  alarms: compared,
  splits: [],
  effect: null,
  elapsed_ms: 40,
};
const stricter = { evidence: { alpha: 0.01 } };
const { version } = parsePolicy(stricter);

async function until(jobs: Backtests, state: string): Promise<ReturnType<Backtests['of']>> {
  for (;;) {
    const job = jobs.of(stricter);
    if (job.state === state) return job;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

it('a policy is backtested once, from a file that holds it, and what came of it is kept', async () => {
  const files: string[] = [];
  const jobs = new Backtests(async (file) => {
    files.push(await readFile(file, 'utf8'));
    return JSON.stringify(report);
  });
  expect(jobs.of(stricter)).toMatchObject({ version, state: 'running' });
  const done = await until(jobs, 'done');
  expect(done.summary?.winners).toEqual(compared);
  expect(files).toEqual([JSON.stringify(stricter)]);
});

it('that of another policy waits, and one that is invalid is refused by its field', async () => {
  const jobs = new Backtests(() => new Promise(() => undefined));
  jobs.of(stricter);
  expect(() => jobs.of({ evidence: { alpha: 0.02 } })).toThrow(`the backtest of policy ${version} runs`);
  expect(() => jobs.of({ evidence: { alpha: 7 } })).toThrow('evidence.alpha');
});

it('a failure is told with its reason, and the next request tries again', async () => {
  let tries = 0;
  const jobs = new Backtests(() =>
    ++tries === 1 ? Promise.reject(new Error('the folder is empty')) : Promise.resolve(JSON.stringify(report)),
  );
  jobs.of(stricter);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(jobs.of(stricter).state).toBe('running');
  await until(jobs, 'done');
  expect(tries).toBe(2);
});
