import { describe, expect, it } from 'vitest';
import { parseSchema, type SchemaNode } from './avro/schema.ts';
import { createCodec } from './codec.ts';
import { exampleOf } from './examples.ts';
import { schemaFile, newestVersion } from './ids.ts';
import { topics } from './index.ts';
import { alertAlike, alertBreaks } from './testing/alert-breaks.ts';
import { alikeOfChoices, breaksOfChoices, type Alike, type Break, type Fields } from './testing/breaks-of-choices.ts';
import { predictionBreaks } from './testing/prediction-breaks.ts';
import { moneyAlike, moneyBreaks } from './testing/money-breaks.ts';
import { hour_ms } from './values.ts';

const codec = createCodec({ topics });
const H = hour_ms;
/** After every time in the examples. */
const at_ms = Date.UTC(2025, 5, 1);

const arms = (topic: string, change: (arm: Fields, index: number) => Fields): Fields => {
  const found = exampleOf(topic)['arms'];
  if (!Array.isArray(found)) throw new Error('no arms');
  return { arms: found.map((arm: Fields, i) => ({ ...arm, ...change(arm, i) })) };
};

const tag = { trait: 'visual', value: 'demo', confidence: 0.8, source: 'model' };
const made = { ad_id: 'ad_0', trait: 'hook', from: null, to: 'question', suggested_by: 'score', decision_id: null };
const effect = {
  trait: 'hook',
  value: 'question',
  effect: 0,
  low: 0,
  high: 0,
  raw_effect: null,
  experiments: 1,
  impressions: 1,
};
const change = { trait: 'hook', from: null, to: 'question', expected_effect: 0.1, low: 0, high: 0.2, experiments: 3 };
const niche = { trait: 'hook', value: 'question', effect: 0, low: 0, high: 0, status: 'released' };
const contributed = { trait: 'hook', value: 'question', effect: 0 };
const neighbour = { account_id: 'a', ad_id: 'b', score: 0.5, lift: 0.1, format: 'image', won_at_ms: at_ms };
const vote = { expert: 'dna', rate: 0.01, weight: 1, absent: null };
const totals = {
  window_start_ms: Date.UTC(2025, 2, 4, 9),
  as_of_ms: Date.UTC(2025, 2, 4, 11),
  impressions: 9,
  link_clicks: 1,
};
const totalsOf = (given: Fields): Fields => ({ ...totals, window_end_ms: Date.UTC(2025, 2, 4, 10), ...given });
const point = { horizon_days: 30, status: 'known', gain: 0, low: 0, high: 0 };
const step = { step: 'auto_promote', status: 'done', reason: 'one', count: 1 };
const trait = { trait: 'format', value: 'video', confidence: 1, source: 'fact' };

