/** A learning cycle that went through in part, and one that runs once it is asked for. */
import type { CycleView } from '../../../processors/cycle/views.ts';
import type { Operations } from '../../operations/operations.ts';
import { scene_ms } from './scene-experiments.ts';

export const sceneCycle: CycleView = {
  account_id: 'act_1',
  cycle_id: 'operator-5f1f0c6a',
  status: 'partial',
  steps: [
    {
      step: 'fetch_actuals',
      status: 'done',
      reason: '12 predictions were compared with what came, the ad platform is asked for 2 others; 31 predictions wait',
      count: 12,
    },
    {
      step: 'calculate_accuracy',
      status: 'done',
      reason:
        '80 % (75 % to 84 %) of 64 predictions made before the first impression; too little to say of 9 predictions made after a day',
      count: 73,
    },
    { step: 'auto_retrain', status: 'skipped', reason: 'accuracy is not shown to be below 80 %', count: 0 },
    {
      step: 'compound_learning',
      status: 'done',
      reason:
        '3 predictions made; learning saved 0.0312 nats an ad (95 %: 0.0120 to 0.0504), 64 ads compared with the control',
      count: 3,
    },
    {
      step: 'auto_promote',
      status: 'done',
      reason: '14 experiments checked: 3 winners in all, no other may be announced',
      count: 14,
    },
    {
      step: 'cross_learning',
      status: 'failed',
      reason: 'its loop did not answer within 10 minutes; it does this by itself once it is back',
      count: 0,
    },
    { step: 'rag_indexing', status: 'skipped', reason: 'recall knows all 3 winners already', count: 0 },
  ],
  started_ms: scene_ms - 840_000,
  ended_ms: scene_ms - 840_000 + 601_400,
  at_ms: scene_ms - 840_000,
};

/** The cycle that ran; once another is asked for it stands at its third step. */
export function sceneCycles(): Pick<Operations, 'cycles' | 'request_cycle'> {
  let cycle = sceneCycle;
  return {
    cycles: async ({ account_id = sceneCycle.account_id }) => [{ account_id, cycle }],
    request_cycle: async () => {
      const steps = sceneCycle.steps.map((step, i): CycleView['steps'][number] =>
        i < 2 ? step : { ...step, status: i === 2 ? 'running' : 'waiting', reason: null, count: 0 },
      );
      cycle = { ...sceneCycle, cycle_id: 'operator-next', status: 'running', steps, ended_ms: null, at_ms: scene_ms };
      return [{ account_id: sceneCycle.account_id, cycle_id: 'operator-next', answer: 'began' }];
    },
  };
}
