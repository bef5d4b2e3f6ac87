/** The group's handlers. */
import type { Policy } from '../../../policy/policy.ts';
import { winnerDetected, winnerWithdrawn } from '../../../schemas/index.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { joinFamily } from './join-family.ts';
import { takeEvidence } from './on-evidence.ts';
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
        ...decided.withdrawn.map((one) => winnerWithdrawn.event(one)),
        ...decided.detected.map((one) => winnerDetected.event(one)),
      ],
    };
  },
};

export const autoPromoter = processor(wiring, decide);
