import { describe, expect, it } from 'vitest';
import { exampleOf } from '../../../schemas/examples.ts';
import { predictionWords } from './words.ts';

const told = (over: object): string | undefined => predictionWords({ ...exampleOf('prediction.made'), ...over })?.words;
const rates = { ad_id: 'ad_1', rate: 0.0142, rate_low: 0.011, rate_high: 0.018, baseline_rate: 0.0125 };
const votes = (absent: string | null) => [
  { expert: 'bandit', rate: 0.01, weight: 1, absent: null },
  { expert: 'trees', rate: null, weight: 0, absent },
];

describe('a prediction in words', () => {
  it('says what is expected, against what, and every cause that moved it', () => {
    const causes = [
      'memory: like ad_0 (0.83), which won by +21.0 %: +4.2 %',
      'hook question, from 3 experiments: +3.0 %',
    ];
    expect(told({ ...rates, stage: 'cold', causes, experts: votes(null) })).toBe(
      "ad_1 is expected to get 1.4 % (1.1 % to 1.8 %) clicks an impression before its first impression, where the account's mean is 1.3 %: memory: like ad_0 (0.83), which won by +21.0 %: +4.2 %; hook question, from 3 experiments: +3.0 %.",
    );
  });

  it('names who had nothing to say, and why', () => {
    const words = told({ ...rates, stage: 'day_1', causes: [], experts: votes('no model is in use') });
    expect(words).toContain('after its first day');
    expect(words).toContain('nothing known sets it apart from the account. Without trees (no model is in use).');
  });

  it('says what it was made without beside experts', () => {
    const missing = ['memory could not answer: Qdrant does not answer'];
    const words = told({ ...rates, stage: 'day_1', causes: [], missing, experts: votes(null) });
    expect(words).toMatch(/the account\. Memory could not answer: Qdrant does not answer\.$/);
  });

  it('is not made of what is none', () => {
    expect(predictionWords({ ad_id: 'x' })).toBeNull();
    expect(predictionWords(null)).toBeNull();
  });
});
