/** What a text scores in the scene: a question is known to go with more clicks, and nothing is known of the rest. */
import type { ScoreView } from '../../../processors/creative-dna/views.ts';

const question = { effect: 0.07, low: 0.01, high: 0.13 };
const nothing = { effect: 0, low: 0, high: 0 };

export function sceneScore(headline: string): ScoreView {
  const asks = headline.includes('?');
  return {
    fingerprint: headline,
    experiments: 12,
    score: {
      ...(asks ? question : nothing),
      parts: asks ? [{ name: 'hook=question', ...question, standing: 'associated' }] : [],
      unknown: ['offer=free_shipping'],
    },
    words: '',
    suggestions: asks
      ? []
      : [
          {
            trait: 'hook',
            from: null,
            to: 'question',
            ...question,
            experiments: 9,
            words: 'add hook question: goes with +7.3 % clicks (95 %: +1.0 % to +14 %), from 9 experiments',
          },
        ],
    unknown: [],
  };
}
