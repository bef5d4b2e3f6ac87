/** What an engine of tests is made of, beside its clock: our topics with some of the groups. A dead letter fails the test. */
import type { EngineOptions } from '../engine/options.ts';
import { defaultPolicy } from '../policy/document.ts';
import { createCodec } from '../schemas/codec.ts';
import { deadLetter, policyChanged, topics } from '../schemas/index.ts';
import type { AnyProcessor } from '../topology/processor.ts';

export const testOptions = (processors: readonly AnyProcessor[]): Omit<EngineOptions, 'clock' | 'rows'> => ({
  topology: { topics, processors },
  codec: createCodec({ topics }),
  partitions: 2,
  code: 'test',
  policy: { topic: policyChanged.name, parse: () => defaultPolicy, initial: defaultPolicy },
  deadLetters: {
    topic: deadLetter.name,
    event: ({ message }) => {
      throw new Error(`refused: ${message}`);
    },
  },
});
