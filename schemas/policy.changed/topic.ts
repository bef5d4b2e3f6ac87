import { topic } from '../../topology/topic.ts';
import type { PolicyChanged } from '../generated/types.ts';

export const policyChanged = topic<PolicyChanged>()({
  name: 'policy.changed',
  partitionKey: null,
  version: 1,
  retention: { keep_ms: 'forever', compact: false },
  description: 'A policy document came into force.',
  check: () => undefined,
});
