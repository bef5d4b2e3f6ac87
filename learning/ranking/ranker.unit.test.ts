import { beforeAll, describe, expect, it } from 'vitest';
import { generator } from '../numeric.ts';
import type { Contest, Creative } from './contest.ts';
import { Ranker } from './ranker.ts';

const fillers = 'bridge garden window market summer winter dinner coffee letter doctor'.split(' ');
const creative = (headline: string): Creative => ({ headline, body: null });

/** Tests of two headlines, of which the one with "secret" gets half as many clicks again. */
const contests: readonly Contest[] = ((random) =>
  Array.from({ length: 110 }, (_, t) => {
    const words = (): string =>
      Array.from({ length: 4 }, () => fillers[Math.floor(random() * fillers.length)] ?? '').join(' ');
    return {
      test_id: `t${t}`,
      arms: [
        { ...creative(`${words()} secret`), impressions: 4_000, clicks: 90 + Math.floor(random() * 20) },
        { ...creative(`${words()} planet`), impressions: 4_000, clicks: 55 + Math.floor(random() * 20) },
      ],
    };
  }))(generator(3));

const asked = [creative('a new secret'), creative('a new planet'), creative('a new bridge')];

describe('the ranker', () => {
  let ranker = new Ranker(1);
  beforeAll(() => {
    ranker = Ranker.train(contests, 1);
  });

  it('prefers what won, and is as sure of it from either side', () => {
    const p = ranker.predict(asked, 0, 1);
    expect(p).toBeGreaterThan(0.6);
    expect(ranker.predict(asked, 1, 0)).toBeCloseTo(1 - p, 12);
  });

  it('has no opinion of a creative beside itself, nor of anything before it learned', () => {
    expect(ranker.predict([creative('x y'), creative('x y')], 0, 1)).toBe(0.5);
    expect(new Ranker(1).predict(asked, 0, 1)).toBe(0.5);
  });

  it('predicts the same when it was stored and brought back, and learns on the same', () => {
    const again = Ranker.restore(structuredClone(ranker.save()));
    expect(again.predict(asked, 0, 1)).toBe(ranker.predict(asked, 0, 1));
    expect(again.learned).toBe(110);
    again.learn({ test_id: 'next', arms: contests[0]?.arms ?? [] });
    expect(again.learned).toBe(111);
    expect(again.predict(asked, 0, 1)).toBe(ranker.predict(asked, 0, 1));
  });

  it('learns the same from the same tests', () => {
    expect(Ranker.train(contests, 1).predict(asked, 0, 2)).toBe(ranker.predict(asked, 0, 2));
  });
});
