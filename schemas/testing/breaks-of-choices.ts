/** Values that break the rules of events in which people choose and are told what came of it; variations, and the versions of policies. */

export type Fields = { readonly [field: string]: unknown };
/** Topic, fields of its example to replace, the field that is refused, words of the rule. */
export type Break = readonly [string, Fields, string, string];
/** Topic, a value, words of the rule, the fields that it breaks. */
export type Alike = readonly [string, unknown, string, readonly string[]];

const earned = { results: 'conversions', after: 10, earned: 2, low: 1, high: 3 };

export const breaksOfChoices: readonly Break[] = [
  ['model.rollback.requested', { reason: '' }, 'reason', 'must not be empty'],
  ['model.rollback.requested', { to_model_id: '' }, 'to_model_id', 'must not be empty'],
  ['cycle.requested', { accuracy_threshold: 80 }, 'accuracy_threshold', 'from 0 to 1'],
  ['cycle.step.requested', { accuracy_threshold: 80 }, 'accuracy_threshold', 'from 0 to 1'],
  ['cycle.step.finished', { reason: '' }, 'reason', 'must not be empty'],
  ['cycle.step.finished', { count: -1 }, 'count', 'whole number'],
  ['cycle.progressed', { running_cycle_id: '' }, 'running_cycle_id', 'must not be empty'],
  ['cycle.progressed', { ended_ms: 0 }, 'ended_ms', 'must be from'],
  ['policy.changed', { version: '' }, 'version', 'must not be empty'],
  ['policy.changed', { activated_by: '' }, 'activated_by', 'must not be empty'],
  ['policy.changed', { reason: 'bell\u0007' }, 'reason', 'no control characters'],
  ['policy.proposed', { document: '[1]' }, 'document', 'JSON object'],
  ['policy.proposed', { proposed_ms: 0 }, 'proposed_ms', 'must be at least'],
  ['policy.changed', { document: '[1]' }, 'document', 'JSON object'],
  ['policy.changed', { document: '{' }, 'document', 'JSON object'],
  ['policy.changed', { activated_ms: 0 }, 'activated_ms', 'must be at least'],
  ['variation.proposed', { fingerprint: 'x' }, 'fingerprint', '32 hexadecimal digits'],
  ['variation.proposed', { trait: 'Hook' }, 'trait', 'lower-case'],
  ['variation.proposed', { from: 'A story' }, 'from', 'lower-case'],
  ['variation.proposed', { to: '' }, 'to', 'lower-case'],
  ['variation.proposed', { from: 'question' }, 'to', 'must differ'],
  ['variation.proposed', { low: 0.5 }, 'low', 'at most high'],
  ['variation.proposed', { information: -1 }, 'information', 'at least 0'],
  ['variation.proposed', { experiments: -1 }, 'experiments', 'whole number'],
  ['variation.proposed', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['variation.decided', { at_ms: 0 }, 'at_ms', 'must be at least'],
  ['promotion.measured', { missing: '' }, 'missing', 'must not be empty'],
  ['promotion.measured', { applied: 28 }, 'applied', 'at most promoted'],
  ['promotion.measured', { earned: [{ ...earned, after: Number.NaN }] }, 'earned[0].after', 'finite'],
  ['promotion.measured', { earned: [{ ...earned, earned: Number.NaN }] }, 'earned[0].earned', 'finite'],
  ['promotion.measured', { earned: [{ ...earned, low: 9 }] }, 'earned[0].low', 'at most high'],
  ['promotion.measured', { earned: [{ ...earned, high: Number.NaN }] }, 'earned[0].high', 'finite'],
  ['promotion.measured', { at_ms: 0 }, 'at_ms', 'must be at least'],
];

export const alikeOfChoices: readonly Alike[] = [
  ['promotion.measured', '', 'must not be empty', ['account_id', 'reason', 'policy_version']],
  ['promotion.measured', -1, 'whole number', ['promoted', 'held_out', 'waiting', 'not_delivered']],
  [
    'promotion.measured',
    Number.NaN,
    'finite',
    [
      ...['results_effect', 'results_low', 'results_high', 'spend_effect', 'spend_low', 'spend_high'],
      ...['efficiency_effect', 'efficiency_low', 'efficiency_high', 'before_after'],
      ...['spent_minor', 'spent_low_minor', 'spent_high_minor'],
    ],
  ],
  [
    'variation.proposed',
    '',
    'must not be empty',
    ['account_id', 'variation_id', 'experiment_id', 'ad_id', 'reason', 'policy_version'],
  ],
  ['variation.proposed', Number.NaN, 'finite', ['effect', 'high', 'score', 'priority', 'winner_lift']],
  [
    'variation.decided',
    '',
    'must not be empty',
    ['account_id', 'variation_id', 'before_variation_id', 'decided_by', 'reason'],
  ],
  ['memory.index.requested', '', 'must not be empty', ['policy_version']],
  ['ensemble.reweighted', '', 'must not be empty', ['policy_version']],
  ['actuals.requested', '', 'must not be empty', ['policy_version']],
  ['policy.proposed', '', 'must not be empty', ['version', 'based_on', 'proposed_by', 'reason']],
];
