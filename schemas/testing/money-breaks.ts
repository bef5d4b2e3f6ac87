/** How events about budgets can break their rules. */
import { exampleOf } from '../examples.ts';

type Fields = { readonly [field: string]: unknown };

/** The example's list with its first item changed. */
const first = (topic: string, list: string, change: Fields): Fields => {
  const found = exampleOf(topic)[list];
  if (!Array.isArray(found)) throw new Error(`${topic} has no ${list}`);
  return { [list]: found.map((item: Fields, i) => (i === 0 ? { ...item, ...change } : item)) };
};

/** Topic, what is changed in its example, the field that must be named, words of the rule. */
export const moneyBreaks: readonly (readonly [string, Fields, string, string])[] = [
  ['ad.fatigued', { cost_per_click_minor: -1 }, 'cost_per_click_minor', 'must be from 0'],
  ['ad.fatigued', { cost_change: Number.NaN }, 'cost_change', 'finite'],
  ['ad.fatigued', { currency: 'eur' }, 'currency', 'did you mean EUR?'],
  ['budget.change.requested', { impressions: -1 }, 'impressions', 'whole number'],
  [
    'budget.change.progressed',
    first('budget.change.progressed', 'legs', { id: '' }),
    'legs[0].id',
    'must not be empty',
  ],
  [
    'budget.change.progressed',
    first('budget.change.progressed', 'legs', { to_minor: -1 }),
    'legs[0].to_minor',
    'whole number',
  ],
  ['budget.change.progressed', { affected_ad_ids: [''] }, 'affected_ad_ids[0]', 'must not be empty'],
  ['budget.change.progressed', { currency: 'usd' }, 'currency', 'ISO 4217'],
  ['budget.change.progressed', { waits_until_ms: 0 }, 'waits_until_ms', 'must be from'],
  ['budget.call.requested', { subjects: [] }, 'subjects', 'at least 1 items'],
  ['budget.call.requested', { subjects: [{ level: 'ad', id: '' }] }, 'subjects[0].id', 'must not be empty'],
  ['budget.call.returned', { code: 'x'.repeat(65) }, 'code', 'at most 64'],
  ['budget.call.returned', { message: 'x'.repeat(2_001) }, 'message', 'at most 2000'],
  ['budget.call.returned', first('budget.call.returned', 'reads', { currency: 'x' }), 'reads[0].currency', 'ISO 4217'],
  ['budget.pool.requested', { currency: 'euro' }, 'currency', 'ISO 4217'],
  ['budget.pool.requested', { total_minor: -1 }, 'total_minor', 'whole number'],
  ['budget.pool.requested', { parts: [{ pool: 'sale', minor: -1 }] }, 'parts[0].minor', 'whole number'],
  ['proposal.made', { hours: [3, 24] }, 'hours', 'from 0 to 23'],
  ['proposal.made', { hours: [3, 3] }, 'hours', 'each once'],
  ['proposal.made', { daily_minor: -1 }, 'daily_minor', 'whole number'],
  ['proposal.made', { currency: 'x' }, 'currency', 'ISO 4217'],
  ['proposal.made', first('proposal.made', 'checks', { words: '' }), 'checks[0].words', 'must not be empty'],
  ['budget.pool.requested', { reason: 'x'.repeat(10_001) }, 'reason', 'at most 10000'],
  ['operator.command', { since_ms: 0 }, 'since_ms', 'must be from'],
  ['operator.command', { reason: 'x'.repeat(10_001) }, 'reason', 'at most 10000'],
  ['operator.halt', { reason: 'x'.repeat(10_001) }, 'reason', 'at most 10000'],
  ['account.health.changed', { currency: 'x' }, 'currency', 'ISO 4217'],
];

const empty = 'must not be empty';
const early = 'must be at least';

/** Fields that share a rule: topic, a value that breaks it, words of the rule, the fields. */
export const moneyAlike: readonly (readonly [string, unknown, string, readonly string[]])[] = [
  [
    'budget.change.requested',
    '',
    empty,
    ['account_id', 'request_id', 'experiment_id', 'campaign_id', 'adset_id', 'ad_id', 'reason', 'policy_version'],
  ],
  ['budget.change.requested', Infinity, 'finite', ['lift_low', 'lift_high']],
  [
    'budget.change.progressed',
    '',
    empty,
    [
      ...['account_id', 'change_id', 'code', 'reason', 'actor', 'request_id', 'experiment_id', 'campaign_id', 'undoes'],
      'policy_version',
    ],
  ],
  ['budget.change.progressed', -1, 'whole number', ['account_after_minor', 'worst_case_minor']],
  ['budget.call.requested', '', empty, ['account_id', 'call_id', 'change_id']],
  ['budget.call.requested', -1, 'whole number', ['expected_minor', 'to_minor', 'account_limit_minor']],
  ['budget.call.requested', 0, early, ['valid_until_ms']],
  ['budget.call.returned', '', empty, ['account_id', 'call_id', 'change_id']],
  ['budget.pool.requested', '', empty, ['pool_id', 'account_id', 'call_id', 'actor']],
  ['budget.pool.answered', '', empty, ['account_id', 'call_id', 'code', 'reason', 'policy_version']],
  ['operator.command', '', empty, ['account_id', 'command_id', 'change_id', 'actor']],
  ['operator.halt', '', empty, ['command_id', 'actor']],
  [
    'proposal.made',
    '',
    empty,
    ['account_id', 'proposal_id', 'campaign_id', 'experiment_id', 'ad_id', 'reason', 'policy_version'],
  ],
  ['account.health.changed', '', empty, ['account_id', 'reason', 'policy_version']],
  ['account.health.changed', 0, early, ['newest_ms']],
  [
    'account.health.changed',
    -1,
    'whole number',
    [
      ...['clicks_day', 'conversions_day', 'clicks_week', 'conversions_week'],
      ...['spend_week_minor', 'value_week_minor', 'spend_month_minor'],
    ],
  ],
  ...[
    'budget.change.requested',
    'budget.change.progressed',
    'budget.call.requested',
    'budget.call.returned',
    'budget.pool.requested',
    'budget.pool.answered',
    'operator.command',
    'operator.halt',
    'account.health.changed',
    'proposal.made',
  ].map((topic) => [topic, 0, early, ['at_ms']] as const),
];
