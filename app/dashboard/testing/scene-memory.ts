/** An account that remembers winners and has ads that tire: each state once. */
import type { FatigueReport, MemoryQuestion, MemoryView, RememberedWinner } from '../../operations/memory/view.ts';
import { scene_ms } from './scene-experiments.ts';

const day_ms = 86_400_000;

const winner = (ad_id: string, name: string, given: Partial<RememberedWinner>): RememberedWinner => ({
  ad_id,
  name,
  text: `${name}\nFree delivery until Sunday.`,
  format: 'image',
  traits: ['hook=question', 'number=no'],
  score: null,
  experiment_id: 'exp_1000',
  experiment_name: 'Call to action',
  decision_id: 'auto-promoter/1/evidence.changed/1/99/0',
  rate: 0.0198,
  lift: 0.26,
  lift_low: 0.14,
  lift_high: 0.39,
  impressions: 96_400,
  won_at_ms: scene_ms - day_ms,
  ...given,
});

const winners: readonly RememberedWinner[] = [
  winner('ad_0_0', 'Is your desk older than your phone?', {}),
  winner('ad_3_1', 'Three chairs that forgive bad posture', {
    experiment_name: 'Headlines of spring',
    format: 'video',
    rate: 0.0131,
    lift: 0.062,
    lift_low: 0.011,
    lift_high: 0.117,
    impressions: 412_870,
    won_at_ms: scene_ms - 40 * day_ms,
  }),
  winner('ad_7_0', 'A lamp that knows when you read', {
    decision_id: null,
    experiment_id: 'exp_1007',
    experiment_name: 'Lamps against lights, a comparison with a name that takes two lines',
    lift: 1.4,
    lift_low: 0.55,
    lift_high: 2.7,
    won_at_ms: scene_ms - 90 * day_ms,
  }),
];
const scores: Readonly<Record<string, number>> = { ad_0_0: 0.83, ad_3_1: 0.21, ad_7_0: -0.04 };

export function sceneMemory({ text, format, since_ms = 0, min_rate = 0 }: MemoryQuestion): MemoryView {
  const found = winners.filter(
    (one) => (format === undefined || one.format === format) && one.won_at_ms >= since_ms && one.rate >= min_rate,
  );
  return {
    accounts: [
      { account_id: 'act_10001', winners: 3 },
      { account_id: 'act_10002', winners: 1 },
    ],
    account_id: 'act_10001',
    model: 'hashed-1',
    dimensions: 256,
    standing: winners.length,
    withdrawn: 1,
    formats: ['image', 'video'],
    winners: text === undefined ? found : found.map((one) => ({ ...one, score: scores[one.ad_id] ?? null })),
    matching: found.length,
    failure: null,
  };
}

type BoardAd = FatigueReport['ads'][number];

const ad = (ad_id: string, name: string, given: Partial<BoardAd>): BoardAd => ({
  ad_id,
  name,
  campaign_id: 'cmp_spring',
  status: 'healthy',
  days: 31,
  baseline_clicks: 410,
  last_day_ms: scene_ms - day_ms,
  evidence: 0,
  threshold: 5,
  change: null,
  change_low: null,
  change_high: null,
  since_ms: null,
  days_to_critical: null,
  days_to_critical_low: null,
  days_to_critical_high: null,
  frequency: null,
  cost_per_click_minor: null,
  currency: null,
  cost_change: null,
  proposal: 'none',
  refresh: null,
  no_refresh: null,
  like_ad_id: null,
  like_name: null,
  like_lift: null,
  changes: [],
  reason: 'No decline beside the account that chance would not bring as well.',
  ...given,
});

export const sceneFatigue: FatigueReport = {
  accounts: [
    { account_id: 'act_10001', ads: 7, tired: 3 },
    { account_id: 'act_10002', ads: 2, tired: 0 },
  ],
  account_id: 'act_10001',
  baseline_days: 5,
  baseline_clicks: 40,
  critical_loss: 0.5,
  ads: [
    ad('ad_1_0', 'The sofa that waited for you', {
      status: 'saturated',
      evidence: 14.2,
      change: -0.52,
      change_low: -0.6,
      change_high: -0.43,
      since_ms: scene_ms - 19 * day_ms,
      days_to_critical: 0,
      days_to_critical_low: 0,
      days_to_critical_high: 0,
      proposal: 'rotate',
      no_refresh:
        'Nothing to go by: no experiment has told traits apart, and no winner is remembered that does not tire.',
    }),
    ad('ad_2_1', 'Your neighbours already sleep better', {
      status: 'fatiguing',
      evidence: 6.1,
      change: -0.27,
      change_low: -0.36,
      change_high: -0.17,
      since_ms: scene_ms - 7 * day_ms,
      days_to_critical: 12.5,
      days_to_critical_low: 7.1,
      cost_per_click_minor: 41.5,
      currency: 'USD',
      cost_change: 0.38,
      proposal: 'refresh_creative',
      refresh:
        'Add hook question: goes with +7.3 % clicks (95 %: +1.0 % to +14 %), from 9 experiments; an association, not a cause. The winner “Is your desk older than your phone?” (26 % above its best rival, not tired) has it so.',
      like_ad_id: 'ad_0_0',
      like_name: 'Is your desk older than your phone?',
      like_lift: 0.26,
      changes: [
        { trait: 'hook', from: null, to: 'question', expected_effect: 0.07, low: 0.01, high: 0.13, experiments: 9 },
      ],
    }),
    ad('ad_4_0', 'Cold mornings, warm slippers', {
      status: 'audience_exhausted',
      evidence: 5.2,
      change: -0.22,
      change_low: -0.34,
      change_high: -0.08,
      since_ms: scene_ms - 5 * day_ms,
      frequency: 6.4,
      proposal: 'widen_audience',
      reason:
        'Clicked 22 % less (8 % to 34 %) than before, beside the account, for 5 days, and shown 6.4 times to each person a week.',
    }),
    ad('ad_0_0', 'Is your desk older than your phone?', {
      evidence: 1.3,
      change: -0.06,
      change_low: -0.15,
      change_high: 0.04,
      since_ms: scene_ms - 3 * day_ms,
    }),
    ad('ad_5_0', 'Plants that like to be forgotten', {}),
    ad('ad_6_0', 'New: the folding desk', { status: 'insufficient_data', days: 3, baseline_clicks: 22 }),
    ad('ad_6_1', 'New: the desk that folds away', { status: 'insufficient_data', days: 6, baseline_clicks: 31 }),
  ],
};
