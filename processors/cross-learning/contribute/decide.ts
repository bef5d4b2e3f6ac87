/** The group's handlers. */
import type { Policy } from '../../../policy/policy.ts';
import { nicheContribution } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { processor, type Decide } from '../../../topology/processor.ts';
import { stepFinished } from '../../cycle-step.ts';
import { partOf } from '../../parts.ts';
import { formula_name, type AccountState, type Part } from './state.ts';
import { takeActuals, takeAd, takeFormula } from './take.ts';
import { telling, toldOutcome, type At } from './tell.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'account.changed': (state, { business_id, shares, niche }, { parts, policy, key, at_ms }) =>
    say({ ...state, setting: { business_id, shares, niche } }, parts, { account_id: key, at_ms, policy }),

  'ad.created': (state, event, { parts }) => takeAd(state, event, parts) ?? { state },

  'dna.formula.updated': (state, event, { policy }) => ({
    state,
    parts: new Map<string, Part>([[formula_name, takeFormula(event, policy.dna.effect_sd)]]),
  }),

  'actuals.fetched': (state, event, { parts }) => takeActuals(state, event, parts) ?? { state },

  // A winner is news for all: it is not kept until the end of the day.
  'winner.detected': (state, _event, { parts, policy, key, at_ms }) =>
    state.setting === null ? { state } : say(state, parts, { account_id: key, at_ms, policy }),

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    if (now_ms % day_ms !== 0) return { state };
    return say(state, parts, { account_id: key, at_ms: now_ms, policy });
  },

  'cycle.step.requested': (state, event, { parts, policy, key }) => {
    if (event.step !== 'cross_learning') return { state };
    const at = { account_id: key, at_ms: event.at_ms, policy };
    const { state: next, contributions } = telling(state, partOf(parts, formula_name, 'formula'), at);
    return {
      state: next,
      emit: [
        ...contributions.map((one) => nicheContribution.event(one)),
        stepFinished(event, toldOutcome(next, contributions, at)),
      ],
    };
  },
};

export const nicheContributor = processor(wiring, decide);

function say(state: AccountState, parts: ReadonlyMap<string, Part>, at: At) {
  const { state: next, contributions } = telling(state, partOf(parts, formula_name, 'formula'), at);
  return { state: next, emit: contributions.map((one) => nicheContribution.event(one)) };
}
