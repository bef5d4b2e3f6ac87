/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import { ensembleReweighted, improvementMeasured, predictionMade } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { improvementOf } from './improvement.ts';
import { takeActuals } from './on-actuals.ts';
import { takeDna, takeMetrics, withRecall } from './on-ad.ts';
import { predictDue } from './on-due.ts';
import { adName, days_name, formula_name, niche_name, partOf, type Part } from './state.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'dna.extracted': (state, event, { parts }) => takeDna(state, event, parts),

  /** Memory has answered: an ad that waits for it is predicted now. */
  'memory.recalled': (state, event, { parts, policy, key }) => {
    const ad = withRecall(event, parts);
    if (ad === undefined) return { state };
    const name = adName(event.ad_id);
    const due = state.due.filter(({ ad_id, stage }) => ad_id === event.ad_id && stage === 'cold');
    const known = new Map<string, Part>([...parts, [name, ad]]);
    const made = predictDue(state, due, known, { account_id: key, at_ms: event.at_ms, policy });
    return {
      state: made.state,
      parts: new Map<string, Part | null>([[name, ad], ...made.parts]),
      emit: made.predictions.map((prediction) => predictionMade.event(prediction)),
    };
  },

  'dna.formula.updated': (state, { experiments, traits: effects }) => ({
    state,
    parts: new Map<string, Part>([[formula_name, { kind: 'formula', experiments, effects }]]),
  }),

  'niche.pattern.updated': (state, pattern) => ({
    state,
    parts: new Map<string, Part>([[niche_name, { kind: 'niche', pattern }]]),
  }),

  'ad.metrics': (state, event, { parts }) => takeMetrics(state, event, parts) ?? { state },

  'actuals.fetched': (state, event, { parts, policy }) => {
    const learned = takeActuals(state, event, parts, policy.prediction);
    if (learned === null) return { state };
    return { state: learned.state, parts: learned.parts, emit: [ensembleReweighted.event(learned.told)] };
  },

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    const due = state.due.filter((one) => one.at_ms <= now_ms);
    const made = predictDue(state, due, parts, { account_id: key, at_ms: now_ms, policy });
    const days = partOf(parts, days_name, 'days')?.days ?? [];
    const improvement =
      now_ms % day_ms === 0 && days.length > 0 ? [improvementOf(days, { account_id: key, at_ms: now_ms, policy })] : [];
    return {
      state: made.state,
      parts: made.parts,
      emit: [
        ...made.predictions.map((prediction) => predictionMade.event(prediction)),
        ...improvement.map((measured) => improvementMeasured.event(measured)),
      ],
    };
  },
};

export const compoundLearner = processor(wiring, decide);
