/** What a loop answers when a step of the learning cycle is due: what came of doing now what its next hour would do. */
import { cycleStepFinished, type CycleStepFinished, type CycleStepRequested } from '../schemas/index.ts';

export type StepOutcome = Pick<CycleStepFinished, 'status' | 'reason' | 'count'>;

/** `reason` is a sentence without its full stop. */
export const done = (count: number, reason: string): StepOutcome => ({ status: 'done', reason, count });
export const skipped = (reason: string): StepOutcome => ({ status: 'skipped', reason, count: 0 });

/** The answer to a step's request. */
export const stepFinished = (
  { account_id, cycle_id, step, at_ms }: CycleStepRequested,
  outcome: StepOutcome,
): ReturnType<typeof cycleStepFinished.event> =>
  cycleStepFinished.event({ account_id, cycle_id, step, ...outcome, at_ms });

/** "1 prediction", "3 predictions". */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
