/** An account that has learned for forty days. */
import type { LearningView } from '../../operations/predictions/learning-view.ts';

const day_ms = 86_400_000;
const now_ms = Date.UTC(2026, 2, 10, 12);
const days = Array.from({ length: 40 }, (_, i) => now_ms - (39 - i) * day_ms);

export const sceneLearning: LearningView = {
  accounts: [
    { account_id: 'act_1', made: 412, matured: 233 },
    { account_id: 'act_2', made: 40, matured: 12 },
  ],
  account_id: 'act_1',
  accuracy: [
    {
      stage: 'cold',
      ads: 64,
      clicks: 18_200,
      agreement: 0.74,
      ceiling: 0.93,
      accuracy: 0.796,
      low: 0.751,
      high: 0.841,
      baseline_agreement: 0.71,
      bias: 1.04,
      status: 'good',
      at_ms: now_ms,
    },
    {
      stage: 'day_1',
      ads: 12,
      clicks: 900,
      agreement: 0.8,
      ceiling: 0.9,
      accuracy: 0.889,
      low: 0.8,
      high: 0.97,
      baseline_agreement: 0.7,
      bias: null,
      status: 'unknown',
      at_ms: now_ms,
    },
  ],
  improvement: {
    at_ms: now_ms,
    days: 40,
    ads: 220,
    gain: 0.042,
    low: 0.011,
    high: 0.073,
    points: [
      { horizon_days: 0, status: 'known', gain: 0.05, low: 0.02, high: 0.08 },
      { horizon_days: 30, status: 'known', gain: 0.055, low: 0.01, high: 0.1 },
      { horizon_days: 365, status: 'too_early', gain: null, low: null, high: null },
    ],
    history: days.map((at_ms, i) => ({ at_ms, gain: 0.001 * i, low: 0.001 * i - 0.03, high: 0.001 * i + 0.03 })),
  },
  weights: days.map((at_ms, i) => ({ at_ms, bandit: 0.5 - i / 200, dna: 0.3 + i / 200, trees: 0.2 })),
  calibration: Array.from({ length: 10 }, (_, i) => ({
    ads: 23,
    impressions: 400_000,
    predicted: 0.008 + i / 1_000,
    seen: 0.0078 + i / 990,
    low: 0.0072 + i / 990,
    high: 0.0084 + i / 990,
  })),
  traits: {
    at_ms: now_ms,
    experiments: 14,
    compared: 41,
    effects: [
      { trait: 'hook', value: 'question', effect: 0.07, low: 0.01, high: 0.13, experiments: 9 },
      { trait: 'offer', value: 'free_trial', effect: -0.05, low: -0.09, high: -0.01, experiments: 5 },
      { trait: 'emoji', value: 'several', effect: 0.01, low: -0.05, high: 0.07, experiments: 3 },
    ],
  },
  predictions: [
    {
      prediction_id: 'cold-412',
      ad_id: 'ad_new',
      stage: 'cold',
      rate: 0.0162,
      low: 0.0101,
      high: 0.0259,
      causes: ['hook question, from 9 experiments of the account: +7.3 %'],
      at_ms: now_ms,
      came: null,
    },
    {
      prediction_id: 'day_1-400',
      ad_id: 'ad_b',
      stage: 'day_1',
      rate: 0.0131,
      low: 0.0101,
      high: 0.0171,
      causes: [],
      at_ms: now_ms - day_ms,
      came: { impressions: 21_000, clicks: 280 },
    },
  ],
};
