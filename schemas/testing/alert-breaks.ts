/** Values that break the rules of events about alerts and of messages to people. */
import type { Alike, Break } from './breaks-of-choices.ts';

const empty = 'must not be empty';
const early = 'must be at least';
const whole = 'whole number';
const undecided = {
  ...{ experiment_id: 'e', status: 'collecting', needs_impressions: 0, days_left: null, reason: 'r' },
  at_ms: 1_741_086_360_000,
};

export const alertBreaks: readonly Break[] = [
  ['alert.raised', { window_hours: 0 }, 'window_hours', 'must be from'],
  ['alert.command', { reason: 'bell\u0007' }, 'reason', 'no control characters'],
  ['notification.requested', { items: [{ alert_id: null, text: '', path: null }] }, 'items[0].text', empty],
  ['notification.requested', { items: [{ alert_id: '', text: 'a', path: null }] }, 'items[0].alert_id', empty],
  ['notification.requested', { items: [{ alert_id: null, text: 'a', path: '' }] }, 'items[0].path', empty],
  [
    'notification.requested',
    { items: Array.from({ length: 51 }, () => ({ alert_id: null, text: 'a', path: null })) },
    'items',
    'at most 50 items',
  ],
  ['notification.requested', { more: -1 }, 'more', 'whole number'],
  ['notification.requested', { facts: [{ name: '', value: '1' }] }, 'facts[0].name', empty],
  ['digest.made', { currency: 'EURO' }, 'currency', 'ISO 4217'],
  ['digest.made', { decided: [{ what: 'winner', count: -1 }] }, 'decided[0].count', 'whole number'],
  ['digest.made', { not_done: [{ what: 'a', code: '', reason: 'b', count: 1 }] }, 'not_done[0].code', empty],
  [
    'digest.made',
    {
      winners: [{ ad_id: '', ad_name: null, experiment_id: 'e', lift: 0, low: 0, high: 0, provenance: 'live' }],
    },
    'winners[0].ad_id',
    empty,
  ],
  [
    'digest.made',
    { accuracy: [{ stage: 'cold', status: 'good', accuracy: Number.NaN, low: null, high: null, ads: 1 }] },
    'accuracy[0].accuracy',
    'finite',
  ],
  ['digest.made', { undecided: [{ ...undecided, experiment_id: '' }] }, 'undecided[0].experiment_id', empty],
  ['digest.made', { undecided: [{ ...undecided, status: '' }] }, 'undecided[0].status', empty],
  ['digest.made', { undecided: [{ ...undecided, needs_impressions: -1 }] }, 'undecided[0].needs_impressions', whole],
  ['digest.made', { undecided: [{ ...undecided, days_left: -1 }] }, 'undecided[0].days_left', 'must be from 0'],
  ['digest.made', { undecided: [{ ...undecided, reason: '' }] }, 'undecided[0].reason', empty],
  ['digest.made', { undecided: [{ ...undecided, at_ms: 0 }] }, 'undecided[0].at_ms', early],
];

export const alertAlike: readonly Alike[] = [
  ['alert.raised', '', empty, ['account_id', 'alert_id', 'rule_id', 'metric', 'entity_id', 'policy_version']],
  ['alert.raised', '', empty, ['entity_name', 'reason']],
  ['alert.raised', Number.NaN, 'finite', ['value', 'low', 'high', 'threshold', 'exposure']],
  ['alert.resolved', '', empty, ['account_id', 'alert_id', 'rule_id', 'entity_id', 'policy_version', 'by', 'reason']],
  ['alert.resolved', 0, early, ['raised_ms']],
  ['alert.command', '', empty, ['account_id', 'command_id', 'alert_id', 'notification_id', 'channel', 'actor']],
  [
    'notification.requested',
    '',
    empty,
    ['account_id', 'notification_id', 'rule_id', 'title', 'path', 'policy_version'],
  ],
  ['notification.settled', '', empty, ['account_id', 'notification_id', 'message']],
  ['digest.made', '', empty, ['account_id', 'time_zone', 'reason', 'policy_version']],
  ['digest.made', 0, early, ['from_ms', 'to_ms']],
  [
    'digest.made',
    -1,
    'whole number',
    [
      'impressions',
      'link_clicks',
      'spend_minor',
      'conversions',
      'conversion_value_minor',
      'undecided_total',
      'alerts_raised',
      'alerts_open',
    ],
  ],
  ['group.observed', '', empty, ['account_id', 'group', 'state', 'reason']],
  ['group.observed', -1, 'whole number', ['lag', 'limit']],
  ...[
    'alert.raised',
    'alert.resolved',
    'alert.command',
    'notification.requested',
    'notification.settled',
    'digest.made',
    'group.observed',
  ].map((topic) => [topic, 0, early, ['at_ms']] as const),
];
