/** What the group reads, keeps and emits. */
import {
  cycleProgressed,
  cycleRequested,
  cycleStepFinished,
  cycleStepRequested,
  tickHourly,
} from '../../schemas/index.ts';
import { everyKey, wire } from '../../topology/processor.ts';
import { initialAccount } from './state.ts';

export const wiring = wire({
  group: 'cycle',
  description: 'Leads an account through all steps of learning when somebody asks, one cycle at a time',
  partitionBy: 'account_id',
  reads: [cycleRequested, cycleStepFinished, tickHourly],
  emits: [cycleStepRequested, cycleProgressed],
  writes: [],
  // An answer that is lost is a step that nobody answered: the cycle goes on without it.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: { 'cycle.requested': () => '', 'cycle.step.finished': () => '', 'tick.hourly': everyKey },
});
