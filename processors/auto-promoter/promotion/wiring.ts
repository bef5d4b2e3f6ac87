/** What the group reads, keeps and emits. */
import {
  budgetChangeRequested,
  cycleStepFinished,
  cycleStepRequested,
  evidenceChanged,
  experimentDeclared,
  winnerDetected,
  winnerWithdrawn,
} from '../../../schemas/index.ts';
import { wire } from '../../../topology/processor.ts';
import { emptyMember, initialAccount, type AccountState } from './state.ts';

export const wiring = wire({
  group: 'auto-promoter',
  description: 'Announces winners of an account at a stated false discovery rate, and takes them back',
  partitionBy: 'account_id',
  reads: [experimentDeclared, evidenceChanged, cycleStepRequested],
  emits: [winnerDetected, winnerWithdrawn, budgetChangeRequested, cycleStepFinished],
  writes: [],
  state: { version: 1, initial: initialAccount },
  stateKey: { 'experiment.declared': () => '', 'evidence.changed': () => '', 'cycle.step.requested': () => '' },
  part: { version: 1, initial: emptyMember },
  partKeys: {
    'experiment.declared': ({ experiment_id }) => [experiment_id],
    // Its own membership and those of all that could be announced along with it.
    'evidence.changed': ({ experiment_id }, state: AccountState) => [
      experiment_id,
      ...candidatesOf(state).filter((id) => id !== experiment_id),
    ],
    'cycle.step.requested': ({ step }, state: AccountState) => (step === 'auto_promote' ? candidatesOf(state) : []),
  },
});

const candidatesOf = ({ families }: AccountState): readonly string[] =>
  families.flatMap(({ candidates }) => candidates.map(({ experiment_id }) => experiment_id));
