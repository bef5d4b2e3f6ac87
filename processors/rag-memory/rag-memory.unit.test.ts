import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../policy/document.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { WinnerDetected } from '../../schemas/index.ts';
import { decide } from './decide.ts';
import { initialAccount } from './state.ts';

const winner = exampleOf('winner.detected') as unknown as WinnerDetected;

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
        expect(state).toEqual({ winners: remembered ? 1 : 0, unindexed: remembered ? [winner.ad_id] : [] });
        expect(parts?.get(winner.ad_id)?.won?.rate).toBe(remembered ? own : undefined);
        expect(emit?.length ?? 0).toBe(remembered ? 1 : 0);
      }),
    );
    expect(decided(0.03, 0.03).emit).toHaveLength(1);
  });

  it('is always remembered by the policy as built in', () => {
    expect(defaultPolicy.memory.min_rate).toBe(0);
  });
});
