import { describe, expect, it } from 'vitest';
import { calibrationBins } from './calibration.ts';

const scored = (rate: number, impressions: number, clicks: number): Parameters<typeof calibrationBins>[0][number] => ({
  rate,
  impressions,
  clicks,
});

describe('calibration bins', () => {
  it('hold as many predictions each, by the predicted rate, and weigh rates by impressions', () => {
    const all = [scored(0.03, 100, 4), scored(0.01, 1_000, 12), scored(0.01, 3_000, 24), scored(0.02, 500, 9)];
    const more = [scored(0.04, 100, 4), scored(0.05, 100, 2), scored(0.9, 0, 0)];
    const [low, high, ...others] = calibrationBins([...all, ...more], 1, 10);
    expect(others).toEqual([]);
    // .01 · 4,000 + .02 · 500 = 50 expected, 45 seen of 4,500; .03, .04 and .05 of 100 each: 12 and 10 of 300.
    expect(low).toMatchObject({ ads: 3, impressions: 4_500, predicted: 50 / 4_500, seen: 45 / 4_500 });
    expect(high).toMatchObject({ ads: 3, impressions: 300, predicted: 12 / 300, seen: 10 / 300 });
  });

  it('have wider intervals where counts scatter more, around the same rate', () => {
    const all = Array.from({ length: 3 }, () => scored(0.02, 10_000, 200));
    const [chance] = calibrationBins(all, 1, 1);
    const [scattered] = calibrationBins(all, 4, 1);
    // Clopper and Pearson of 600 in 30,000; of 150 in 7,500 it is about twice as wide.
    expect(chance?.low).toBeCloseTo(0.01845, 4);
    expect(chance?.high).toBeCloseTo(0.02165, 4);
    const width = ({ low, high }: { low: number; high: number }): number => high - low;
    expect(width(scattered ?? { low: 0, high: 0 }) / width(chance ?? { low: 0, high: 1 })).toBeCloseTo(2, 1);
  });

  it('are none where nothing was shown', () => {
    expect(calibrationBins([scored(0.1, 0, 0), scored(0.1, 0, 0), scored(0.1, 0, 0)], 1, 5)).toEqual([]);
  });
});
