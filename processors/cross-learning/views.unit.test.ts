import { describe, expect, it } from 'vitest';
import type { NicheState, Pattern } from './aggregate/state.ts';
import { initialAccount, type AccountState } from './contribute/state.ts';
import { nicheView } from './views.ts';

const state: AccountState = {
  ...initialAccount(),
  setting: { business_id: 'b', shares: true, niche: null },
  votes: { food: 9, travel: 1, tech: 0 },
  ads: 12,
  impressions: 100_000,
  clicks: 2_000,
  told: { niche: 'food', business_id: 'b', impressions: 90_000, experiments: 3 },
};
const pattern: Pattern = {
  niche: 'food',
  release: 3,
  status: 'released',
  businesses: 210,
  needed: 60,
  traits: [
    { trait: 'hook', value: 'question', effect: 0.04, low: 0.01, high: 0.07, status: 'released' },
    { trait: 'hook', value: 'story', effect: 0.03, low: 0.01, high: 0.05, status: 'released' },
    { trait: 'offer', value: 'free', effect: -0.05, low: -0.08, high: -0.02, status: 'released' },
    { trait: 'offer', value: 'bogo', effect: 0.06, low: -0.08, high: 0.2, status: 'too_few_accounts' },
  ],
  mean_rate: 0.02,
  mean_rate_log_sd: 0.1,
  accounts_log_sd: 0.5,
  at_ms: 1,
  policy_version: '1',
};
const aggregate: NicheState = { releases: 3, members: [{ account_id: 'act', business: 'x' }], last: pattern };
const formula = {
  kind: 'formula',
  experiments: 3,
  effects: [{ trait: 'hook', value: 'question', effect: 0.02, experiments: 2 }],
} as const;

describe('what an account gets of its niche', () => {
  it('is a playbook: what goes with more clicks and is out of the noise, what it has not compared itself first', () => {
    const { playbook } = nicheView('act', { state, formula, aggregate });
    expect(playbook.map(({ value, own_experiments, businesses }) => [value, own_experiments, businesses])).toEqual([
      ['story', 0, 210],
      ['question', 2, 210],
    ]);
  });

  it('is how its click rate stands: at the middle of the niche it is above half of the accounts', () => {
    const { benchmarks } = nicheView('act', { state, formula, aggregate });
    expect(benchmarks?.p50).toBe(0.02);
    expect(benchmarks?.standing).toBeCloseTo(0.5, 9);
    // 0.02·e^(0.5·1.2816)
    expect(benchmarks?.p90).toBeCloseTo(0.03796, 4);
  });

  it('is nothing for who is no member, whatever the niche has', () => {
    const view = nicheView('other', { state, formula, aggregate });
    expect([view.pattern, view.benchmarks, view.playbook]).toEqual([null, null, []]);
  });
});

describe('where an account stands', () => {
  const words = (given: Partial<AccountState>, niche: NicheState | undefined = aggregate): string =>
    nicheView('act', { state: { ...state, ...given }, formula, aggregate: niche }).words;

  it('is said in words, with what to do', () => {
    expect(words({})).toBe('learns with about 210 businesses of food');
    expect(words({ setting: null })).toMatch(/have not agreed/);
    expect(words({ votes: {} })).toMatch(/do not say of which niche/);
    expect(words({}, { ...aggregate, members: [] })).toMatch(
      /its niche, food, is not sure enough \(0\.\d\d\); set the niche/,
    );
    expect(words({}, { ...aggregate, last: null })).toMatch(/first release/);
    expect(words({}, { ...aggregate, last: { ...pattern, status: 'too_few_businesses' } })).toMatch(
      /about 60 businesses of food are needed/,
    );
  });

  it('comes with all that it gave', () => {
    expect(nicheView('act', { state, formula, aggregate })).toMatchObject({
      business_id: 'b',
      votes: [
        { niche: 'food', creatives: 9 },
        { niche: 'travel', creatives: 1 },
      ],
      given: { ads: 12, impressions: 90_000, rate: 0.02, effects: formula.effects },
    });
  });
});
