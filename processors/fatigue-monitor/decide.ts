/** The loop's handlers. */
import { weighedValues } from '../../learning/dna/formula/columns.ts';
import type { Policy } from '../../policy/policy.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { endOfDay } from './end-of-day.ts';
import { takeMetrics } from './on-metrics.ts';
import { dnaName, formula_name } from './state.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'ad.metrics': (state, event, { parts, policy }) => takeMetrics(state, event, parts, policy.fatigue) ?? { state },

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    if (now_ms % day_ms !== 0) return { state };
    return endOfDay(state, parts, { account_id: key, now_ms, policy });
  },

  'dna.extracted': (state, { ad_id, extractor_version, traits }) => ({
    state,
    parts: new Map([[dnaName(ad_id), { kind: 'dna', extractor_version, values: weighedValues(traits) }]]),
  }),

  'dna.formula.updated': (state, { extractor_version, traits }) => {
    const effects = traits.map(({ trait, value, effect, low, high, experiments }) => {
      return { trait, value, effect, low, high, experiments };
    });
    return { state, parts: new Map([[formula_name, { kind: 'formula', extractor_version, effects }]]) };
  },

  'winner.detected': (state, { ad_id, experiment_id, rate, lift }, { policy }) => {
    if (rate < policy.memory.min_rate) return { state };
    const others = state.winners.filter((one) => one.ad_id !== ad_id);
    return { state: { ...state, winners: [...others, { ad_id, experiment_id, lift }] } };
  },

  'winner.withdrawn': (state, { ad_id, experiment_id }) => {
    const winners = state.winners.filter((one) => one.ad_id !== ad_id || one.experiment_id !== experiment_id);
    return { state: winners.length === state.winners.length ? state : { ...state, winners } };
  },
};

export const fatigueMonitor = processor(wiring, decide);
