import { topic } from '../../topology/topic.ts';
import type { AdMetrics } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  type Rule,
  all,
  atMost,
  broken,
  clock_skew_ms,
  counts,
  currency,
  ids,
  notAfterLog,
  notBefore,
  optionalId,
  times,
  when,
  window,
} from '../rules/index.ts';

const reach: Rule<Pick<AdMetrics, 'reach'>> = (value) =>
  value.reach === null || value.reach >= 0
    ? undefined
    : broken('reach', value.reach, 'must be at least 0', 'give null where the platform does not say');

const noValue: Rule<AdMetrics> = (value) =>
  value.conversion_value_minor === 0
    ? undefined
    : broken(
        'conversion_value_minor',
        value.conversion_value_minor,
        'must be 0 where conversions are 0',
        'send the conversions that earned it',
      );

/** Dimensions a breakdown may have, and the length of their names and values. */
const dimensions_limit = 8;
const dimension_length = 64;

const breakdown: Rule<Pick<AdMetrics, 'context'>> = ({ context }) => {
  let dimensions = 0;
  for (const name in context) {
    const length = context[name]?.length ?? 0;
    if (name.length === 0 || name.length > dimension_length || length === 0 || length > dimension_length)
      return broken(
        `context.${name}`,
        context[name],
        `must have a name and a value of 1 to ${dimension_length} characters`,
        'leave out what the breakdown does not limit',
      );
    if (++dimensions > dimensions_limit)
      return broken(
        'context',
        context,
        `must have at most ${dimensions_limit} dimensions`,
        'send totals of fewer breakdowns at once',
      );
  }
  return undefined;
};

export const adMetrics = topic<AdMetrics>()({
  name: 'ad.metrics',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  restates: { of: ['ad_id', 'window_start_ms', 'window_end_ms', 'context'], by: 'as_of_ms' },
  description: 'Totals of one ad in one window as of a time; a later snapshot of the window replaces it.',
  writtenBy: 'the ad platform',
  check: all<AdMetrics>(
    ids('account_id', 'campaign_id', 'adset_id', 'ad_id'),
    optionalId('experiment_id'),
    times('window_start_ms', 'window_end_ms', 'as_of_ms'),
    window('window_start_ms', 'window_end_ms'),
    notBefore('as_of_ms', 'window_start_ms', 'totals cannot be known before their window begins'),
    notAfterLog(clock_skew_ms, 'window_start_ms', 'as_of_ms'),
    counts('impressions', 'clicks', 'link_clicks', 'spend_minor', 'conversions', 'conversion_value_minor'),
    atMost('clicks', 'impressions', 'send clicks and impressions of the same window and breakdown'),
    atMost('link_clicks', 'clicks', 'clicks are all clicks, those on the link included'),
    reach,
    atMost(
      'reach',
      'impressions',
      'reach counts people, each of whom saw the ad at least once; null where it is not known',
    ),
    currency('currency'),
    when(({ conversions }: AdMetrics) => conversions === 0, noValue),
    breakdown,
  ),
});
