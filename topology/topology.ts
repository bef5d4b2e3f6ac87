/** A topology: the processors of a program and the topics they share, folded into one value. */
import type { AnyProcessor } from './processor.ts';
import type { Topic } from './topic.ts';

export interface Topology {
  readonly topics: readonly Topic[];
  readonly processors: readonly AnyProcessor[];
}
