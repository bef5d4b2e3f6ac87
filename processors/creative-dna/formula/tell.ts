/** When effects are worked out anew, and whether they moved enough to be told. */
import { formulaOf, valueEffects, type Formula } from '../../../learning/dna/formula/effects.ts';
import { posterior, type PriorEffect } from '../../../learning/dna/formula/posterior.ts';
import type { Sums } from '../../../learning/dna/formula/sums.ts';
import { valueName } from '../../../learning/dna/formula/columns.ts';
import type { DnaPolicy } from '../../../policy/dna.ts';
import type { DnaFormulaUpdated } from '../../../schemas/index.ts';
import type { AccountState, ToldPart } from './state.ts';

/** @param prior what a niche says of effects; nothing without it */
export const formulaFrom = (sums: Sums, policy: DnaPolicy, prior?: ReadonlyMap<string, PriorEffect>): Formula =>
  formulaOf(sums, posterior(sums, policy, prior));

/**
 * Whether the sums hold so much more, or less, than when effects were last worked out that it is worth O(traits³). So
 * it is done as often as the logarithm of the account's impressions grows, not with each event.
 */
export function isDue({ worked_out_at }: AccountState, { all_impressions }: Sums, { tell_growth }: DnaPolicy): boolean {
  const growth = 1 + tell_growth;
  return all_impressions > worked_out_at * growth || all_impressions * growth < worked_out_at;
}

/** The effects to tell; null where none moved by enough since it was told. */
export function effectsToTell(
  formula: Formula,
  told: ToldPart['effects'],
  { least_move }: DnaPolicy,
): DnaFormulaUpdated['traits'] | null {
  const effects = valueEffects(formula);
  const moved = effects.some(({ trait, value, effect, low, high }) => {
    const before = told[valueName(trait, value)];
    const half = (high - low) / 2;
    return half > 0 && Math.abs(effect - (before ?? 0)) >= least_move * half;
  });
  const gone = Object.keys(told).length > effects.length;
  return moved || gone ? effects : null;
}
