import { topic } from '../../topology/topic.ts';
import type { PromotionEarned, PromotionMeasured } from '../generated/types.ts';
import { all, atMost, counts, each, finite, ids, optionalFinite, text, times } from '../rules/index.ts';

export const promotionMeasured = topic<PromotionMeasured>()({
  name: 'promotion.measured',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'What promotions of winners earn, against winners held out at random; or what is missing to say so.',
  check: all<PromotionMeasured>(
    ids('account_id', 'policy_version'),
    text('missing', 1, 10_000),
    counts('promoted', 'applied', 'held_out', 'waiting', 'not_delivered'),
    atMost('applied', 'promoted', 'only winners that were drawn to be promoted are'),
    optionalFinite('results_effect', 'results_low', 'results_high', 'spend_effect', 'spend_low', 'spend_high'),
    optionalFinite('efficiency_effect', 'efficiency_low', 'efficiency_high', 'before_after'),
    optionalFinite('spent_minor', 'spent_low_minor', 'spent_high_minor'),
    each(
      'earned',
      all<PromotionEarned>(
        finite('after', 'earned', 'low', 'high'),
        atMost('low', 'high', 'the interval runs from low to high'),
      ),
    ),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
