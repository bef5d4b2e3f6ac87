import { describe, expect, it } from 'vitest';
import { topics } from '../../schemas/index.ts';
import { casesIn, decidedAgain } from '../../testing/cases.ts';
import { creativeDna } from './decide.ts';
import { creativeDnaFormula } from './formula/decide.ts';

describe('a kept case', () => {
  it.each(casesIn(new URL('./cases/', import.meta.url)))('%s is decided as it was', async (_, { decision, ...met }) => {
    const emitted = await decidedAgain(creativeDna, topics, { decision, ...met });
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });

  it.each(casesIn(new URL('./formula/cases/', import.meta.url)))(
    'of the formula, %s, is decided as it was',
    async (_, { decision, ...met }) => {
      const emitted = await decidedAgain(creativeDnaFormula, topics, { decision, ...met });
      expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
    },
  );
});
