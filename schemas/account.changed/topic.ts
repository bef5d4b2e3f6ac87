import { topic } from '../../topology/topic.ts';
import type { AccountChanged } from '../generated/types.ts';
import { all, clock_skew_ms, ids, notAfterLog, optionalNiche, times } from '../rules/index.ts';

export const accountChanged = topic<AccountChanged>()({
  name: 'account.changed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: ['account_id'] },
  description: 'Who an ad account belongs to, and whether it learns with others.',
  writtenBy: 'the operator',
  check: all<AccountChanged>(
    ids('account_id', 'business_id'),
    optionalNiche('niche'),
    times('changed_ms'),
    notAfterLog(clock_skew_ms, 'changed_ms'),
  ),
});
