/** Which winners are not promoted, so that there is something to compare promotions with. */
import { generator, hash32 } from '../../../learning/numeric.ts';

/**
 * Whether a winner is held out. The draw is seeded by what it is about alone: a winner that is taken back and announced
 * again, or announced under another policy, falls on the same side, and a larger share holds out the same ones and more.
 * @param share of winners that are held out, fraction
 */
export function isHeldOut(
  {
    account_id,
    experiment_id,
    ad_id,
  }: { readonly account_id: string; readonly experiment_id: string; readonly ad_id: string },
  share: number,
): boolean {
  const draw = generator(hash32(['holdout', account_id, experiment_id, ad_id].join('\u001f')));
  return draw() < share;
}
