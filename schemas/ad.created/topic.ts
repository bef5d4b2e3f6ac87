import { topic } from '../../topology/topic.ts';
import type { AdCreated, CreativeTag } from '../generated/types.ts';
import { madeFromAnother } from './made-from.ts';
import {
  all,
  between,
  clock_skew_ms,
  each,
  ids,
  languageCode,
  notAfterLog,
  notWithOthers,
  optionalBetween,
  optionalId,
  taxonomyWord,
  text,
  times,
} from '../rules/index.ts';
import { hour_ms } from '../values.ts';

const longest_video_ms = 24 * hour_ms;
const inMilliseconds = 'give milliseconds: 15 seconds are 15000; null where it is not known';
const notKnown = 'give null where it is not known';

export const adCreated = topic<AdCreated>()({
  name: 'ad.created',
  partitionKey: 'account_id',
  version: 3,
  retention: { keep_ms: 'forever', compactBy: ['ad_id'] },
  description: 'An ad exists, or its description changed.',
  writtenBy: 'the ad platform',
  check: all<AdCreated>(
    ids('account_id', 'campaign_id', 'adset_id', 'ad_id'),
    optionalId('experiment_id'),
    text('name', 1, 512),
    text('headline', 0, 10_000),
    text('primary_text', 0, 10_000),
    text('call_to_action', 1, 64),
    text('call_to_action_text', 1, 512),
    languageCode('language'),
    optionalBetween('width_px', 1, 100_000, notKnown),
    optionalBetween('height_px', 1, 100_000, notKnown),
    optionalBetween('duration_ms', 1, longest_video_ms, inMilliseconds),
    optionalBetween('shots', 1, 100_000, notKnown),
    optionalBetween('first_shot_ms', 1, longest_video_ms, inMilliseconds),
    optionalBetween('shots_in_3_s', 1, 1_000, notKnown),
    optionalBetween('shots_in_5_s', 1, 1_000, notKnown),
    optionalBetween('brand_first_seen_ms', 0, longest_video_ms, inMilliseconds),
    text('transcript', 0, 100_000),
    notWithOthers('audio', 'none'),
    notWithOthers('people', 'none'),
    text('overlay_text', 0, 10_000),
    optionalBetween('overlay_first_ms', 0, longest_video_ms, inMilliseconds),
    each(
      'tags',
      all<CreativeTag>(
        taxonomyWord('trait'),
        taxonomyWord('value'),
        between('confidence', 0, 1, 'give a fraction: 90 % sure is 0.9'),
      ),
    ),
    madeFromAnother,
    times('created_ms'),
    notAfterLog(clock_skew_ms, 'created_ms'),
  ),
});
