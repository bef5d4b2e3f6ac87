import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../policy/document.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { WinnerDetected, WinnerWithdrawn } from '../../schemas/index.ts';
import { decide } from './decide.ts';
import { accountUpcast, initialAccount, type AccountState } from './state.ts';

const winner = exampleOf('winner.detected') as unknown as WinnerDetected;
const withdrawal = exampleOf('winner.withdrawn') as unknown as WinnerWithdrawn;
const context = {
  at_ms: 0,
  seed: 0,
  random: () => 0,
  policy: defaultPolicy,
  key: 'act_1001',
  stateKey: '',
  parts: new Map(),
};

const detected = (state: AccountState, given: Partial<WinnerDetected>, policy = defaultPolicy): AccountState =>
  decide['winner.detected'](state, { ...winner, ...given }, { ...context, policy }).state ?? initialAccount();
const withdrawn = (state: AccountState, given: Partial<WinnerWithdrawn>): AccountState =>
  decide['winner.withdrawn'](state, { ...withdrawal, ...given }, context).state ?? initialAccount();

describe('winners that a tired ad may be like', () => {
  it('are one an ad, the newest of it', () => {
    const first = detected(initialAccount(), { ad_id: 'a', experiment_id: 'x', lift: 0.1 });
    const again = detected(first, { ad_id: 'a', experiment_id: 'y', lift: 0.3 });
    expect(again.winners).toEqual([{ ad_id: 'a', experiment_id: 'y', lift: 0.3 }]);
  });

  it('are those that stand: a withdrawal takes out its own announcement and no other', () => {
    const one = detected(initialAccount(), { ad_id: 'a', experiment_id: 'x' });
    expect(withdrawn(one, { ad_id: 'a', experiment_id: 'other' })).toBe(one);
    expect(withdrawn(one, { ad_id: 'b', experiment_id: 'x' })).toBe(one);
    expect(withdrawn(one, { ad_id: 'a', experiment_id: 'x' }).winners).toEqual([]);
  });

  it('are those that memory remembers: from the least click rate of the policy on', () => {
    const policy = { ...defaultPolicy, memory: { ...defaultPolicy.memory, min_rate: 0.02 } };
    expect(detected(initialAccount(), { rate: 0.019 }, policy)).toEqual(initialAccount());
    expect(detected(initialAccount(), { rate: 0.02 }, policy).winners).toHaveLength(1);
  });
});

describe('state that was kept before winners were', () => {
  it('is read as that of an account without any', () => {
    expect(accountUpcast({ ads: ['a', 'b'] })).toEqual({ ads: ['a', 'b'], winners: [] });
    expect(() => accountUpcast({ ads: 'a' })).toThrow('ads');
  });
});
