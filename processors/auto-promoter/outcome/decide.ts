/** The group's handlers. */
import type { Policy } from '../../../policy/policy.ts';
import { promotionMeasured, type BudgetChangeProgressed, type WinnerDetected } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { processor, type Decide, type Decision } from '../../../topology/processor.ts';
import { endOfDay } from './end-of-day.ts';
import { takeMetrics } from './on-metrics.ts';
import { adName, newAd, type AccountState, type Winner } from './state.ts';
import { wiring } from './wiring.ts';

/** Winners that are kept; of more the oldest are forgotten. */
const most_winners = 500;

export const decide: Decide<typeof wiring, Policy> = {
  /** Ads are followed from the declaration on: what never has a winner has nothing to compare. */
  'experiment.declared': (state, { arms, design }, { parts }) => {
    if (design === 'observational') return kept(state);
    const names = arms.map(({ ad_id }) => adName(ad_id)).filter((name) => !parts.has(name));
    return { ...kept(state), parts: new Map(names.map((name) => [name, newAd()])) };
  },

  'ad.metrics': (state, event, { parts, policy }) => {
    const changed = takeMetrics(event, parts, policy.promotion);
    return changed === null ? kept(state) : { ...kept(state), parts: changed };
  },

  'winner.detected': (state, event) => kept(announced(state, event)),

  'budget.change.progressed': (state, event) => kept(progressed(state, event)),

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    if (now_ms % day_ms !== 0) return { state };
    const { told, ...next } = endOfDay(state, parts, { account_id: key, now_ms, policy });
    return { ...next, emit: told === null ? [] : [promotionMeasured.event(told)] };
  },
};

/** An account without winners has no use for ticks. */
const kept = (state: AccountState): Pick<Decision<typeof wiring>, 'state' | 'dormant'> => ({
  state,
  dormant: state.winners.length === 0,
});

/** One that is announced again counts from its first announcement: it was drawn then. */
function announced(state: AccountState, event: WinnerDetected): AccountState {
  const { experiment_id, ad_id, primary_metric, is_held_out, lift, lift_low, lift_high, at_ms } = event;
  if (state.winners.some((one) => one.experiment_id === experiment_id && one.ad_id === ad_id)) return state;
  const winner: Winner = {
    ...{ experiment_id, ad_id, metric: primary_metric, is_held_out, lift, lift_low, lift_high },
    detected_ms: at_ms,
    applied: [],
    outcome: null,
  };
  return { ...state, winners: [...state.winners, winner].slice(-most_winners) };
}

/** A raise that was written and read back begins a promotion; going back, by whomever, ends it. */
function progressed(state: AccountState, event: BudgetChangeProgressed): AccountState {
  const { change_id, kind, state: reached, experiment_id, undoes, at_ms } = event;
  if (reached !== 'applied') return state;
  const change = (winner: Winner): Winner => {
    if (kind === 'scale' && winner.experiment_id === experiment_id) {
      if (winner.applied.some((one) => one.change_id === change_id)) return winner;
      return { ...winner, applied: [...winner.applied, { change_id, from_ms: at_ms, to_ms: null }] };
    }
    const ends = (one: Winner['applied'][number]): boolean =>
      one.to_ms === null &&
      ((kind === 'revert' && winner.experiment_id === experiment_id) || (kind === 'undo' && one.change_id === undoes));
    if (!winner.applied.some(ends)) return winner;
    return { ...winner, applied: winner.applied.map((one) => (ends(one) ? { ...one, to_ms: at_ms } : one)) };
  };
  return { ...state, winners: state.winners.map(change) };
}

export const promotionOutcome = processor(wiring, decide);
