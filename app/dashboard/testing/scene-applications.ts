/** Ads of the scene's account that were made from others: one did better, one worse, one runs without the first. */
import type { ApplicationsView } from '../../../processors/creative-dna/applications.ts';

const now_ms = Date.UTC(2026, 2, 10, 12);
type Row = ApplicationsView['rows'][number];

const made = (ad_id: string, trait: string, to: string): Row['made_from'] => ({
  ad_id,
  trait,
  from: null,
  to,
  suggested_by: 'score',
  decision_id: null,
});
const outcome = (effect: number): NonNullable<Row['outcome']> => ({
  experiment_id: 'exp_1001',
  against: 'source',
  effect,
  low: effect - 0.06,
  high: effect + 0.06,
  impressions: 80_000,
  clicks: 1_400,
  predicted: { low: -0.3, high: 0.5 },
  at_ms: now_ms,
});

export const sceneApplications: ApplicationsView = {
  account_id: 'act_1',
  applications: 3,
  verdicts: { better: 1, worse: 1, not_told_apart: 0, waiting: 1 },
  holding: { judged: 2, status: 'too_few', inside: null, expected: null, observed: null },
  words: 'too few to say how well expectations hold: 2 of 10 outcomes',
  rows: [
    {
      ad_id: 'ad_question',
      made_from: made('ad_a', 'hook', 'question'),
      expected: { effect: 0.07, low: 0.01, high: 0.13, differs: ['hook'] },
      expected_ms: now_ms,
      outcome: outcome(0.12),
      verdict: 'better',
      inside: true,
    },
    {
      ad_id: 'ad_number',
      made_from: made('ad_a', 'number', 'yes'),
      expected: { effect: 0.05, low: -0.02, high: 0.12, differs: ['number'] },
      expected_ms: now_ms - 1,
      outcome: outcome(-0.42),
      verdict: 'worse',
      inside: false,
    },
    {
      ad_id: 'ad_emoji',
      made_from: made('ad_gone', 'emoji', 'several'),
      expected: null,
      expected_ms: now_ms - 2,
      outcome: null,
      verdict: 'waiting',
      inside: null,
    },
  ],
};
