import { topic } from '../../topology/topic.ts';
import type { VariationDecided } from '../generated/types.ts';
import { days } from '../values.ts';
import { all, ids, optionalId, text, times } from '../rules/index.ts';

export const variationDecided = topic<VariationDecided>()({
  name: 'variation.decided',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'A person approves, skips or moves a proposed variation.',
  writtenBy: 'the operator',
  check: all<VariationDecided>(
    ids('account_id', 'variation_id'),
    optionalId('before_variation_id'),
    text('decided_by', 1, 200),
    text('reason', 1, 1_000),
    times('at_ms'),
  ),
});
