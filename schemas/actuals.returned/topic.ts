import { topic } from '../../topology/topic.ts';
import type { ActualsReturned, ActualsWindow } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, atMost, counts, each, ids, optionalId, text, times, unique, window } from '../rules/index.ts';

export const actualsReturned = topic<ActualsReturned>()({
  name: 'actuals.returned',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'What the ad platform says an ad got, or why it does not say.',
  check: all<ActualsReturned>(
    ids('account_id', 'request_id', 'ad_id'),
    optionalId('prediction_id'),
    times('from_ms', 'to_ms', 'at_ms'),
    atMost('from_ms', 'to_ms', 'the hours begin before they end'),
    each(
      'windows',
      all<ActualsWindow>(
        times('window_start_ms', 'window_end_ms', 'as_of_ms'),
        window('window_start_ms', 'window_end_ms'),
        counts('impressions', 'link_clicks'),
        atMost('link_clicks', 'impressions', 'an impression is clicked once'),
      ),
    ),
    unique(
      'windows',
      '.window_start_ms',
      ({ window_start_ms }: ActualsWindow) => String(window_start_ms),
      'give the totals of a window once',
    ),
    text('error', 1, 10_000),
  ),
});
