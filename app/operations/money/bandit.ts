/** How the budgets of an account's campaigns are split now, ad by ad, as the state of the bandit has it. */
import { thompsonSampling } from '../../../processors/thompson-sampling/decide.ts';
import { initialAccount } from '../../../processors/thompson-sampling/state.ts';
import { campaignView, type ArmView } from '../../../processors/thompson-sampling/views.ts';
import { policyInForce } from '../../policy-in-force.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptState } from '../running/kept-state.ts';

/** One ad, with what is known of the ad set that owns its budget. Rates are link clicks per impression, fractions. */
export interface Variant extends ArmView {
  readonly variant_id: string;
  readonly campaign_id: string;
  readonly name: string;
}

const separator = '\u001f';

/** Every ad whose ad set has data, of all campaigns of the account or of one. */
export async function variantsOf(
  { engine, directory }: Pick<OperationsContext, 'engine' | 'directory'>,
  account_id: string,
  only?: string,
): Promise<readonly Variant[]> {
  const state = (await keptState(engine, thompsonSampling, account_id)) ?? initialAccount();
  const parts = await keptParts(engine, thompsonSampling, account_id);
  const { allocation } = await policyInForce(engine, account_id);
  const ads = directory.adsOf(account_id);
  return [...parts].flatMap(([name, part]) => {
    if (part.kind !== 'campaign') return [];
    const campaign_id = name.slice(name.indexOf(separator) + 1);
    if ((only !== undefined && campaign_id !== only) || part.sums.arms.length === 0) return [];
    return campaignView(state, part, allocation).arms.flatMap(({ adset_id, ...arm }) =>
      ads
        .filter((ad) => ad.adset_id === adset_id)
        .map((ad) => ({ variant_id: ad.ad_id, campaign_id, adset_id, name: ad.headline ?? ad.name, ...arm })),
    );
  });
}
