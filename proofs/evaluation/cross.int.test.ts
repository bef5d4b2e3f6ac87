import { describe, expect, it } from 'vitest';
import { attackAuc } from '../../learning/privacy/continual.ts';
import { attacked, attacks, distanceOf } from './cross-attack.ts';
import { cross } from './cross.ts';

describe('the evaluation across accounts', () => {
  it('prints what a niche is worth by its size, and the attack with the noise of the policy and with little', async () => {
    const measures = await cross.run({ seed: 1, quick: true });
    const of = (name: string) => measures.filter((one) => one.name === name);
    expect(of('attack_auc').map(({ labels }) => labels['attack'])).toEqual(
      attacks.flatMap((attack) => [attack, attack]),
    );
    for (const { labels, value } of of('attack_auc'))
      if (labels['noise_multiplier'] === '1') expect(value).toBeGreaterThan(0.7);
    expect(of('loss_change').map(({ labels }) => labels['businesses'])).toEqual(['100', '300', '1000']);
    expect(of('regret_change')).toHaveLength(3);
  });

  it('attacks as well as theory says is possible, so that a weak attack cannot pass for good hiding', () => {
    const job = { attack: 'leaves', noise_multiplier: 1, seed: 3, first_world: 0, worlds: 600 } as const;
    const { within, without } = attacked(job);
    const wins = within.flatMap((a) => without.map((b): number => (a > b ? 1 : 0))).reduce((sum, one) => sum + one, 0);
    const auc = wins / (within.length * without.length);
    // The standard error of an area near .85 with 300 worlds each is .016.
    expect(Math.abs(auc - attackAuc(distanceOf(job)))).toBeLessThan(0.05);
  });
});
