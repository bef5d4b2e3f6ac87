import { topic } from '../../topology/topic.ts';
import type { DeadLetter } from '../generated/types.ts';
import { days } from '../values.ts';

export const deadLetter = topic<DeadLetter>()({
  name: 'dead.letter',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(90), compactBy: [] },
  description: 'A record a group could not take, with its original bytes.',
  writtenBy: 'the engine',
  // A dead letter is itself never refused: what it carries is what others refused.
  check: () => undefined,
});
