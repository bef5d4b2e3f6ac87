/** The rule of every field of the policy, by section, and what stands for what is left out. */
import { z } from 'zod';
import { defaultAccuracyPolicy, type AccuracyPolicy } from './accuracy.ts';
import { alerts } from './alerts-shape.ts';
import { defaultAlertsPolicy } from './alerts.ts';
import { defaultAllocationPolicy, type AllocationPolicy } from './allocation.ts';
import { defaultDnaPolicy, type DnaPolicy } from './dna.ts';
import { defaultEvidencePolicy } from './evidence.ts';
import { evidence } from './evidence-shape.ts';
import { defaultFatiguePolicy, type FatiguePolicy } from './fatigue.ts';
import { defaultMemoryPolicy, type MemoryPolicy } from './memory.ts';
import { defaultMoneyPolicy } from './money.ts';
import { money } from './money-shape.ts';
import { defaultNichePolicy, type NichePolicy } from './niche.ts';
import { defaultPredictionPolicy, type PredictionPolicy } from './prediction.ts';
import { defaultPromotionPolicy, type PromotionPolicy } from './promotion.ts';
import type { Shape } from './shape.ts';
import { defaultTrainingPolicy, type TrainingPolicy } from './training.ts';

const fraction = z.number().min(0).max(1);
const allocation = {
  exploration_share: z.number().min(0).max(0.2),
  sharpness: z.number().min(1).max(4),
  floor_of_equal: fraction,
  cap_share: z.number().min(0.5).max(1),
  half_lives_hours: z.array(z.number().gt(0)).min(1).max(16).readonly(),
  half_life_memory_hours: z.number().gt(0),
  draws: z.int().min(0).max(100_000),
  prior_rate: z.number().gt(0).lt(1),
  prior_log_sd: z.number().gt(0).max(3),
  prior_arms: z.number().gt(0),
  prediction_trust: fraction,
  active_hours: z.int().min(1),
} satisfies Shape<AllocationPolicy>;

const dna = {
  arm_sd: z.number().gt(0).max(2),
  slope_sd: z.number().min(0).max(1),
  least_clicks: z.number().min(1).max(1_000),
  effect_sd: z.number().gt(0).max(1),
  dispersion_freedom: z.number().min(1).max(10_000),
  recount_growth: z.number().min(0).max(1),
  tell_growth: z.number().min(0).max(1),
  least_move: z.number().min(0).max(10),
  least_experiments: z.int().min(1).max(10_000),
  variations: z.int().min(0).max(20),
  information_weight: z.number().min(0).max(10),
} satisfies Shape<DnaPolicy>;

const prediction = {
  horizon_hours: z
    .int()
    .min(1)
    .max(28 * 24),
  min_impressions: z.int().min(1),
  residual_shape: z.number().gt(0).max(10_000),
  ad_shape: z.number().gt(0).max(10_000),
  future_shape: z.number().gt(0).max(10_000),
  prior_rate: z.number().gt(0).lt(1),
  prior_impressions: z.number().gt(0),
  weight_share: z.number().min(0).max(0.5),
  memory_trust: fraction,
  memory_trust_sd: fraction,
  calibration_actuals: z.int().min(1),
  calibration_prior_sd: z.number().gt(0).max(10),
  interval_step: z.number().min(0).max(1),
  control_actuals: z.int().min(1),
} satisfies Shape<PredictionPolicy>;

const accuracy = {
  maturity_hours: z
    .number()
    .min(0)
    .max(28 * 24),
  ask_platform: z.boolean(),
  covered_share: fraction,
  answer_hours: z.int().min(1).max(168),
  window_days: z.int().min(1).max(365),
  threshold: fraction,
  min_ads: z.int().min(2),
  min_clicks: z.int().min(1),
  drift_tolerance: z.number().min(0).max(4),
  drift_threshold: z.number().gt(0).max(1_000),
  drift_min_days: z.int().min(2).max(365),
  retrain_days: z.number().min(1).max(365),
  retrain_cooldown_days: z.number().min(0).max(365),
  training_days: z.int().min(1).max(3_650),
} satisfies Shape<AccuracyPolicy>;

const training = {
  min_rows: z.int().min(10),
  max_rows: z.int().min(100).max(200_000),
  held_back_share: z.number().min(0.05).max(0.5),
  min_held_back_ads: z.int().min(2),
  // 300 trees of depth 6 are what an event carries.
  trees: z.int().min(1).max(300),
  depth: z.int().min(1).max(6),
  learning_rate: z.number().gt(0).max(1),
  row_share: z.number().gt(0).max(1),
  min_leaf_rows: z.number().min(0),
  shrink_rows: z.number().min(0),
} satisfies Shape<TrainingPolicy>;

const fatigue = {
  ratio: z.number().gt(0).lt(1),
  threshold: z.number().gt(0).max(100),
  recovery_share: fraction,
  baseline_days: z.int().min(1).max(30),
  baseline_clicks: z.int().min(1),
  window_days: z.int().min(7).max(120),
  within_day: z.number().min(1).max(100),
  daily_sd: z.number().min(0).max(2),
  saturated_loss: z.number().gt(0).lt(1),
  saturated_cost_rise: z.number().gt(0).max(100),
  frequency: z.number().min(1).max(100),
  margin: z.number().min(0).max(0.9),
  critical_loss: z.number().gt(0).lt(1),
} satisfies Shape<FatiguePolicy>;

const memory = {
  neighbours: z.int().min(1).max(50),
  nearness: fraction,
  doubt: z.number().min(0).max(1_000),
  min_rate: fraction,
} satisfies Shape<MemoryPolicy>;

const niche = {
  min_businesses: z.int().min(2).max(10_000),
  certainty: z.number().min(0.9).lt(1),
  release_hours: z
    .int()
    .min(24)
    .max(28 * 24),
  noise_multiplier: z.number().min(1).max(1_000),
  min_confidence: fraction,
  min_ads: z.int().min(1),
  min_impressions: z.int().min(1),
  tell_growth: z.number().min(0).max(10),
} satisfies Shape<NichePolicy>;

const promotion = {
  holdout_share: z.number().min(0).max(0.5),
  before_days: z.int().min(1).max(28),
  settle_days: z.int().min(1).max(28),
  after_days: z.int().min(1).max(90),
  delivered_share: z.number().gt(0).max(1),
  min_promoted: z.int().min(2).max(10_000),
  min_held_out: z.int().min(2).max(10_000),
} satisfies Shape<PromotionPolicy>;

/** The rule of each field, by section. */
export const policyShapes = {
  evidence,
  allocation,
  dna,
  prediction,
  accuracy,
  fatigue,
  memory,
  niche,
  training,
  promotion,
  money,
  alerts,
};
/** What stands for what is left out, by section. */
export const policyDefaults = {
  evidence: defaultEvidencePolicy,
  allocation: defaultAllocationPolicy,
  dna: defaultDnaPolicy,
  prediction: defaultPredictionPolicy,
  accuracy: defaultAccuracyPolicy,
  fatigue: defaultFatiguePolicy,
  memory: defaultMemoryPolicy,
  niche: defaultNichePolicy,
  training: defaultTrainingPolicy,
  promotion: defaultPromotionPolicy,
  money: defaultMoneyPolicy,
  alerts: defaultAlertsPolicy,
};
