/** The list of experiments: where each stands, in numbers and words. */
import { day_ms } from '../../schemas/values.ts';
import type { OperationsContext } from './context.ts';
import type { Standing } from './experiment-list.ts';
import { bounded } from './events.ts';
import type { ExperimentRow, Operations } from './operations.ts';
import { smallestArm, waiting } from './waiting.ts';

/** One experiment as a row. */
export function experimentRow(context: OperationsContext, standing: Standing): ExperimentRow {
  const { directory, experiments: list } = context;
  const { evidence, announcement } = standing;
  const { account_id, experiment_id, campaign_id, leading_ad_id, arms } = evidence;
  const entry = directory.experiment(account_id, experiment_id);
  const where = standingOf(context, standing);
  return {
    account_id,
    experiment_id,
    campaign_id,
    name: entry?.name ?? experiment_id,
    provenance: evidence.provenance,
    design: evidence.design,
    primary_metric: evidence.primary_metric,
    status: evidence.status,
    announced: announcement?.kind ?? null,
    announced_ms: announcement?.decided_ms ?? null,
    standing: where,
    leading_ad_id,
    leading_name: leading_ad_id === null ? null : directory.adName(account_id, leading_ad_id),
    e_value: evidence.e_value,
    threshold: list.threshold(standing),
    impressions: arms.reduce((sum, { impressions }) => sum + impressions, 0),
    smallest_arm_impressions: smallestArm(arms),
    needed_impressions: evidence.needed_impressions,
    ...(where === 'collecting' ? waiting(evidence, list.policy(account_id)) : { waits_for: null, days_left: 0 }),
    reason: directory.withAdNames(
      announcement?.reason ?? evidence.reason,
      account_id,
      evidence.arms.map(({ ad_id }) => ad_id),
    ),
    at_ms: evidence.at_ms,
  };
}

/** In a word: what was announced outweighs that its plan is over, and that outweighs what its evidence says. */
function standingOf({ directory, source, now_ms }: OperationsContext, { evidence, announcement }: Standing): string {
  if (announcement !== null) return announcement.kind;
  const { account_id, experiment_id, status, at_ms } = evidence;
  if (status !== 'collecting' && status !== 'deciding') return status;
  const entry = directory.experiment(account_id, experiment_id);
  if (entry === undefined) return status;
  const now = Math.max(at_ms, source.status().clock_ms ?? now_ms());
  return now >= entry.start_ms + entry.planned_days * day_ms ? 'ended' : status;
}

/** A page of the list; `after` is the `next` of the page before. */
export function experiments(
  context: OperationsContext,
  filter: Parameters<Operations['experiments']>[0],
): ReturnType<Operations['experiments']> {
  const wanted = context.experiments
    .all()
    .filter(
      (standing) =>
        (filter.account_id === undefined || standing.evidence.account_id === filter.account_id) &&
        (filter.status === undefined || filter.status === standingOf(context, standing)),
    );
  const from = filter.after === undefined ? 0 : Math.max(0, Number(filter.after) || 0);
  const limit = bounded(filter.limit);
  const rows = wanted.slice(from, from + limit).map((standing) => experimentRow(context, standing));
  const next = from + limit < wanted.length ? String(from + limit) : null;
  return Promise.resolve({ rows, total: wanted.length, next });
}
