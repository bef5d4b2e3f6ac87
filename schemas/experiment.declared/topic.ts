import { topic } from '../../topology/topic.ts';
import type { ExperimentDeclared } from '../generated/types.ts';

export const experimentDeclared = topic<ExperimentDeclared>()({
  name: 'experiment.declared',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compact: true },
  description: 'Which ads are compared, how they were assigned, and what decides.',
  check: () => undefined,
});
