import { topic } from '../../topology/topic.ts';
import type { EvidenceChanged } from '../generated/types.ts';
import { days } from '../values.ts';

export const evidenceChanged = topic<EvidenceChanged>()({
  name: 'evidence.changed',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(365), compact: false },
  description: "What an experiment's data say so far.",
  check: () => undefined,
});
