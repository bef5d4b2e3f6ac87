import { topic } from '../../topology/topic.ts';
import type { AdCreated } from '../generated/types.ts';

export const adCreated = topic<AdCreated>()({
  name: 'ad.created',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compact: true },
  description: 'An ad exists, or its description changed.',
  check: () => undefined,
});
