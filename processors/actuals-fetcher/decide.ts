/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import {
  accuracyDrifted,
  accuracyMeasured,
  actualsFetched,
  actualsRequested,
  modelRetrainRequested,
} from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { stepFinished } from '../cycle-step.ts';
import { judged } from './judge.ts';
import { takeMetrics, takePrediction, takeReturned } from './on-events.ts';
import { takeStep } from './on-step.ts';
import { countDue, scoredRows, type Counted } from './on-tick.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'prediction.made': (state, event, { parts, policy }) =>
    takePrediction(state, event, parts, policy.accuracy) ?? { state },

  'ad.metrics': (state, event, { parts }) => takeMetrics(state, event, parts) ?? { state },

  'actuals.returned': (state, event, { parts }) => takeReturned(state, event, parts) ?? { state },

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    const at = { account_id: key, now_ms, policy };
    // Reports are restated hour by hour: once a day is told what came of it.
    const daily = now_ms % day_ms === 0;
    const counted = countDue(state, parts, at, daily);
    const told = toldOf(counted);
    if (!daily) return { state: counted.state, parts: counted.parts, emit: told };
    const { state: next, measured, drifted, retrain } = judged(counted.state, scoredRows(parts, counted.parts), at);
    return {
      state: next,
      parts: counted.parts,
      emit: [
        ...told,
        ...measured.map((one) => accuracyMeasured.event(one)),
        ...(drifted === null ? [] : [accuracyDrifted.event(drifted)]),
        ...(retrain === null ? [] : [modelRetrainRequested.event(retrain)]),
      ],
    };
  },

  'cycle.step.requested': (state, event, { parts, policy }) => {
    const taken = takeStep(state, event, parts, policy);
    if (taken === null) return { state };
    const { actuals, requests, measured, retrain, outcome } = taken;
    return {
      state: taken.state,
      parts: taken.parts,
      emit: [
        ...toldOf({ actuals, requests }),
        ...measured.map((one) => accuracyMeasured.event(one)),
        ...(retrain === null ? [] : [modelRetrainRequested.event(retrain)]),
        stepFinished(event, outcome),
      ],
    };
  },
};

const toldOf = ({ actuals, requests }: Pick<Counted, 'actuals' | 'requests'>) => [
  ...actuals.map((one) => actualsFetched.event(one)),
  ...requests.map((one) => actualsRequested.event(one)),
];

export const actualsFetcher = processor(wiring, decide);
