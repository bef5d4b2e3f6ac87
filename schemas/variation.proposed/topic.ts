import { topic } from '../../topology/topic.ts';
import type { VariationProposed } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  type Rule,
  all,
  atMost,
  broken,
  counts,
  finite,
  hash128,
  ids,
  notNegative,
  taxonomyWord,
  text,
  times,
} from '../rules/index.ts';

const changesSomething: Rule<Pick<VariationProposed, 'from' | 'to'>> = ({ from, to }) =>
  from === to ? broken('to', to, 'must differ from `from`', 'name the value to leave, to take, or both') : undefined;

export const variationProposed = topic<VariationProposed>()({
  name: 'variation.proposed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'A winner with one trait changed, to be made and tested; nothing is published by it.',
  check: all<VariationProposed>(
    ids('account_id', 'variation_id', 'experiment_id', 'ad_id', 'policy_version'),
    hash128('fingerprint'),
    taxonomyWord('trait'),
    taxonomyWord('from'),
    taxonomyWord('to'),
    changesSomething,
    finite('effect', 'low', 'high', 'score', 'priority', 'winner_lift'),
    atMost('low', 'high', 'the interval runs from low to high'),
    notNegative('information'),
    counts('experiments'),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
