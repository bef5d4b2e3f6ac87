/** Promotions of the scene: what they earn is known, one winner was promoted and one held out. */
import type { Promotions } from '../../operations/money/promotions.ts';
import { scene_ms } from './scene-experiments.ts';

const day_ms = 86_400_000;
const lift = { value: 0.26, low: 0.08, high: 0.44 };

export const scenePromotions: Promotions = {
  account_id: 'act_10001',
  status: 'measured',
  missing: null,
  ...{ promoted: 24, applied: 21, held_out: 6, waiting: 3, not_delivered: 1 },
  ...{ results_effect: 0.15, results_low: 0.04, results_high: 0.26 },
  ...{ spend_effect: 0.18, spend_low: 0.1, spend_high: 0.26 },
  ...{ efficiency_effect: -0.03, efficiency_low: -0.1, efficiency_high: 0.04, before_after: -0.12 },
  earned: [{ results: 'link_clicks', after: 12_400, earned: 1_730, low: 480, high: 2_840 }],
  ...{ spent_minor: 88_000, spent_low_minor: 50_000, spent_high_minor: 120_000 },
  reason: 'Promotions bring 16 % more results (95 %: 4 to 30 %) than winners held out.',
  rows: [
    {
      ...{
        experiment_id: 'exp_1000',
        ad_id: 'ad_0_0',
        name: 'Is your desk older than your phone?',
        metric: 'link_ctr',
      },
      ...{ is_held_out: false, detected_ms: scene_ms - 30 * day_ms, lift },
      applied: [{ change_id: 'chg_1', from_ms: scene_ms - 29 * day_ms, to_ms: null }],
      ...{ status: 'compared', until_ms: scene_ms - 14 * day_ms, change: 0.2 },
      effect: { effect: 0.16, low: 0.02, high: 0.3 },
    },
    {
      ...{ experiment_id: 'exp_1001', ad_id: 'ad_1_0', name: 'Who needs three lamps?', metric: 'link_ctr' },
      ...{ is_held_out: true, detected_ms: scene_ms - 2 * day_ms, lift, applied: [] },
      ...{ status: 'waiting', until_ms: scene_ms + 13 * day_ms, change: null, effect: null },
    },
  ],
};
