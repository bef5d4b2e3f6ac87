/** The group's handlers. */
import type { Policy } from '../../../policy/policy.ts';
import { evidenceChanged } from '../../../schemas/index.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { takeDeclared } from './on-declared.ts';
import { takeMetrics } from './on-metrics.ts';
import { takeTick } from './on-tick.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'experiment.declared': (state, event, { policy }) => ({ state: takeDeclared(state, event, policy.evidence) }),

  'ad.metrics': (state, event, { parts, policy }) =>
    event.experiment_id === null ? { state: null } : (takeMetrics(state, event, parts, policy.evidence) ?? { state }),

  'tick.hourly': (before, { hour_ms }, { key, stateKey, parts, policy }) => {
    const tick = { account_id: key, experiment_id: stateKey, hour_ms, policy };
    const { state, dormant, parts: changed, told } = takeTick(before, parts, tick);
    return { state, dormant, parts: changed, emit: told === null ? [] : [evidenceChanged.event(told)] };
  },
};

export const experimentEvidence = processor(wiring, decide);
