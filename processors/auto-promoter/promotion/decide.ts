/** The group's handlers. */
import type { Policy } from '../../../policy/policy.ts';
import { budgetChangeRequested, winnerDetected, winnerWithdrawn, type WinnerDetected } from '../../../schemas/index.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { revertRequest, scaleRequest } from './budget.ts';
import { joinFamily } from './join-family.ts';
import { counted, done, skipped, stepFinished, type StepOutcome } from '../../cycle-step.ts';
import { checkAll, takeEvidence } from './on-evidence.ts';
import type { AccountState } from './state.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  /** Takes its place in a family when it starts, not when it does well. */
  'experiment.declared': (state, { experiment_id, start_ms, design }, { parts, policy }) => {
    if (parts.has(experiment_id) || design === 'observational') return { state };
    const joined = joinFamily(state, start_ms, policy.evidence);
    return { state: joined.state, parts: new Map([[experiment_id, joined.member]]) };
  },

  'evidence.changed': (state, event, { parts, policy }) => {
    if (event.design === 'observational') return { state };
    const decided = takeEvidence(state, event, parts, policy);
    return {
      state: decided.state,
      parts: decided.members,
      emit: [
        ...decided.withdrawn.flatMap((one) => [
          winnerWithdrawn.event(one),
          budgetChangeRequested.event(revertRequest(one, event, policy)),
        ]),
        ...announced(decided.detected, policy),
      ],
    };
  },

  'cycle.step.requested': (before, event, { parts, policy }) => {
    if (event.step !== 'auto_promote') return { state: before };
    const { state, members, detected } = checkAll(before, parts, policy);
    return {
      state,
      parts: members,
      emit: [...announced(detected, policy), stepFinished(event, checked(state, detected.length))],
    };
  },
};

/** A winner, and the wish to give it more. */
const announced = (winners: readonly WinnerDetected[], policy: Policy) =>
  winners.flatMap((one) => [winnerDetected.event(one), budgetChangeRequested.event(scaleRequest(one, policy))]);

/** What a cycle's step comes to. Evidence is judged when it changes, so that this seldom finds anything. */
function checked({ families }: AccountState, announced: number): StepOutcome {
  const experiments = families.reduce((sum, { members }) => sum + members, 0);
  if (experiments === 0) return skipped('no experiment that could have a winner was declared');
  const standing = families.reduce((sum, family) => sum + family.announced.length, 0);
  const found = announced === 0 ? 'no other may be announced' : `${counted(announced, 'winner')} announced now`;
  return done(
    experiments,
    `${counted(experiments, 'experiment')} checked: ${counted(standing, 'winner')} in all, ${found}`,
  );
}

export const autoPromoter = processor(wiring, decide);
