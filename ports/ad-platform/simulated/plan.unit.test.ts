import { describe, expect, it } from 'vitest';
import { minorDecimals } from '../../../schemas/currency.ts';
import { themes } from './creatives.ts';
import { accounts, createdHour, planned, type PlannedCampaign } from './plan.ts';

const campaigns = (seeds: number, each: number): readonly PlannedCampaign[] =>
  Array.from({ length: seeds }, (_, seed) =>
    accounts.flatMap((_, a) => Array.from({ length: each }, (_, n) => planned(seed, a, n))),
  ).flat();

/** How much better the best ad truly is than the next, fraction. */
function lift({ arms }: PlannedCampaign): number {
  const [best = 0, second = 1] = arms.map(({ rate }) => rate).sort((x, y) => y - x);
  return best / second - 1;
}

describe('the plan of the simulated accounts', () => {
  it('has a winner where it says so: its ad is 25 to 60 in 100 better than the next', () => {
    const winners = campaigns(10, 8).filter(({ truth }) => truth === 'winner');
    expect(winners.length).toBeGreaterThan(100);
    for (const campaign of winners) {
      expect(lift(campaign)).toBeGreaterThanOrEqual(0.25);
      expect(lift(campaign)).toBeLessThanOrEqual(0.6 + 1e-9);
    }
  });

  it('has no winner where it says so: ads of a tie are equal, close ones differ by less than 7 in 100', () => {
    const others = campaigns(10, 8).filter(({ truth }) => truth !== 'winner');
    expect(others.some(({ truth }) => truth === 'tie')).toBe(true);
    for (const campaign of others) {
      if (campaign.truth === 'tie') expect(lift(campaign)).toBe(0);
      else expect(lift(campaign)).toBeLessThan(0.07);
    }
  });

  it('gives each ad a set of its own, unless the design is observational', () => {
    for (const { design, arms } of campaigns(5, 8))
      expect(new Set(arms.map(({ adset_id }) => adset_id)).size).toBe(design === 'observational' ? 1 : arms.length);
  });

  it('begins with a clear winner among users assigned at random, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++)
      expect(planned(seed, 0, 0)).toMatchObject({ design: 'randomised', truth: 'winner', created_hour: 0 });
  });

  it('starts the experiments of an account one after the other, and at most 30 in a quarter', () => {
    for (const [a] of accounts.entries()) {
      for (let n = 1; n < 30; n++) expect(createdHour(a, n)).toBeGreaterThan(createdHour(a, n - 1));
      expect(createdHour(a, 30)).toBeGreaterThan(92 * 24);
    }
  });

  it('advertises in four currencies, with a headline for each of five ads in each theme', () => {
    expect(new Set(accounts.map(({ currency }) => currency)).size).toBe(accounts.length);
    for (const { currency } of accounts) expect(minorDecimals(currency)).toBeDefined();
    expect(themes.length).toBe(accounts.length);
    for (const { headlines } of themes.flat()) expect(new Set(headlines).size).toBe(5);
  });
});
