import { topic } from '../../topology/topic.ts';
import type { ModelTrained } from '../generated/types.ts';
import {
  all,
  atLeastItems,
  atMost,
  atMostItems,
  counts,
  eachFinite,
  earliest_ms,
  ids,
  optionalBetween,
  optionalFinite,
  optionalId,
  sameLength,
  text,
  times,
  when,
} from '../rules/index.ts';

/** Nodes of all trees: about 600 kB, well below what a record may have. */
const most_nodes = 45_000;

/** What a model was told from: only where there was something to compare are there losses. */
const compared = all<ModelTrained>(
  optionalFinite('challenger_loss', 'champion_loss', 'baseline_loss'),
  optionalFinite('difference', 'difference_low', 'difference_high'),
  optionalBetween('held_back_from_ms', earliest_ms, Number.MAX_SAFE_INTEGER, 'give UTC epoch milliseconds'),
);

/** The trees themselves; that they are trees is asked where they are evaluated. */
const lists = all<ModelTrained>(
  atMostItems('splits', most_nodes, 'grow fewer or smaller trees'),
  sameLength('rights', 'splits'),
  sameLength('values', 'splits'),
  eachFinite('values'),
);

export const modelTrained = topic<ModelTrained>()({
  name: 'model.trained',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'What came of training a model, and the model.',
  check: all<ModelTrained>(
    ids('account_id', 'request_id', 'model_id', 'policy_version'),
    optionalId('champion_model_id'),
    text('why', 1, 10_000),
    counts('features_version', 'columns', 'rows', 'rows_known', 'held_back_rows', 'held_back_ads', 'seed'),
    atMost('rows', 'rows_known', 'it learns from what is known'),
    lists,
    compared,
    times('from_ms', 'to_ms', 'at_ms'),
    atMost('from_ms', 'to_ms', 'the data begin before they end'),
    when(({ status }) => status === 'trained', atLeastItems('roots', 1, 'a model has trees')),
  ),
});
