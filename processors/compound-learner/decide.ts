/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import { ensembleReweighted, improvementMeasured, predictionMade } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { processor, type Decide, type Decision } from '../../topology/processor.ts';
import { stepFinished } from '../cycle-step.ts';
import { improvementOf, learningOutcome } from './improvement.ts';
import { takeActuals } from './on-actuals.ts';
import { forgottenAt, takeDna, takeMetrics, withRecall } from './on-ad.ts';
import { memoryEffect } from './experts.ts';
import { predictDue } from './on-due.ts';
import { takeRollback, takeTrained } from './on-model.ts';
import type { Asked } from './predict.ts';
import { partOf } from '../parts.ts';
import {
  adName,
  days_name,
  formula_name,
  niche_name,
  recalls_name,
  type AccountState,
  type AdPart,
  type Part,
} from './state.ts';
import { patternAfter } from '../niche-pattern.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  /** A new ad is predicted at once: before its first impression. */
  'dna.extracted': (state, event, { parts, policy, key }) => {
    const { ad_id, at_ms } = event;
    const { ad, isNew } = takeDna(event, parts);
    if (!isNew) return { state, parts: new Map([[adName(ad_id), ad]]) };
    return withCold({ ...state, due: [...state.due, forgottenAt(ad_id, at_ms)] }, parts, ad, {
      account_id: key,
      ad_id,
      at_ms,
      policy,
    });
  },

  /** Memory has answered: an ad that was not shown yet is predicted again where that says something. */
  'memory.recalled': (state, event, { parts, policy, key }) => {
    const { ad_id, at_ms } = event;
    const recalled = withRecall(event, parts);
    if (recalled === null) return { state };
    const { ad, recalls } = recalled;
    const known = new Map<string, Part>([[recalls_name, recalls]]);
    const isMoved = Math.abs(memoryEffect({ ad, recalls }, policy.prediction)) >= least_moved;
    if (ad.first_ms !== null || !isMoved) return { state, parts: known.set(adName(ad_id), ad) };
    const made = withCold(state, new Map([...parts, ...known]), ad, { account_id: key, ad_id, at_ms, policy });
    return { ...made, parts: new Map([...known, ...(made.parts ?? [])]) };
  },

  'dna.formula.updated': (state, { experiments, traits: effects }) => ({
    state,
    parts: new Map<string, Part>([[formula_name, { kind: 'formula', experiments, effects }]]),
  }),

  'niche.pattern.updated': (state, event, { parts }) => {
    const pattern = patternAfter(partOf(parts, niche_name, 'niche')?.pattern ?? null, event, (one) => one);
    return {
      state,
      parts: new Map<string, Part | null>([[niche_name, pattern === null ? null : { kind: 'niche', pattern }]]),
    };
  },

  'ad.metrics': (state, event, { parts }) => takeMetrics(state, event, parts) ?? { state },

  'actuals.fetched': (state, event, { parts, policy }) => {
    const learned = takeActuals(state, event, parts, policy);
    if (learned === null) return { state };
    return { state: learned.state, parts: learned.parts, emit: [ensembleReweighted.event(learned.told)] };
  },

  'model.trained': (state, event) => takeTrained(state, event),

  'model.rollback.requested': (state, event) => takeRollback(state, event),

  // Improvement is measured once a day, and when somebody asks.
  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const at_ms = tick.hour_ms + hour_ms;
    const { state: next, parts: changed, emit } = learned(state, parts, { account_id: key, at_ms, policy });
    return { state: next, parts: changed, emit };
  },

  'cycle.step.requested': (state, event, { parts, policy, key }) => {
    if (event.step !== 'compound_learning') return { state };
    const now = { account_id: key, at_ms: event.at_ms, policy };
    const { state: next, parts: changed, emit, outcome } = learned(state, parts, now);
    return { state: next, parts: changed, emit: [...emit, stepFinished(event, outcome)] };
  },
};

export const compoundLearner = processor(wiring, decide);

/** Memory's answer is worth a prediction of its own from this effect on, on the log scale. */
const least_moved = 0.005;

/** An ad's prediction before its first impression, as a decision. */
function withCold(
  state: AccountState,
  parts: ReadonlyMap<string, Part>,
  ad: AdPart,
  { ad_id, ...asked }: Omit<Asked, 'stage'>,
): Decision<typeof wiring> {
  const name = adName(ad_id);
  const known = new Map<string, Part>([...parts, [name, ad]]);
  const made = predictDue(state, [{ ad_id, stage: 'cold', at_ms: asked.at_ms }], known, asked);
  return {
    state: made.state,
    parts: new Map<string, Part | null>([[name, ad], ...made.parts]),
    emit: made.predictions.map((prediction) => predictionMade.event(prediction)),
  };
}

type Now = Omit<Asked, 'ad_id' | 'stage'>;

/** What is due now: predictions, and how much learning has helped. `parts` holds the days where that is to be told. */
function learned(state: AccountState, parts: ReadonlyMap<string, Part>, now: Now) {
  const due = state.due.filter((one) => one.at_ms <= now.at_ms);
  const made = predictDue(state, due, parts, now);
  const days = partOf(parts, days_name, 'days')?.days ?? [];
  const improvement = days.length > 0 ? improvementOf(days, now) : null;
  return {
    ...made,
    emit: [
      ...made.predictions.map((prediction) => predictionMade.event(prediction)),
      ...(improvement === null ? [] : [improvementMeasured.event(improvement)]),
    ],
    outcome: learningOutcome(made.predictions.length, improvement),
  };
}
