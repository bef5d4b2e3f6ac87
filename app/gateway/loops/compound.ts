/** Loop 5, compound learning: whether predictions get better than those of a control that stopped learning. */
import { z } from 'zod';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { per, sumOf, totalsByDay, type Totals } from '../../operations/tables/totals.ts';
import { route, type Place, type Route } from '../route.ts';
import { learningCycleRoute } from './cycle.ts';
import { account_id, iso, list, major, maybe, num, text, time } from './shapes.ts';

const reads = { tag: 'Compound learning', role: 'viewer', account: 'required', limit: 'read', changes: false } as const;
const of = z.strictObject({ account_id });
const example = { account_id: 'act_1001' };

type Improvement = NonNullable<LearningView['improvement']>;

const learning_status = z.enum(['improving', 'declining', 'not_told_apart', 'too_early']);

function statusOf(improvement: Improvement | null): z.input<typeof learning_status> {
  if (improvement === null || improvement.low === null || improvement.high === null) return 'too_early';
  return improvement.low > 0 ? 'improving' : improvement.high < 0 ? 'declining' : 'not_told_apart';
}

const projection = z.object({ status: z.enum(['known', 'too_early']), gain: maybe, low: maybe, high: maybe });
const tooEarly = { status: 'too_early', gain: null, low: null, high: null } as const;

function projected(improvement: Improvement | null, days: number): z.input<typeof projection> {
  const point = improvement?.points.find(({ horizon_days }) => horizon_days === days);
  if (point === undefined) return tooEarly;
  const { status, gain, low, high } = point;
  return { status, gain, low, high };
}

const week = 7;

const roasOf = (days: readonly Totals[]): number | null => {
  const { revenue_minor, spend_minor } = sumOf(days);
  return per(revenue_minor, spend_minor);
};

const trajectory = route({
  ...reads,
  id: 'trajectory',
  method: 'POST',
  path: '/api/ml/compound/trajectory',
  words:
    'Whether learning helps, and where it leads: log loss that predictions save against a control on the same ads, with its interval; ahead only as far as the history bears. It may decline. Revenue per spend is told beside it, and is not its effect.',
  weight: 4,
  takes: of,
  answer: z.object({
    account_id: text,
    learning_status,
    days_elapsed: num,
    ads: num,
    total_improvement: maybe.describe('Nats per ad saved against the control'),
    improvement_low: maybe.describe('95 % interval'),
    improvement_high: maybe,
    projected_30d: projection,
    projected_90d: projection,
    projected_365d: projection,
    historical: z.object({ dates: list(time), improvement: list(num), low: list(num), high: list(num) }),
    initial_roas: maybe.describe('Of the first seven days'),
    current_roas: maybe.describe('Of the last seven days'),
    compound_effect: z.null().describe('Improvements of predictions do not multiply'),
    on_track_for_10x: z.null().describe('Nothing that is measured says so'),
  }),
  example,
}).by(async ({ operations, context }, given) => {
  const { improvement } = await operations.learning(given);
  const days = [...(await totalsByDay(context.analytics, given.account_id)).values()];
  const history = improvement?.history ?? [];
  return {
    account_id: given.account_id,
    learning_status: statusOf(improvement),
    days_elapsed: improvement?.days ?? 0,
    ads: improvement?.ads ?? 0,
    total_improvement: improvement?.gain ?? null,
    improvement_low: improvement?.low ?? null,
    improvement_high: improvement?.high ?? null,
    projected_30d: projected(improvement, 30),
    projected_90d: projected(improvement, 90),
    projected_365d: projected(improvement, 365),
    historical: {
      dates: history.map(({ at_ms }) => iso(at_ms)),
      improvement: history.map(({ gain }) => gain),
      low: history.map(({ low }) => low),
      high: history.map(({ high }) => high),
    },
    initial_roas: roasOf(days.slice(0, week)),
    current_roas: roasOf(days.slice(-week)),
    compound_effect: null,
    on_track_for_10x: null,
  };
});

const snapshot = route({
  ...reads,
  id: 'snapshot',
  method: 'POST',
  path: '/api/ml/compound/snapshot',
  words:
    'The last measure of the improvement: it is taken by itself, as an event, once a day of the account. There is none before enough actuals came.',
  weight: 4,
  takes: of,
  answer: z.object({
    status: z.enum(['taken', 'too_early']),
    account_id: text,
    snapshot_date: time.nullable(),
    improvement: maybe,
    ads: num,
  }),
  example,
}).by(async ({ operations }, given) => {
  const { improvement } = await operations.learning(given);
  return {
    status: improvement === null ? 'too_early' : 'taken',
    account_id: given.account_id,
    snapshot_date: improvement === null ? null : iso(improvement.at_ms),
    improvement: improvement?.gain ?? null,
    ads: improvement?.ads ?? 0,
  };
});

const history = route({
  ...reads,
  id: 'compound_history',
  method: 'GET',
  path: '/api/ml/compound/history/{account_id}',
  words:
    'What the account got, day by day, with each rate over that of the first day. Seasons and budgets are in it: it is no effect of learning.',
  weight: 4,
  takes: of,
  answer: z.object({
    account_id: text,
    snapshots: list(
      z.object({
        date: z.iso.date(),
        impressions: num,
        clicks: num,
        avg_ctr: maybe.describe('Link clicks per impression'),
        avg_roas: maybe,
        improvement_factor_ctr: maybe,
        improvement_factor_roas: maybe,
        total_spend: num,
        total_revenue: num,
        currency: text.nullable(),
      }),
    ),
  }),
  example,
}).by(async (place, given) => ({ account_id: given.account_id, snapshots: await daysOf(place, given.account_id) }));

async function daysOf({ context }: Place, account: string) {
  const days = [...(await totalsByDay(context.analytics, account))];
  const first = days[0]?.[1];
  const ctr = (one: Totals): number | null => per(one.clicks, one.impressions);
  const roas = (one: Totals): number | null => per(one.revenue_minor, one.spend_minor);
  const factor = (now: number | null, then: number | null): number | null =>
    now === null || then === null || then === 0 ? null : now / then;
  return days.map(([date, one]) => ({
    date,
    impressions: one.impressions,
    clicks: one.clicks,
    avg_ctr: ctr(one),
    avg_roas: roas(one),
    improvement_factor_ctr: first === undefined ? null : factor(ctr(one), ctr(first)),
    improvement_factor_roas: first === undefined ? null : factor(roas(one), roas(first)),
    total_spend: major(one.spend_minor, one.currency),
    total_revenue: major(one.revenue_minor, one.currency),
    currency: one.currency,
  }));
}

export const compoundRoutes: readonly Route[] = [learningCycleRoute, trajectory, snapshot, history];
