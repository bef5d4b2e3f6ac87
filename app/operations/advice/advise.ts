/** Gathers what advice is found in: the log, the groups, the experiments, and what was proposed beside what was shown. */
import { z } from 'zod';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { adviceOn, type Advice, type ExposureFact, type GroupFact, type SplitFact, type TopicFact } from './advice.ts';
import type { OperationsContext } from '../context.ts';
import { experimentRow } from '../experiments/experiments.ts';
import { status } from '../running/status.ts';
import { timeOf } from '../time-of.ts';
import { topologyView } from '../running/topology.ts';

/** Hours back over which a split is compared with what was shown. */
const split_hours = 72;

export async function advice(context: OperationsContext): Promise<readonly Advice[]> {
  const now = await status(context);
  return adviceOn({
    topics: topicFacts(context, now),
    groups: await groupFacts(context, now),
    exposures: exposureFacts(context),
    splits: await splitFacts(context),
  });
}

type Now = Awaited<ReturnType<typeof status>>;

function topicFacts({ engine }: OperationsContext, { topics }: Now): readonly TopicFact[] {
  const { groups, topics: known } = topologyView(engine.topology);
  return topics.map(({ topic, records, copies }) => ({
    topic,
    events: Math.round(records / copies),
    readers: groups.filter(({ reads }) => reads.includes(topic)).map(({ name }) => name),
    read_by: known.find(({ name }) => name === topic)?.read_by ?? null,
  }));
}

async function groupFacts({ engine }: OperationsContext, { groups }: Now): Promise<readonly GroupFact[]> {
  const parked = new Map<string, number>();
  for (const { group, parked_keys } of await engine.standings())
    parked.set(group, (parked.get(group) ?? 0) + parked_keys);
  return groups.map(({ group, state, lag, events_per_s }) => ({
    group,
    state,
    lag,
    events_per_s,
    parked_keys: parked.get(group) ?? 0,
  }));
}

function exposureFacts(context: OperationsContext): readonly ExposureFact[] {
  const now_ms = timeOf(context);
  return context.experiments.all().flatMap((standing) => {
    const row = experimentRow(context, standing);
    const { account_id, experiment_id, name, waits_for, days_left } = row;
    const entry = context.directory.experiment(account_id, experiment_id);
    if (row.standing !== 'collecting' || waits_for?.what !== 'impressions' || entry === undefined) return [];
    const days_planned = (entry.start_ms + entry.planned_days * day_ms - now_ms) / day_ms;
    const { have, need } = waits_for;
    return [{ account_id, experiment_id, name, need, have, days_left, days_planned }];
  });
}

const shownRow = z.tuple([z.string(), z.string(), z.string(), z.coerce.number()]);
const proposedRow = z.tuple([z.string(), z.string(), z.string(), z.coerce.number(), z.coerce.number()]);

/** Campaigns whose budget is split: in all other designs shares are planned, and nobody follows a proposal. */
async function splitFacts(context: OperationsContext): Promise<readonly SplitFact[]> {
  const campaigns = new Map(
    context.experiments
      .all()
      .filter(({ evidence }) => evidence.design === 'parallel')
      .map(({ evidence }) => [`${evidence.account_id} ${evidence.campaign_id}`, evidence]),
  );
  if (campaigns.size === 0) return [];
  const since = Math.floor(timeOf(context) / hour_ms) * hour_ms - split_hours * hour_ms;
  const [proposed, shown] = [await proposedSince(context, since), await shownSince(context, since)];
  return [...campaigns].flatMap(([key, { account_id, campaign_id, provenance }]) => {
    const arms = proposed.filter(([account, campaign]) => `${account} ${campaign}` === key);
    if (arms.length < 2) return [];
    return [
      {
        account_id,
        campaign_id,
        name: context.directory.campaignName(account_id, campaign_id),
        hours: Math.min(...arms.map(([, , , , hours]) => hours)),
        applied: provenance === 'simulated',
        arms: arms.map(([, , adset_id, share]) => ({
          adset_id,
          proposed: share,
          impressions: shown.find(([a, c, s]) => `${a} ${c}` === key && s === adset_id)?.[3] ?? 0,
        })),
      },
    ];
  });
}

/** Mean proposed share of each ad set, and hours of which there is a proposal. */
async function proposedSince({ analytics }: OperationsContext, since: number): Promise<z.infer<typeof proposedRow>[]> {
  const { rows } = await analytics.query(
    `SELECT account_id, campaign_id, arm.adset_id, avg(arm.share), uniqExact(hour_ms)
    FROM allocation_proposed ARRAY JOIN arms AS arm
    WHERE hour_ms >= {since:UInt64} GROUP BY account_id, campaign_id, arm.adset_id ORDER BY 1, 2, 3`,
    { parameters: { since } },
  );
  return rows.map((row) => proposedRow.parse(row));
}

/** Impressions of each ad set: of every window the newest snapshot. */
async function shownSince({ analytics }: OperationsContext, since: number): Promise<z.infer<typeof shownRow>[]> {
  const { rows } = await analytics.query(
    `SELECT account_id, campaign_id, adset_id, sum(impressions)
    FROM ad_metrics_newest WHERE window_start_ms >= {since:UInt64}
    GROUP BY account_id, campaign_id, adset_id`,
    { parameters: { since } },
  );
  return rows.map((row) => shownRow.parse(row));
}
