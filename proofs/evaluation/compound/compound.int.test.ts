import { beforeAll, describe, expect, it } from 'vitest';
import { measuresOf } from './compound.ts';
import { lived, type CompoundOutcome } from './run.ts';
import type { Removal } from './program.ts';
import { worldOf } from './world.ts';

const days = 24;
const outcomes = new Map<Removal, readonly CompoundOutcome[]>();
const whole = (): CompoundOutcome => {
  const [outcome] = outcomes.get('nothing') ?? [];
  if (outcome === undefined) throw new Error('no account was lived');
  return outcome;
};

describe('the evaluation of compounding', () => {
  beforeAll(async () => {
    for (const removed of ['nothing', 'dna', 'actuals', 'allocation'] as const)
      outcomes.set(removed, [await lived({ seed: 1, removed, days })]);
  }, 240_000);

  it('runs the loops around: winners are found, predictions mature, and every ad is predicted', () => {
    const { losses, gains, told, winners } = whole();
    expect(winners).toBeGreaterThan(0);
    expect(losses.filter(({ cold }) => cold)).toHaveLength(worldOf(1, days).ads.length);
    expect(gains.length).toBeGreaterThan(60);
    expect(told.length).toBeGreaterThan(10);
  });

  it('takes out what it says it does, and nothing else', () => {
    const [blind] = outcomes.get('dna') ?? [];
    const [deaf] = outcomes.get('actuals') ?? [];
    const [equal] = outcomes.get('allocation') ?? [];
    // Without traits ads differ by nothing before their first impression but what memory finds in their words.
    expect(blind?.losses).not.toEqual(whole().losses);
    expect(deaf?.gains).toEqual([]);
    expect(deaf?.told).toEqual([]);
    for (const { split, split_control } of equal?.regrets ?? []) expect(split ?? 0).toBeCloseTo(split_control ?? 0, 9);
    const lost = (outcome: CompoundOutcome | undefined): number =>
      outcome?.regrets.reduce((sum, { split }) => sum + (split ?? 0), 0) ?? NaN;
    expect(lost(whole())).toBeLessThan(0.6 * lost(equal));
  });

  it('gives the same figures for the same seed', async () => {
    expect(await lived({ seed: 2, removed: 'nothing', days: 9 })).toEqual(
      await lived({ seed: 2, removed: 'nothing', days: 9 }),
    );
  });

  it('prints a change of loss and regret for each loop, both curves, and what was told too early', () => {
    const measures = measuresOf(outcomes, { seed: 1, days });
    for (const removed of ['dna', 'actuals', 'allocation']) {
      const own = measures.filter(({ labels }) => labels['removed'] === removed).map(({ name }) => name);
      expect(new Set(own)).toEqual(new Set(['loss_change', 'regret_change', 'impressions_to_equal_loss']));
    }
    const programs = (name: string): ReadonlySet<string | undefined> =>
      new Set(measures.filter((one) => one.name === name).map(({ labels }) => labels['program']));
    expect(programs('prediction_curve')).toEqual(new Set(['live', 'frozen', 'account mean', 'frozen less live']));
    expect(programs('outcome_curve')).toEqual(new Set(['live', 'frozen', 'frozen less live']));
    const early = measures.find(({ name }) => name === 'too_early');
    expect(early?.value).toBe(1);
    expect(early?.n).toBeGreaterThan(20);
  });
});