/** Topic, what is changed in its example, the field that must be named, words of the rule. */
const breaks: readonly Break[] = [
  ...breaksOfChoices,
  ...predictionBreaks,
  ['ad.metrics', { account_id: '' }, 'account_id', 'must not be empty'],
  ['ad.metrics', { campaign_id: 'c'.repeat(129) }, 'campaign_id', 'at most 128 characters'],
  ['ad.metrics', { adset_id: 'set\u0000a' }, 'adset_id', 'no control characters'],
  ['ad.metrics', { ad_id: ' ad_a' }, 'ad_id', 'begin or end with a space'],
  ['ad.metrics', { experiment_id: 'a\u0085' }, 'experiment_id', 'no control characters'],
  ['ad.metrics', { window_start_ms: 1_741_082_400 }, 'window_start_ms', 'must be at least'],
  ['ad.metrics', { window_end_ms: Date.UTC(2025, 2, 4, 10) }, 'window_end_ms', 'must be after window_start_ms'],
  ['ad.metrics', { window_start_ms: Date.UTC(2025, 2, 4, 10, 7) }, 'window_start_ms', 'quarter hour'],
  ['ad.metrics', { window_end_ms: Date.UTC(2025, 2, 4, 10, 30) }, 'window_end_ms', 'whole hours'],
  ['ad.metrics', { window_end_ms: Date.UTC(2025, 3, 5, 10) }, 'window_end_ms', 'at most 31 days'],
  ['ad.metrics', { as_of_ms: Date.UTC(2025, 2, 4, 9) }, 'as_of_ms', 'at least window_start_ms'],
  ['ad.metrics', { as_of_ms: at_ms + H + 1 }, 'as_of_ms', 'must not be in the future'],
  [
    'ad.metrics',
    { window_start_ms: at_ms + 2 * H, window_end_ms: at_ms + 3 * H, as_of_ms: at_ms + 3 * H },
    'window_start_ms',
    'must not be in the future',
  ],
  ['ad.metrics', { impressions: -1 }, 'impressions', 'whole number of at least 0'],
  ['ad.metrics', { spend_minor: -5 }, 'spend_minor', 'whole number of at least 0'],
  ['ad.metrics', { conversions: -1 }, 'conversions', 'whole number of at least 0'],
  ['ad.metrics', { conversion_value_minor: -1 }, 'conversion_value_minor', 'whole number of at least 0'],
  ['ad.metrics', { clicks: 1241 }, 'clicks', 'at most impressions (1240)'],
  ['ad.metrics', { link_clicks: 32 }, 'link_clicks', 'at most clicks (31)'],
  ['ad.metrics', { reach: -1 }, 'reach', 'at least 0'],
  ['ad.metrics', { reach: 1241 }, 'reach', 'at most impressions (1240)'],
  ['ad.metrics', { currency: 'eur' }, 'currency', 'did you mean EUR?'],
  ['ad.metrics', { currency: 'XAU' }, 'currency', 'ISO 4217'],
  ['ad.metrics', { conversions: 0 }, 'conversion_value_minor', 'must be 0 where conversions are 0'],
  ['ad.metrics', { context: { placement: '' } }, 'context.placement', '1 to 64 characters'],
  [
    'ad.metrics',
    { context: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`d${i}`, 'x'])) },
    'context',
    'at most 8 dimensions',
  ],
  ['ad.created', { adset_id: '' }, 'adset_id', 'must not be empty'],
  ['ad.created', { experiment_id: '' }, 'experiment_id', 'must not be empty'],
  ['ad.created', { name: '  ' }, 'name', 'must not be empty'],
  ['ad.created', { headline: 'h'.repeat(10_001) }, 'headline', 'at most 10000 characters'],
  ['ad.created', { primary_text: 'bell\u0007' }, 'primary_text', 'no control characters'],
  ['ad.created', { call_to_action: '' }, 'call_to_action', 'must not be empty'],
  ['ad.created', { call_to_action_text: '' }, 'call_to_action_text', 'must not be empty'],
  ['ad.created', { language: 'English' }, 'language', 'ISO 639-1'],
  ['ad.created', { duration_ms: 48 * H }, 'duration_ms', 'from 1 to'],
  ['ad.created', { transcript: 'bell\u0007' }, 'transcript', 'no control characters'],
  ['ad.created', { audio: ['none', 'music'] }, 'audio', 'none alone'],
  ['ad.created', { people: ['face', 'none'] }, 'people', 'none alone'],
  ['ad.created', { overlay_text: 'o'.repeat(10_001) }, 'overlay_text', 'at most 10000 characters'],
  ['ad.created', { tags: [{ ...tag, trait: 'Visual Style' }] }, 'tags[0].trait', 'lower-case letters'],
  ['ad.created', { tags: [{ ...tag, value: '' }] }, 'tags[0].value', 'lower-case letters'],
  ['ad.created', { tags: [{ ...tag, confidence: 90 }] }, 'tags[0].confidence', 'from 0 to 1'],
  ['ad.created', { made_from: [made, { ...made, ad_id: 'ad_1' }] }, 'made_from', 'at most 1 items'],
  ['ad.created', { made_from: [{ ...made, ad_id: '' }] }, 'made_from[0].ad_id', 'must not be empty'],
  ['ad.created', { made_from: [{ ...made, ad_id: 'ad_a' }] }, 'made_from[0].ad_id', 'must be another ad'],
  ['ad.created', { made_from: [{ ...made, to: 'A Question' }] }, 'made_from[0].to', 'lower-case letters'],
  ['ad.created', { created_ms: at_ms + 2 * H }, 'created_ms', 'must not be in the future'],
  ['ad.created', { created_ms: 1_741_082_400 }, 'created_ms', 'must be at least'],
  ['dna.extracted', { made_from: [{ ...made, ad_id: '' }] }, 'made_from[0].ad_id', 'must not be empty'],
  ['dna.extracted', { made_from: [{ ...made, ad_id: 'ad_a' }] }, 'made_from[0].ad_id', 'must be another ad'],
  ['dna.extracted', { made_from: [{ ...made, to: 'A Question' }] }, 'made_from[0].to', 'lower-case letters'],
  ['dna.extracted', { fingerprint: 'abc' }, 'fingerprint', '32 hexadecimal digits'],
  ['dna.extracted', { extractor_version: 0 }, 'extractor_version', 'from 1 to'],
  ['dna.extracted', { traits: [] }, 'traits', 'at least 1 items'],
  ['dna.extracted', { traits: [{ ...trait, value: 'a b' }] }, 'traits[0].value', 'lower-case letters'],
  ['dna.extracted', { traits: [{ ...trait, confidence: 2 }] }, 'traits[0].confidence', 'from 0 to 1'],
  ['dna.extracted', { traits: [trait, trait] }, 'traits[1].value', 'must be unique'],
  ['dna.extracted', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['experiment.declared', { experiment_id: '' }, 'experiment_id', 'must not be empty'],
  ['experiment.declared', { name: '' }, 'name', 'must not be empty'],
  ['experiment.declared', { arms: [] }, 'arms', 'at least 2 items'],
  ['experiment.declared', arms('experiment.declared', () => ({ ad_id: 'ad_a' })), 'arms[1].ad_id', 'must be unique'],
  ['experiment.declared', arms('experiment.declared', () => ({ adset_id: 's' })), 'arms[1].adset_id', 'must be unique'],
  [
    'experiment.declared',
    arms('experiment.declared', (_, i) => ({ planned_share: i })),
    'arms[0].planned_share',
    'above 0 and at most 1',
  ],
  [
    'experiment.declared',
    arms('experiment.declared', () => ({ planned_share: 0.4 })),
    'arms[*].planned_share',
    'must sum to 1',
  ],
  ['experiment.declared', arms('experiment.declared', () => ({ adset_id: '' })), 'arms[0].adset_id', 'not be empty'],
  ['experiment.declared', { control_ad_id: 'ad_z' }, 'control_ad_id', 'must be the ad_id of an arm'],
  ['experiment.declared', { guardrail_metrics: ['link_ctr'] }, 'guardrail_metrics[0]', 'must differ'],
  ['experiment.declared', { guardrail_metrics: ['cvr', 'cvr'] }, 'guardrail_metrics[1]', 'must differ'],
  ['experiment.declared', { start_ms: 0 }, 'start_ms', 'must be at least'],
  ['experiment.declared', { start_ms: at_ms + 400 * 24 * H }, 'start_ms', 'must not be in the future'],
  ['experiment.declared', { planned_days: 0 }, 'planned_days', 'from 1 to 366'],
  ['experiment.declared', { expected_rate: 1 }, 'expected_rate', 'above 0 and below 1'],
  ['experiment.declared', { expected_rate: Number.NaN }, 'expected_rate', 'above 0 and below 1'],
  ['tick.hourly', { hour_ms: Date.UTC(2025, 2, 4, 10, 30) }, 'hour_ms', 'full hour'],
  ['tick.hourly', { hour_ms: 3600 }, 'hour_ms', 'must be at least'],
  ['tick.hourly', { hour_ms: at_ms + 2 * H }, 'hour_ms', 'must not be in the future'],
  ['evidence.changed', { leading_ad_id: '' }, 'leading_ad_id', 'must not be empty'],
  ['evidence.changed', { family: '2025-Q5' }, 'family', 'quarter such as 2026-Q4'],
  ['evidence.changed', { e_value: -1 }, 'e_value', 'at least 0'],
  ['evidence.changed', { peak_e_value: -1 }, 'peak_e_value', 'at least 0'],
  ['evidence.changed', { start_ms: 0 }, 'start_ms', 'must be at least'],
  ['evidence.changed', { threshold: Number.NaN }, 'threshold', 'at least 0'],
  ['evidence.changed', { blocks: -1 }, 'blocks', 'whole number of at least 0'],
  ['evidence.changed', { srm_p: 1.5 }, 'srm_p', 'from 0 to 1'],
  ['evidence.changed', { reason: '' }, 'reason', 'must not be empty'],
  ['evidence.changed', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['evidence.changed', arms('evidence.changed', () => ({ clicks: -1 })), 'arms[0].clicks', 'whole number'],
  ['evidence.changed', arms('evidence.changed', () => ({ ad_id: 'ad_a' })), 'arms[1].ad_id', 'must be unique'],
  ['winner.detected', { policy_version: '' }, 'policy_version', 'must not be empty'],
  ['winner.detected', { family: '2025Q1' }, 'family', 'quarter such as 2026-Q4'],
  ['winner.detected', { rate: Number.NaN }, 'rate', 'finite'],
  ['winner.detected', { impressions: -1 }, 'impressions', 'whole number'],
  ['winner.detected', { alpha: 5 }, 'alpha', 'above 0 and below 1'],
  ['winner.detected', { lift: Number.POSITIVE_INFINITY }, 'lift', 'finite'],
  ['winner.detected', { lift_low: 0.5 }, 'lift_low', 'at most lift_high (0.39)'],
  ['winner.detected', { rivals: [] }, 'rivals', 'at least 1 items'],
  ['winner.detected', { rivals: ['ad_b', ''] }, 'rivals[1]', 'must not be empty'],
  ['winner.detected', { rivals: ['ad_b', 'ad_b'] }, 'rivals[1]', 'must be unique'],
  ['winner.detected', { reason: '' }, 'reason', 'must not be empty'],
  ['winner.detected', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['winner.withdrawn', { ad_id: '' }, 'ad_id', 'must not be empty'],
  ['winner.withdrawn', { family: '' }, 'family', 'quarter such as 2026-Q4'],
  ['winner.withdrawn', { e_value: -1 }, 'e_value', 'at least 0'],
  ['winner.withdrawn', { reason: '' }, 'reason', 'must not be empty'],
  ['winner.withdrawn', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['allocation.proposed', { campaign_id: '' }, 'campaign_id', 'must not be empty'],
  ['allocation.proposed', { hour_ms: Date.UTC(2025, 2, 4, 10, 1) }, 'hour_ms', 'full hour'],
  ['allocation.proposed', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['allocation.proposed', { draws: -1 }, 'draws', 'whole number'],
  ['allocation.proposed', { exploration_share: 1.5 }, 'exploration_share', 'from 0 to 1'],
  ['allocation.proposed', { time_of_day_factor: -1 }, 'time_of_day_factor', 'at least 0'],
  ['allocation.proposed', { arms: [] }, 'arms', 'at least 1 items'],
  ['allocation.proposed', arms('allocation.proposed', () => ({ p_best: 2 })), 'arms[0].p_best', 'from 0 to 1'],
  ['allocation.proposed', arms('allocation.proposed', () => ({ low: 0.9 })), 'arms[0].low', 'at most high'],
  ['allocation.proposed', arms('allocation.proposed', () => ({ mean: -1 })), 'arms[0].mean', 'at least 0'],
  ['allocation.proposed', arms('allocation.proposed', () => ({ adset_id: 's' })), 'arms[1].adset_id', 'be unique'],
  ['allocation.proposed', arms('allocation.proposed', () => ({ share: 0.4 })), 'arms[*].share', 'must sum to 1'],
  ['dna.formula.updated', { traits: [{ ...effect, trait: 'Hook' }] }, 'traits[0].trait', 'lower-case letters'],
  ['dna.formula.updated', { traits: [{ ...effect, low: 1 }] }, 'traits[0].low', 'at most high'],
  ['dna.formula.updated', { traits: [effect, effect] }, 'traits[1].value', 'must be unique'],
  ['dna.formula.updated', { extractor_version: 0 }, 'extractor_version', 'from 1 to'],
  ['winner.indexed', { dimensions: 0 }, 'dimensions', 'from 1 to'],
  ['winner.indexed', { fingerprint: 'x' }, 'fingerprint', '32 hexadecimal digits'],
  ['memory.recalled', { neighbours: [{ ...neighbour, score: 2 }] }, 'neighbours[0].score', 'from -1'],
  ['memory.recalled', { neighbours: [neighbour, neighbour] }, 'neighbours[1].ad_id', 'must be unique'],
  ['memory.recalled', { prior_log_lift: Number.NaN }, 'prior_log_lift', 'finite'],
  ['memory.recalled', { failure: '' }, 'failure', 'must not be empty'],
  ['account.changed', { account_id: '' }, 'account_id', 'must not be empty'],
  ['account.changed', { business_id: ' b' }, 'business_id', 'must not begin or end with a space'],
  ['account.changed', { niche: 'fashon' }, 'niche', 'did you mean fashion?'],
  ['account.changed', { changed_ms: at_ms + 2 * H }, 'changed_ms', 'must not be in the future'],
  ['niche.contribution', { niche: 'cars' }, 'niche', 'a niche that is known'],
  ['niche.contribution', { confidence: 2 }, 'confidence', 'from 0 to 1'],
  ['niche.contribution', { log_rate: 0.1 }, 'log_rate', 'from -100 to 0'],
  ['niche.contribution', { traits: [contributed, contributed] }, 'traits[1].value', 'must be unique'],
  ['niche.contribution', { traits: [{ ...contributed, effect: Number.NaN }] }, 'traits[0].effect', 'finite'],
  ['niche.pattern.updated', { niche: 'Fashion' }, 'niche', 'did you mean fashion?'],
  ['niche.pattern.updated', { traits: [{ ...niche, low: 1 }] }, 'traits[0].low', 'at most high'],
  ['niche.pattern.updated', { traits: [niche, niche] }, 'traits[1].value', 'must be unique'],
  ['niche.pattern.updated', { mean_rate: 1.5 }, 'mean_rate', 'from 0 to 1'],
  ['niche.pattern.updated', { mean_rate_log_sd: -1 }, 'mean_rate_log_sd', 'from 0'],
  ['niche.pattern.updated', { accounts_log_sd: -1 }, 'accounts_log_sd', 'from 0'],
  ['prediction.made', { experts: [{ ...vote, rate: 2 }] }, 'experts[0].rate', 'from 0 to 1'],
  ['prediction.made', { experts: [vote, vote] }, 'experts[1].expert', 'must be unique'],
  ['actuals.requested', { to_ms: Date.UTC(2025, 2, 4, 10, 30) }, 'to_ms', 'full hour'],
  ['actuals.requested', { from_ms: Date.UTC(2025, 2, 1, 10, 30) }, 'from_ms', 'full hour'],
  ['actuals.requested', { from_ms: at_ms }, 'from_ms', 'at most to_ms'],
  ['actuals.requested', { missing_hours: -1 }, 'missing_hours', 'whole number'],
  ['actuals.returned', { from_ms: at_ms }, 'from_ms', 'at most to_ms'],
  ['actuals.returned', { error: '' }, 'error', 'must not be empty'],
  ['actuals.returned', { windows: [totalsOf({ link_clicks: 10 })] }, 'windows[0].link_clicks', 'at most impressions'],
  ['actuals.returned', { windows: [totalsOf({ impressions: -1 })] }, 'windows[0].impressions', 'whole number'],
  ['actuals.returned', { windows: [totalsOf({ as_of_ms: 0 })] }, 'windows[0].as_of_ms', 'must be at least'],
  [
    'actuals.returned',
    { windows: [totalsOf({ window_end_ms: totals.window_start_ms })] },
    'windows[0].window_end_ms',
    'must be after',
  ],
  ['actuals.returned', { windows: [totalsOf({}), totalsOf({})] }, 'windows[1].window_start_ms', 'must be unique'],
  ['actuals.fetched', { clicks: 1e9 }, 'clicks', 'at most impressions'],
  ['actuals.fetched', { rate_low: 0.5 }, 'rate_low', 'at most rate_high'],
  ['actuals.fetched', { log_sd: -1 }, 'log_sd', 'at least 0'],
  ['actuals.fetched', { experts: [vote, vote] }, 'experts[1].expert', 'must be unique'],
  ['accuracy.measured', { dispersion: -1 }, 'dispersion', 'at least 0'],
  ['accuracy.drifted', { mean_error: Number.NaN }, 'mean_error', 'finite'],
  ['accuracy.drifted', { reason: '' }, 'reason', 'must not be empty'],
  ['accuracy.drifted', { windows: -1 }, 'windows', 'whole number'],
  ['ad.fatigued', { since_ms: 5 }, 'since_ms', 'from '],
  ['ad.fatigued', { reason: '' }, 'reason', 'must not be empty'],
  ['ad.fatigued', { refresh: '' }, 'refresh', 'must not be empty'],
  ['ad.fatigued', { no_refresh: '' }, 'no_refresh', 'must not be empty'],
  ['ad.fatigued', { like_ad_id: '' }, 'like_ad_id', 'must not be empty'],
  ['ad.fatigued', { changes: [{ ...change, trait: 'Hook' }] }, 'changes[0].trait', 'lower-case'],
  ['ad.fatigued', { changes: [{ ...change, from: 'A story' }] }, 'changes[0].from', 'lower-case'],
  ['ad.fatigued', { changes: [{ ...change, to: '' }] }, 'changes[0].to', 'lower-case'],
  ['ad.fatigued', { changes: [{ ...change, expected_effect: Number.NaN }] }, 'changes[0].expected_effect', 'finite'],
  ['ad.fatigued', { changes: [{ ...change, low: 0.5 }] }, 'changes[0].low', 'at most high'],
  ['ad.fatigued', { changes: [{ ...change, high: Number.POSITIVE_INFINITY }] }, 'changes[0].high', 'finite'],
  ['ad.fatigued', { changes: [{ ...change, experiments: -1 }] }, 'changes[0].experiments', 'whole number'],
  ['ad.fatigued', { changes: [change, change] }, 'changes[1].trait', 'must be unique'],
  ['memory.index.requested', { version: 0 }, 'version', 'from 1 to'],
  ['memory.index.requested', { text: 'bell\u0007' }, 'text', 'no control characters'],
  ['memory.index.requested', { traits: [''] }, 'traits[0]', 'must not be empty'],
  ['memory.index.requested', { fingerprint: 'x' }, 'fingerprint', '32 hexadecimal digits'],
  ['memory.index.requested', { format: '' }, 'format', 'must not be empty'],
  ['memory.index.requested', { lift: Number.NaN }, 'lift', 'finite'],
  ['memory.index.requested', { niche: 'fasion' }, 'niche', 'must be a niche that is known'],
  ['memory.index.requested', { won_at_ms: 0 }, 'won_at_ms', 'must be at least'],
  ['memory.recall.requested', { text: 'bell\u0007' }, 'text', 'no control characters'],
  ['memory.recall.requested', { traits: [''] }, 'traits[0]', 'must not be empty'],
  ['memory.recall.requested', { format: '' }, 'format', 'must not be empty'],
  ['model.retrain.requested', { why: '' }, 'why', 'must not be empty'],
  ['model.retrain.requested', { from_ms: at_ms }, 'from_ms', 'at most to_ms'],
  ['model.trained', { splits: [-1] }, 'rights', 'as many items as splits (1)'],
  ['model.trained', { values: [1] }, 'values', 'as many items as splits (3)'],
  ['model.trained', { values: [0, Number.NaN, 0] }, 'values[1]', 'finite'],
  ['model.trained', { splits: new Array<number>(45_001).fill(-1) }, 'splits', 'at most 45000 items'],
  ['model.trained', { roots: [] }, 'roots', 'at least 1 items'],
  ['model.trained', { rows: 901 }, 'rows', 'at most rows_known'],
  ['model.trained', { why: '' }, 'why', 'must not be empty'],
  ['model.trained', { difference_low: Number.NaN }, 'difference_low', 'finite'],
  ['model.trained', { from_ms: at_ms }, 'from_ms', 'at most to_ms'],
  [
    'ensemble.reweighted',
    { experts: [{ expert: 'dna', weight: 2, log_loss: null }] },
    'experts[0].weight',
    'from 0 to 1',
  ],
  ['ensemble.reweighted', { calibration_c: Number.NaN }, 'calibration_c', 'finite'],
  ['improvement.measured', { points: [{ ...point, gain: Number.NaN }] }, 'points[0].gain', 'finite'],
  ['cycle.requested', { at_ms: at_ms + H + 1 }, 'at_ms', 'must not be in the future'],
  ['cycle.step.requested', { at_ms: at_ms + H + 1 }, 'at_ms', 'must not be in the future'],
  ['cycle.progressed', { steps: [{ ...step, reason: '' }] }, 'steps[0].reason', 'must not be empty'],
  ['cycle.progressed', { steps: [{ ...step, count: -1 }] }, 'steps[0].count', 'whole number'],
  ['api.key.changed', { accounts: [''] }, 'accounts[0]', 'must not be empty'],
  ['api.key.changed', { secret_sha256: 'the secret itself' }, 'secret_sha256', '64 hexadecimal digits'],
  ['audit.recorded', { status: 99 }, 'status', 'from 100 to 599'],
  ['audit.recorded', { given: 'x'.repeat(8_193) }, 'given', 'at most 8192'],
];

/** Fields that share a rule: topic, a value that breaks it, words of the rule, the fields. */
const alike: readonly Alike[] = [
  ...alikeOfChoices,
  ['ad.created', '', 'must not be empty', ['account_id', 'campaign_id', 'ad_id']],
  ['ad.created', 0, 'from 1 to', ['width_px', 'height_px', 'shots', 'first_shot_ms', 'shots_in_3_s', 'shots_in_5_s']],
  ['ad.created', -1, 'from 0 to', ['brand_first_seen_ms', 'overlay_first_ms']],
  ['dna.extracted', '', 'must not be empty', ['account_id', 'ad_id', 'campaign_id', 'experiment_id']],
  ['experiment.declared', '', 'must not be empty', ['account_id', 'campaign_id']],
  ['evidence.changed', '', 'must not be empty', ['account_id', 'experiment_id', 'campaign_id', 'policy_version']],
  ['evidence.changed', -1, 'whole number', ['block_hours', 'needed_impressions']],
  ['winner.detected', '', 'must not be empty', ['account_id', 'experiment_id', 'campaign_id', 'adset_id', 'ad_id']],
  ['winner.detected', -1, 'at least 0', ['e_value', 'threshold']],
  ['winner.detected', -1, 'whole number', ['planned_experiments', 'announced_before', 'blocks']],
  ['winner.detected', Number.NaN, 'finite', ['rival_rate', 'lift_low', 'lift_high']],
  ['evidence.changed', Number.NaN, 'finite', ['lift', 'lift_low', 'lift_high']],
  ['winner.withdrawn', '', 'must not be empty', ['account_id', 'experiment_id', 'policy_version']],
  ['winner.withdrawn', -1, 'at least 0', ['e_value_announced', 'threshold']],
  ['allocation.proposed', '', 'must not be empty', ['account_id', 'policy_version']],
  ['allocation.proposed', -1, 'whole number', ['seed']],
  ['allocation.proposed', 2, 'from 0 to 1', ['floor_share']],
  ['allocation.proposed', -1, 'at least 0', ['effective_prior_impressions', 'expected_loss']],
  ['dna.formula.updated', '', 'must not be empty', ['account_id', 'policy_version']],
  ['dna.formula.updated', -1, 'whole number', ['experiments', 'ads']],
  ['winner.indexed', '', 'must not be empty', ['account_id', 'ad_id', 'experiment_id', 'embedding_model']],
  ['memory.recalled', '', 'must not be empty', ['account_id', 'ad_id', 'embedding_model']],
  ['niche.contribution', '', 'must not be empty', ['account_id', 'business_id', 'policy_version']],
  ['niche.contribution', -1, 'whole number', ['ads', 'impressions']],
  ['niche.pattern.updated', '', 'must not be empty', ['account_id', 'policy_version']],
  ['niche.pattern.updated', -1, 'whole number', ['release', 'businesses', 'needed']],
  [
    'prediction.made',
    '',
    'must not be empty',
    ['account_id', 'prediction_id', 'ad_id', 'campaign_id', 'experiment_id', 'model_id', 'policy_version'],
  ],
  ['prediction.made', 0, 'above 0 and below 1', ['rate', 'raw_rate', 'control_rate', 'baseline_rate']],
  ['prediction.made', -1, 'whole number', ['features_version', 'impressions_before', 'clicks_before']],
  ['prediction.made', 2, 'from 0 to 1', ['rate_high']],
  ['prediction.made', 0, 'must be at least', ['matures_ms']],
  ['actuals.requested', '', 'must not be empty', ['account_id', 'request_id', 'ad_id', 'prediction_id']],
  ['actuals.requested', 0, 'must be at least', ['at_ms']],
  ['actuals.returned', '', 'must not be empty', ['account_id', 'request_id', 'ad_id', 'prediction_id']],
  ['actuals.returned', 0, 'must be at least', ['to_ms', 'at_ms']],
  ['actuals.fetched', '', 'must not be empty', ['account_id', 'prediction_id', 'ad_id']],
  ['actuals.fetched', -1, 'whole number', ['revision', 'impressions']],
  ['actuals.fetched', 2, 'from 0 to 1', ['rate_high']],
  ['actuals.fetched', 0, 'above 0 and below 1', ['rate', 'raw_rate', 'control_rate', 'baseline_rate']],
  ['actuals.fetched', 0, 'must be at least', ['predicted_ms', 'known_ms']],
  ['model.retrain.requested', '', 'must not be empty', ['account_id', 'request_id', 'policy_version']],
  ['model.retrain.requested', 0, 'must be at least', ['to_ms']],
  [
    'model.trained',
    '',
    'must not be empty',
    ['account_id', 'request_id', 'model_id', 'champion_model_id', 'policy_version'],
  ],
  [
    'model.trained',
    -1,
    'whole number',
    ['features_version', 'columns', 'rows', 'rows_known', 'held_back_rows', 'held_back_ads', 'seed'],
  ],
  [
    'model.trained',
    Number.NaN,
    'finite',
    ['challenger_loss', 'champion_loss', 'baseline_loss', 'difference', 'difference_high'],
  ],
  ['model.trained', 0, 'must be at least', ['to_ms']],
  ['model.trained', 0, 'must be from', ['held_back_from_ms']],
  ['model.rollback.requested', '', 'must not be empty', ['account_id', 'request_id']],
  ['accuracy.measured', '', 'must not be empty', ['account_id', 'policy_version']],
  ['accuracy.measured', -1, 'whole number', ['days', 'ads', 'clicks']],
  [
    'accuracy.measured',
    Number.NaN,
    'finite',
    ['agreement', 'ceiling', 'accuracy', 'accuracy_low', 'accuracy_high', 'baseline_agreement', 'bias'],
  ],
  ['accuracy.drifted', '', 'must not be empty', ['account_id', 'policy_version']],
  ['accuracy.drifted', -1, 'at least 0', ['statistic', 'threshold']],
  ['ad.fatigued', '', 'must not be empty', ['account_id', 'ad_id', 'campaign_id', 'adset_id', 'policy_version']],
  ['ad.fatigued', -1, 'at least 0', ['evidence', 'threshold']],
  [
    'ad.fatigued',
    Number.NaN,
    'finite',
    [
      'change',
      'change_low',
      'change_high',
      'days_to_critical',
      'days_to_critical_low',
      'days_to_critical_high',
      'frequency',
      'like_lift',
    ],
  ],
  ['memory.index.requested', '', 'must not be empty', ['account_id', 'ad_id', 'experiment_id']],
  ['memory.recall.requested', '', 'must not be empty', ['account_id', 'ad_id', 'policy_version']],
  ['ensemble.reweighted', '', 'must not be empty', ['account_id', 'prediction_id']],
  ['ensemble.reweighted', -1, 'at least 0', ['actuals', 'stretch', 'calibration_a', 'calibration_b']],
  ['improvement.measured', '', 'must not be empty', ['account_id', 'policy_version']],
  ['improvement.measured', -1, 'whole number', ['days', 'ads']],
  [
    'improvement.measured',
    Number.NaN,
    'finite',
    ['gain', 'gain_low', 'gain_high', 'live_loss', 'control_loss', 'baseline_loss'],
  ],
  ...['cycle.requested', 'cycle.step.requested', 'cycle.step.finished', 'cycle.progressed'].map(
    (topic) => [topic, '', 'must not be empty', ['account_id', 'cycle_id']] as const,
  ),
  ['cycle.progressed', 0, 'must be at least', ['started_ms']],
  ['api.key.changed', '', 'must not be empty', ['key_id', 'name', 'changed_by']],
  ['api.key.changed', 0, 'must be from', ['expires_ms', 'revoked_ms']],
  ['api.key.changed', 0, 'must be at least', ['created_ms']],
  ['audit.recorded', '', 'must not be empty', ['account_id', 'request_id', 'command_id']],
  ['audit.recorded', ' ', 'must not be empty', ['principal', 'role', 'operation', 'code']],
  ...[
    'dna.formula.updated',
    'winner.indexed',
    'memory.recalled',
    'niche.contribution',
    'niche.pattern.updated',
    'prediction.made',
    'actuals.fetched',
    'ad.fatigued',
    'memory.index.requested',
    'memory.recall.requested',
    'accuracy.measured',
    'accuracy.drifted',
    'model.retrain.requested',
    'model.trained',
    'model.rollback.requested',
    'ensemble.reweighted',
    'improvement.measured',
    'cycle.requested',
    'cycle.step.requested',
    'cycle.step.finished',
    'cycle.progressed',
    'audit.recorded',
  ].map((topic) => [topic, 0, 'must be at least', ['at_ms']] as const),
];
const allBreaks = [
  ...[...breaks, ...moneyBreaks, ...alertBreaks],
  ...[...alike, ...moneyAlike, ...alertAlike].flatMap(([topic, value, words, fields]) =>
    fields.map((field) => [topic, { [field]: value }, field, words] as const),
  ),
];

/** Fields whose every value is sound once it is decoded: an enum's symbols, true and false. */
const soundByType = (node: SchemaNode): boolean =>
  node.kind === 'optional' ? soundByType(node.of) : node.kind === 'enum' || node.kind === 'boolean';

describe('field rules', () => {
  it.each(allBreaks)('%s with %j is refused at %s', (topic, change, field, words) => {
    const bytes = codec.encode(topic, { ...exampleOf(topic), ...change });
    const outcome = codec.decode(topic, bytes, at_ms);
    if (outcome.ok) throw new Error('it was taken');
    expect({ stage: outcome.stage, code: outcome.code, field: outcome.field }).toEqual({
      stage: 'check',
      code: 'check.rule',
      field,
    });
    expect(outcome.message).toContain(`${field} is `);
    expect(outcome.message).toContain(words);
    expect(outcome.message).toMatch(/; \S/);
  });

  const ruled = topics.filter(({ name }) => name !== 'dead.letter');
  it.each(ruled.map(({ name }) => name))('every field of %s has a rule that is shown to be broken', (name) => {
    const shown = new Set(allBreaks.filter(([topic]) => topic === name).map(([, , field]) => field.split(/[.[]/)[0]));
    const { fields } = parseSchema(schemaFile(name, newestVersion(name)));
    const unshown = fields.filter((field) => !soundByType(field.node) && !shown.has(field.name));
    expect(unshown.map((field) => field.name)).toEqual([]);
  });

  it('totals of a window that still runs are taken', () => {
    const start = Date.UTC(2025, 5, 1);
    const running = { window_start_ms: start, window_end_ms: start + 24 * H, as_of_ms: start + 3 * H };
    const bytes = codec.encode('ad.metrics', { ...exampleOf('ad.metrics'), ...running });
    expect(codec.decode('ad.metrics', bytes, start + 3 * H).ok).toBe(true);
  });

  it('a clock that is an hour ahead is forgiven, one of a millisecond more is not', () => {
    const bytes = (as_of_ms: number): Uint8Array =>
      codec.encode('ad.metrics', { ...exampleOf('ad.metrics'), as_of_ms });
    expect(codec.decode('ad.metrics', bytes(at_ms + H), at_ms).ok).toBe(true);
    expect(codec.decode('ad.metrics', bytes(at_ms + H + 1), at_ms).ok).toBe(false);
  });

  it('days of a time zone half an hour off, and the 25 hours of a day that clocks go back, are windows', () => {
    const start = Date.UTC(2025, 2, 3, 18, 30);
    for (const hours of [23, 24, 25]) {
      const change = { window_start_ms: start, window_end_ms: start + hours * H, as_of_ms: start + 26 * H };
      const bytes = codec.encode('ad.metrics', { ...exampleOf('ad.metrics'), ...change });
      expect(codec.decode('ad.metrics', bytes, at_ms)).toMatchObject({ ok: true });
    }
  });
});
