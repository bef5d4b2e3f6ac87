import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../policy/document.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { AccountChanged, WinnerDetected, WinnerWithdrawn } from '../../schemas/index.ts';
import { decide } from './decide.ts';
import { accountUpcast, adUpcast, initialAccount, type AccountState, type AdPart } from './state.ts';

const winner = exampleOf('winner.detected') as unknown as WinnerDetected;

const withdrawn = exampleOf('winner.withdrawn') as unknown as WinnerWithdrawn;

/** What is decided of a winner with this click rate, where winners are remembered from `min_rate` on. */
function decided(rate: number, min_rate: number) {
  const policy = { ...defaultPolicy, memory: { ...defaultPolicy.memory, min_rate } };
  const context = { at_ms: 0, seed: 0, random: () => 0, policy, key: 'act_1001', stateKey: '', parts: new Map() };
  return decide['winner.detected'](initialAccount(), { ...winner, rate }, context);
}

describe('a winner', () => {
  it('is remembered from the least click rate of the policy on', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, rate, (own, least) => {
        const { state, parts, emit } = decided(own, least);
        const remembered = own >= least;
        expect(state).toEqual({
          niche: null,
          winners: remembered ? 1 : 0,
          unindexed: remembered ? [winner.ad_id] : [],
        });
        expect(parts?.get(winner.ad_id)?.won?.rate).toBe(remembered ? own : undefined);
        expect(emit?.length ?? 0).toBe(remembered ? 1 : 0);
      }),
    );
    expect(decided(0.03, 0.03).emit).toHaveLength(1);
  });

  it('is remembered with the niche of its account when it won, which a later one does not change', () => {
    const context = { at_ms: 0, seed: 0, random: () => 0, policy: defaultPolicy, key: 'act_1001', stateKey: '' };
    const account = exampleOf('account.changed') as unknown as AccountChanged;
    const moved = (state: AccountState, niche: string) =>
      decide['account.changed'](state, { ...account, niche }, { ...context, parts: new Map() }).state ?? state;
    const state = moved(initialAccount(), 'fashion');
    const won = decide['winner.detected'](state, winner, { ...context, parts: new Map() });
    expect(won.emit?.[0]?.value).toMatchObject({ niche: 'fashion' });
    const later = decide['winner.withdrawn'](
      moved(won.state ?? state, 'travel'),
      { ...withdrawn, ad_id: winner.ad_id, experiment_id: winner.experiment_id },
      { ...context, parts: won.parts as ReadonlyMap<string, AdPart> },
    );
    expect(later.emit?.[0]?.value).toMatchObject({ niche: 'fashion', recallable: false });
  });

  it('that was kept before niches were is of none that is known', () => {
    const old = { text: 't', format: 'image', dna: null, won: { version: 1, experiment_id: 'e' } };
    expect(adUpcast(old, 1)).toMatchObject({ text: 't', won: { version: 1, niche: null }, others: [] });
    const later = { ...old, won: { ...old.won, niche: 'apparel' } };
    expect(adUpcast(later, 2)).toMatchObject({ won: { niche: 'apparel' }, others: [] });
    expect(accountUpcast({ winners: 2, unindexed: ['a'] })).toEqual({ niche: null, winners: 2, unindexed: ['a'] });
    expect(accountUpcast({ winners: 2 })).toEqual({ niche: null, winners: 2, unindexed: [] });
  });

  it('is always remembered by the policy as built in', () => {
    expect(defaultPolicy.memory.min_rate).toBe(0);
  });
});
