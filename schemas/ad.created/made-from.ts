/** The rules of what an ad was made from, for the topics that say it. */
import type { MadeFrom } from '../generated/types.ts';
import { all, atMostItems, broken, each, ids, optionalId, taxonomyWord, type Rule } from '../rules/index.ts';

interface Made {
  readonly ad_id: string;
  readonly made_from: readonly MadeFrom[];
}

const another: Rule<Made> = ({ ad_id, made_from }) =>
  made_from[0]?.ad_id === ad_id
    ? broken('made_from[0].ad_id', ad_id, 'must be another ad', 'give the ad that was there before it')
    : undefined;

export const madeFromAnother: Rule<Made> = all<Made>(
  atMostItems('made_from', 1, 'give the ad of which one trait was changed'),
  each(
    'made_from',
    all<MadeFrom>(
      ids('ad_id'),
      taxonomyWord('trait'),
      taxonomyWord('from'),
      taxonomyWord('to'),
      optionalId('decision_id'),
    ),
  ),
  another,
);
