import { topic } from '../../topology/topic.ts';
import { madeFromAnother } from '../ad.created/made-from.ts';
import type { DnaExtracted, DnaTrait } from '../generated/types.ts';
import {
  all,
  atLeastItems,
  between,
  each,
  hash128,
  ids,
  optionalId,
  rates,
  taxonomyWord,
  times,
  unique,
} from '../rules/index.ts';

export const dnaExtracted = topic<DnaExtracted>()({
  name: 'dna.extracted',
  partitionKey: 'account_id',
  version: 2,
  retention: { keep_ms: 'forever', compactBy: ['ad_id'] },
  description: 'What a creative is made of, by the closed taxonomy.',
  check: all<DnaExtracted>(
    ids('account_id', 'ad_id', 'campaign_id'),
    optionalId('experiment_id'),
    hash128('fingerprint'),
    between('extractor_version', 1, 1_000_000, 'give the version of the rules that extracted it'),
    atLeastItems('traits', 1, 'give every trait of the taxonomy, unknown where nothing is known'),
    each('traits', all<DnaTrait>(taxonomyWord('trait'), taxonomyWord('value'), rates('confidence'))),
    unique(
      'traits',
      '.value',
      ({ trait, value }: DnaTrait) => `${trait}=${value}`,
      'give each value of a trait once, with its highest confidence',
    ),
    madeFromAnother,
    times('at_ms'),
  ),
});
