/** Models of an account: one that took over from another, one that was not better, one that had too little data. */
import type { AccountModels, TrainedModel } from '../../operations/predictions/models-view.ts';
import type { Operations } from '../../operations/operations.ts';
import { scene_ms } from './scene-experiments.ts';

const day_ms = 86_400_000;

const trained = (days_ago: number, over: Partial<TrainedModel>): TrainedModel => ({
  model_id: `retrain-${scene_ms - days_ago * day_ms}`,
  status: 'trained',
  why: 'It loses 0.021 nats less on each of 180 later predictions (0.006 to 0.036) than the account’s mean',
  in_use: false,
  kept: true,
  features_version: 1,
  rows: 720,
  held_back_rows: 180,
  held_back_ads: 64,
  challenger_loss: 0.412,
  champion_loss: null,
  baseline_loss: 0.433,
  difference: -0.021,
  difference_low: -0.036,
  difference_high: -0.006,
  from_ms: scene_ms - (days_ago + 60) * day_ms,
  to_ms: scene_ms - days_ago * day_ms,
  at_ms: scene_ms - days_ago * day_ms,
  ...over,
});

const first = trained(30, {});
const second = trained(16, {
  ...{ in_use: true, rows: 1_180, held_back_rows: 295, held_back_ads: 97, why: 'It loses less than the model in use' },
  ...{ challenger_loss: 0.381, champion_loss: 0.404, baseline_loss: 0.431 },
  ...{ difference: -0.023, difference_low: -0.039, difference_high: -0.007 },
});
const refused = trained(2, {
  ...{ status: 'refused', kept: false, rows: 1_460, held_back_rows: 365, held_back_ads: 121 },
  ...{ challenger_loss: 0.379, champion_loss: 0.38, baseline_loss: 0.432 },
  ...{ difference: -0.001, difference_low: -0.012, difference_high: 0.01 },
  why: 'It is not shown to lose less than the model in use on 365 later predictions',
});
const too_little = trained(44, {
  ...{ status: 'refused', kept: false, rows: 0, held_back_rows: 0, held_back_ads: 0 },
  ...{ challenger_loss: null, baseline_loss: null, difference: null, difference_low: null, difference_high: null },
  why: 'Of 160 predictions with actuals 122 were known before those that are held back; 150 are needed to learn from',
});

/** Models that can be gone back from; what was asked for stays. */
export function sceneModels(): Pick<Operations, 'models' | 'roll_back_model'> {
  let models: AccountModels = {
    account_id: 'act_1',
    champion: second.model_id,
    lineage: [
      { model_id: first.model_id, replaced: null, how: 'trained', at_ms: first.at_ms },
      { model_id: second.model_id, replaced: first.model_id, how: 'trained', at_ms: second.at_ms },
    ],
    needed_rows: 150,
    trained: [refused, second, first, too_little],
  };
  return {
    models: async ({ account_id }) => ({ ...models, account_id }),
    roll_back_model: async ({ account_id, to_model_id, reason }) => {
      const change = { model_id: to_model_id, replaced: models.champion, how: 'rollback', at_ms: scene_ms } as const;
      models = {
        ...models,
        champion: to_model_id,
        lineage: [...models.lineage, change],
        trained: models.trained.map((one) => ({ ...one, in_use: one.model_id === to_model_id })),
      };
      return { account_id, to_model_id, reason, request_id: 'asked-1' };
    },
  };
}
