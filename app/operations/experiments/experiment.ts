/** One experiment in full: its arms, and how evidence, shares and P(best) came about. */
import type { OperationsContext } from '../context.ts';
import { experimentRow } from './experiments.ts';
import { evidenceSeries, shareSeries } from './history.ts';
import type { ExperimentDetail, Operations } from '../operations.ts';

/** Null where there is no such experiment. Up to `until_ms` where it is given: series and posteriors, not where it stands. */
export async function experiment(
  context: OperationsContext,
  { account_id, experiment_id, until_ms }: Parameters<Operations['experiment']>[0],
): Promise<ExperimentDetail | null> {
  const standing = context.experiments.get(account_id, experiment_id);
  if (standing === undefined) return null;
  const { evidence, announcement } = standing;
  const { campaign_id } = evidence;
  const shares = await shareSeries(context.analytics, { account_id, campaign_id, until_ms });
  const ofAdset = (adset_id: string): { share: number | null; p_best: number | null } => ({
    share: shares.shares.at(-1)?.[adset_id] ?? null,
    p_best: shares.p_best.at(-1)?.[adset_id] ?? null,
  });
  return {
    ...experimentRow(context, standing),
    decision_id: announcement?.decision_id ?? null,
    arms: evidence.arms.map(({ ad_id, adset_id, impressions, clicks, rate, e_value }) => {
      const ad = context.directory.ad(account_id, ad_id);
      const named = { name: ad?.name ?? ad_id, headline: ad?.headline ?? null };
      return {
        ad_id,
        adset_id,
        ...named,
        impressions,
        clicks,
        rate,
        e_value,
        ...ofAdset(adset_id),
        true_rate: context.source.trueRate(ad_id),
      };
    }),
    evidence: await evidenceSeries(context.analytics, { account_id, experiment_id, until_ms }),
    ...shares,
  };
}
