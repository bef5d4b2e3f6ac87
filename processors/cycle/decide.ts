/** The group's handlers. */
import { cycleProgressed, cycleStepRequested } from '../../schemas/index.ts';
import { processor, type Decide, type Decision } from '../../topology/processor.ts';
import { begun, currentOf, progressOf, refusalOf, requestOf, runs, settled, withoutLate } from './course.ts';
import type { Cycle } from './state.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring> = {
  /** Begins a cycle, or says which one runs. Asked for again under the same name it answers how it stands. */
  'cycle.requested': ({ cycle }, event, { at_ms, key }) => {
    if (cycle?.cycle_id === event.cycle_id) return kept(cycle, [progress(key, cycle)]);
    const before = cycle === null ? null : withoutLate(cycle, at_ms);
    const late = before === null || before === cycle ? [] : told(key, before);
    if (before !== null && runs(before))
      return kept(before, [...late, cycleProgressed.event(refusalOf(event, before, at_ms))]);
    const next = begun(event, at_ms);
    return kept(next, [...late, ...told(key, next)]);
  },

  'cycle.step.finished': ({ cycle }, { cycle_id, step, status, reason, count }, { at_ms, key }) => {
    // An answer after its step was given up, or a second one, changes nothing.
    if (cycle === null || cycle.cycle_id !== cycle_id || currentOf(cycle)?.step !== step) return kept(cycle);
    const next = settled(cycle, { status, reason, count }, at_ms);
    return kept(next, told(key, next));
  },

  'tick.hourly': ({ cycle }, _tick, { at_ms, key }) => {
    const next = cycle === null ? null : withoutLate(cycle, at_ms);
    return kept(next, next === null || next === cycle ? [] : told(key, next));
  },
};

export const learningCycle = processor(wiring, decide);

type Emitted = NonNullable<Decision<typeof wiring>['emit']>;

/** Ticks are only of use to an account whose cycle runs. */
const kept = (cycle: Cycle | null, emit: Emitted = []): Decision<typeof wiring> => ({
  state: { cycle },
  dormant: cycle === null || !runs(cycle),
  emit,
});

const progress = (account_id: string, cycle: Cycle): Emitted[number] =>
  cycleProgressed.event(progressOf(account_id, cycle));

/** How the cycle stands now, and the wish for the step that runs. */
function told(account_id: string, cycle: Cycle): Emitted {
  const request = requestOf(account_id, cycle);
  return [progress(account_id, cycle), ...(request === null ? [] : [cycleStepRequested.event(request)])];
}
