/** How a cycle goes from step to step. One runs at a time, so that each learns from what those before it found. */
import type { CycleProgressed, CycleRequested, CycleStepRequested, CycleStepState } from '../../schemas/index.ts';
import type { StepOutcome } from '../cycle-step.ts';
import { steps, type Cycle } from './state.ts';

/**
 * How long a step is waited for, by the log's clock. A loop answers as soon as it reads its request, so a step that
 * takes longer is one whose loop is away or far behind.
 */
export const step_timeout_ms = 10 * 60_000;

/** A cycle at its first step. */
export const begun = ({ cycle_id, retrain, accuracy_threshold, at_ms }: CycleRequested, started_ms: number): Cycle => ({
  cycle_id,
  retrain,
  accuracy_threshold,
  at_ms,
  started_ms,
  asked_ms: started_ms,
  ended_ms: null,
  steps: steps.map((step, i) => ({ step, status: i === 0 ? 'running' : 'waiting', reason: null, count: 0 })),
});

export const runs = ({ ended_ms }: Cycle): boolean => ended_ms === null;

/** The step that is waited for; undefined where the cycle is over. */
export const currentOf = (cycle: Cycle): CycleStepState | undefined =>
  cycle.steps.find(({ status }) => status === 'running');

/** The cycle after what came of the step that runs: at the next one, or over. */
export function settled(cycle: Cycle, outcome: StepOutcome, now_ms: number): Cycle {
  const at = cycle.steps.findIndex(({ status }) => status === 'running');
  const next = cycle.steps.map((step, i): CycleStepState => {
    if (i === at) return { ...step, ...outcome };
    return i === at + 1 ? { ...step, status: 'running' } : step;
  });
  const over = at + 1 >= cycle.steps.length;
  return { ...cycle, steps: next, ...(over ? { ended_ms: now_ms } : { asked_ms: now_ms }) };
}

/** The cycle without a step that was waited for long enough; the same where none was. */
export function withoutLate(cycle: Cycle, now_ms: number): Cycle {
  if (!runs(cycle) || now_ms - cycle.asked_ms < step_timeout_ms) return cycle;
  const minutes = Math.floor((now_ms - cycle.asked_ms) / 60_000);
  const reason = `its loop did not answer within ${minutes} minutes; it does this by itself once it is back`;
  return settled(cycle, { status: 'failed', reason, count: 0 }, now_ms);
}

export const statusOf = (cycle: Cycle): CycleProgressed['status'] => {
  if (runs(cycle)) return 'running';
  return cycle.steps.some(({ status }) => status === 'failed') ? 'partial' : 'done';
};

/** How the cycle stands. */
export const progressOf = (account_id: string, cycle: Cycle): CycleProgressed => ({
  account_id,
  cycle_id: cycle.cycle_id,
  status: statusOf(cycle),
  running_cycle_id: null,
  steps: cycle.steps,
  started_ms: cycle.started_ms,
  ended_ms: cycle.ended_ms,
  at_ms: cycle.at_ms,
});

/** That another one runs. */
export const refusalOf = (
  { account_id, cycle_id, at_ms }: CycleRequested,
  running: Cycle,
  now_ms: number,
): CycleProgressed => ({
  account_id,
  cycle_id,
  status: 'refused',
  running_cycle_id: running.cycle_id,
  steps: [],
  started_ms: now_ms,
  ended_ms: now_ms,
  at_ms,
});

/** The wish for the step that runs; null where the cycle is over. */
export function requestOf(account_id: string, cycle: Cycle): CycleStepRequested | null {
  const current = currentOf(cycle);
  if (current === undefined) return null;
  const { cycle_id, retrain, accuracy_threshold, at_ms } = cycle;
  return { account_id, cycle_id, step: current.step, retrain, accuracy_threshold, at_ms };
}
