import { topic } from '../../topology/topic.ts';
import type {
  DigestAccuracy,
  DigestCount,
  DigestMade,
  DigestNotDone,
  DigestUndecided,
  DigestWinner,
} from '../generated/types.ts';
import {
  all,
  counts,
  each,
  finite,
  ids,
  optionalBetween,
  optionalCurrency,
  optionalFinite,
  text,
  times,
} from '../rules/index.ts';
import { days } from '../values.ts';

export const digestMade = topic<DigestMade>()({
  name: 'digest.made',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: days(400), compactBy: [] },
  description: 'What was decided of an account in a day or a week, what was not, and why.',
  check: all<DigestMade>(
    ids('account_id', 'time_zone', 'policy_version'),
    times('from_ms', 'to_ms', 'at_ms'),
    counts('impressions', 'link_clicks', 'spend_minor', 'conversions', 'conversion_value_minor'),
    optionalCurrency('currency'),
    each('decided', all<DigestCount>(text('what', 1, 128), counts('count'))),
    each(
      'not_done',
      all<DigestNotDone>(text('what', 1, 128), text('code', 1, 128), text('reason', 1, 10_000), counts('count')),
    ),
    each('winners', all<DigestWinner>(ids('ad_id', 'experiment_id'), finite('lift', 'low', 'high'))),
    each('accuracy', all<DigestAccuracy>(optionalFinite('accuracy', 'low', 'high'), counts('ads'))),
    each(
      'undecided',
      all<DigestUndecided>(
        ids('experiment_id'),
        text('status', 1, 128),
        counts('needs_impressions'),
        optionalBetween('days_left', 0, Number.MAX_SAFE_INTEGER, 'give days; null where that is not known'),
        text('reason', 1, 10_000),
        times('at_ms'),
      ),
    ),
    counts('undecided_total', 'alerts_raised', 'alerts_open'),
    text('reason', 1, 10_000),
  ),
});
