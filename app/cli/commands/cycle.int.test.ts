import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CycleView } from '../../../processors/cycle/views.ts';
import type { Flywheel, Root } from '../../flywheel.ts';
import type { CycleRequest } from '../../operations/cycles/view.ts';
import { DecisionFeed } from '../../operations/decisions/feed.ts';
import { localOperations, type LocalOperations } from '../../operations/local.ts';
import { startDouble } from '../../operations/doubles.ts';
import { sceneCycle } from '../../dashboard/testing/scene-cycle.ts';
import { runCli } from '../program.ts';
import { captured, type Captured } from '../testing/capture.ts';
import { doubleRoot } from '../testing/double-root.ts';

const done: CycleView = {
  ...sceneCycle,
  status: 'done',
  steps: sceneCycle.steps.map((step) => (step.status === 'failed' ? { ...step, status: 'skipped' } : step)),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-cycle-'));
  // A command that looks does not make a folder: this one was opened before.
  mkdirSync(join(folder, 'engine'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The command on an engine whose cycle goes on with each look, as `course` has it; and what it was asked with. */
async function flywheel(
  argv: readonly string[],
  course: readonly (CycleView | null)[],
): Promise<Captured & { readonly code: number; readonly requests: readonly CycleRequest[] }> {
  const { driver, context } = await startDouble(Date.UTC(2026, 0, 5));
  const requests: CycleRequest[] = [];
  let look = 0;
  const operations: LocalOperations = {
    ...localOperations(context),
    request_cycle: async (request) => {
      requests.push(request);
      return [{ account_id: 'act_1', cycle_id: sceneCycle.cycle_id, answer: 'began' }];
    },
    cycles: async () => [{ account_id: 'act_1', cycle: course[Math.min(look++, course.length - 1)] ?? null }],
  };
  const quiet = (): Promise<void> => Promise.resolve();
  const opened: Flywheel = {
    engine: context.engine,
    operations,
    decisions: new DecisionFeed(context.engine, context.directory),
    source: context.source,
    failed: new Promise(() => undefined),
    hold: (_group, work) => work(),
    start: quiet,
    serve: () => Promise.resolve({ url: '' }),
    play: quiet,
    drain: quiet,
    stop: () => driver.stop(),
  };
  const root: Root = { ...doubleRoot, open: async () => opened };
  const out = captured();
  const code = await runCli(root, argv, { out, environment: { FLYWHEEL_DATA_FOLDER: folder } });
  return { ...out, code, requests };
}

describe('flywheel cycle', () => {
  it('asks for a cycle, follows it to its end, and prints each step with its reason', async () => {
    const running: CycleView = { ...done, status: 'running', ended_ms: null };
    const before: CycleView = { ...done, cycle_id: 'operator-earlier' };
    const ran = await flywheel(
      ['cycle', '--account', 'act_1', '--no-retrain', '--threshold', '0.9'],
      [before, running, done],
    );
    expect(ran.requests).toEqual([{ account_id: 'act_1', retrain: false, accuracy_threshold: 0.9 }]);
    expect(ran.code).toBe(0);
    expect(ran.lines[0]).toBe('act_1  done in 10 min  operator-5f1f0c6a');
    expect(ran.lines).toHaveLength(8);
    expect(ran.lines[1]).toMatch(/^ {2}fetch actuals +done +12 {2}12 predictions were compared/);
    expect(ran.lines[3]).toMatch(/^ {2}auto retrain +skipped +accuracy is not shown to be below 80 %$/);
  });

  it('says no where a step failed', async () => {
    const ran = await flywheel(['cycle', '--json'], [sceneCycle]);
    expect([ran.code, ran.requests]).toEqual([1, [{ retrain: true }]]);
    expect(JSON.parse(ran.lines.join('\n'))).toEqual([{ account_id: 'act_1', cycle: sceneCycle }]);
  });

  it('only shows where it is told to, and refuses a threshold in percent', async () => {
    const shown = await flywheel(['cycle', '--show'], [null]);
    expect([shown.code, shown.requests, shown.lines]).toEqual([0, [], ['act_1  no cycle yet']]);
    expect((await flywheel(['cycle', '--threshold', '80'], [done])).code).toBe(64);
  });
});
