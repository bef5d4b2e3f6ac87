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
import { judged } from './judge.ts';
import { takeMetrics, takePrediction, takeReturned } from './on-events.ts';
import { countDue, scoredRows } from './on-tick.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  'prediction.made': (state, event, { parts, policy }) =>
    takePrediction(state, event, parts, policy.accuracy) ?? { state },

  'ad.metrics': (state, event, { parts }) => takeMetrics(state, event, parts) ?? { state },

  'actuals.returned': (state, event, { parts }) => takeReturned(state, event, parts) ?? { state },

  'tick.hourly': (state, tick, { parts, policy, key }) => {
    const now_ms = tick.hour_ms + hour_ms;
    const at = { account_id: key, now_ms, policy };
    const counted = countDue(state, parts, at);
    const told = [
      ...counted.actuals.map((one) => actualsFetched.event(one)),
      ...counted.requests.map((one) => actualsRequested.event(one)),
    ];
    if (now_ms % day_ms !== 0) return { state: counted.state, parts: counted.parts, emit: told };
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
};

export const actualsFetcher = processor(wiring, decide);
