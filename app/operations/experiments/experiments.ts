/** The list of experiments: where each stands, in numbers and words. */
import { day_ms } from '../../../schemas/values.ts';
import type { OperationsContext } from '../context.ts';
import type { Evidence, Standing } from './list.ts';
import { bounded } from '../events/events.ts';
import type { ExperimentFilter, ExperimentPage, ExperimentRow } from './view.ts';
import { timeOf } from '../time-of.ts';
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
function standingOf(context: OperationsContext, { evidence, announcement }: Standing): string {
  if (announcement !== null) return announcement.kind;
  const ends_ms = endOf(context, evidence);
  if (ends_ms === null) return evidence.status;
  return Math.max(evidence.at_ms, timeOf(context)) >= ends_ms ? 'ended' : evidence.status;
}

/** When the plan of an experiment is over, as long as its standing hangs on that; null where it does not. */
function endOf({ directory }: OperationsContext, { account_id, experiment_id, status }: Evidence): number | null {
  if (status !== 'collecting' && status !== 'deciding') return null;
  const entry = directory.experiment(account_id, experiment_id);
  return entry === undefined ? null : entry.start_ms + entry.planned_days * day_ms;
}

/** A page as it was made last, and until when nothing of it can have changed. */
interface Kept {
  readonly page: ExperimentPage;
  readonly revisions: string;
  readonly from_ms: number;
  readonly until_ms: number;
}

/** Pages remembered: the page and programs ask for the same ones again and again, and evidence changes by the hour. */
const most_pages = 200;
const pages = new WeakMap<OperationsContext, Map<string, Kept>>();

/**
 * A page of the list; `after` is the `next` of the page before. The same object as before where neither evidence,
 * names, policy nor the end of a plan changed anything.
 */
export function experiments(context: OperationsContext, filter: ExperimentFilter): Promise<ExperimentPage> {
  const kept = pages.get(context) ?? new Map<string, Kept>();
  pages.set(context, kept);
  const { account_id, status, limit, after } = filter;
  const asked = JSON.stringify([account_id, status, limit, after]);
  const revisions = `${context.experiments.revision} ${context.directory.revision}`;
  const now_ms = timeOf(context);
  const before = kept.get(asked);
  if (before?.revisions === revisions && before.from_ms <= now_ms && now_ms < before.until_ms)
    return Promise.resolve(before.page);
  if (kept.size >= most_pages) kept.clear();
  const page = pageOf(context, filter);
  kept.set(asked, { page, revisions, from_ms: now_ms, until_ms: nextEnd(context, now_ms) });
  return Promise.resolve(page);
}

/** When the next plan is over. */
const nextEnd = (context: OperationsContext, now_ms: number): number =>
  context.experiments.all().reduce((next, { evidence }) => {
    const ends_ms = endOf(context, evidence);
    return ends_ms === null || ends_ms <= now_ms ? next : Math.min(next, ends_ms);
  }, Number.POSITIVE_INFINITY);

function pageOf(context: OperationsContext, filter: ExperimentFilter): ExperimentPage {
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
  return { rows, total: wanted.length, next };
}
