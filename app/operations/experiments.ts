/** The list of experiments: where each stands, in numbers and words. */
import type { OperationsContext } from './context.ts';
import { smallestArm, type Standing } from './experiment-list.ts';
import { bounded } from './events.ts';
import type { ExperimentRow, Operations } from './operations.ts';

const day_ms = 86_400_000;

/** One experiment as a row. */
export function experimentRow(
  { directory }: OperationsContext,
  { evidence, announcement, first }: Standing,
): ExperimentRow {
  const { account_id, experiment_id, campaign_id, leading_ad_id, arms } = evidence;
  const entry = directory.experiment(account_id, experiment_id);
  const smallest = smallestArm(arms);
  return {
    account_id,
    experiment_id,
    campaign_id,
    name: entry?.name ?? experiment_id,
    provenance: entry?.provenance ?? 'live',
    status: evidence.status,
    announced: announcement?.kind ?? null,
    leading_ad_id,
    leading_name: leading_ad_id === null ? null : directory.adName(account_id, leading_ad_id),
    e_value: evidence.e_value,
    threshold: announcement?.kind === 'winner' ? announcement.threshold : evidence.threshold,
    impressions: arms.reduce((sum, { impressions }) => sum + impressions, 0),
    smallest_arm_impressions: smallest,
    needed_impressions: evidence.needed_impressions,
    days_left: daysLeft(smallest, evidence.needed_impressions, evidence.at_ms, first),
    reason: directory.withAdNames(
      announcement?.reason ?? evidence.reason,
      account_id,
      evidence.arms.map(({ ad_id }) => ad_id),
    ),
    at_ms: Math.max(evidence.at_ms, announcement?.at_ms ?? 0),
  };
}

/** Days until the smallest arm has what it needs, at its pace since it was first seen; null where no pace is known. */
export function daysLeft(
  smallest: number,
  needed: number,
  at_ms: number,
  first: { readonly at_ms: number; readonly smallest: number },
): number | null {
  if (smallest >= needed) return 0;
  const grown = smallest - first.smallest;
  const days = (at_ms - first.at_ms) / day_ms;
  return grown > 0 && days > 0 ? ((needed - smallest) * days) / grown : null;
}

/** A page of the list; `after` is the `next` of the page before. */
export function experiments(
  context: OperationsContext,
  filter: Parameters<Operations['experiments']>[0],
): ReturnType<Operations['experiments']> {
  const wanted = context.experiments
    .all()
    .filter(
      ({ evidence, announcement }) =>
        (filter.account_id === undefined || evidence.account_id === filter.account_id) &&
        (filter.status === undefined || filter.status === (announcement?.kind ?? evidence.status)),
    );
  const from = filter.after === undefined ? 0 : Math.max(0, Number(filter.after) || 0);
  const limit = bounded(filter.limit);
  const rows = wanted.slice(from, from + limit).map((standing) => experimentRow(context, standing));
  const next = from + limit < wanted.length ? String(from + limit) : null;
  return Promise.resolve({ rows, total: wanted.length, next });
}
