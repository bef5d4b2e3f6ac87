import { describe, expect, it } from 'vitest';
import { topics } from '../../schemas/index.ts';
import { casesIn, decidedAgain } from '../../testing/cases.ts';
import { actualsFetcher } from './decide.ts';

describe('a kept case', () => {
  it.each(casesIn(new URL('./cases/', import.meta.url)))('%s is decided as it was', async (_, { decision, ...met }) => {
    const emitted = await decidedAgain(actualsFetcher, topics, { decision, ...met });
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});
