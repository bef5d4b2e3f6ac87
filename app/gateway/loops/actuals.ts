/** Loop 6, actuals: asking the ad platform, which is a job, and what came of predictions. */
import { z } from 'zod';
import { fetchActuals, syncActuals } from '../../operations/actuals/actuals.ts';
import type { RequestedActuals } from '../../operations/actuals/view.ts';
import { answerShapes } from '../../operations/answers.ts';
import { actualsJob } from '../../operations/cycles/jobs.ts';
import { noTotals, sumOf, totalsByAd } from '../../operations/tables/totals.ts';
import { Reply, route, type Call, type Route } from '../route.ts';
import { account_id, begun, iso, list, maybe, num, text, time, totalsFields, withRates, word } from './shapes.ts';

const writes = { tag: 'Actuals', role: 'operator', limit: 'write', changes: true } as const;
const days_back = z.int().min(1).max(31).describe('7 where left out').exactOptional();

const asked = z.object({
  ...begun,
  status: z.enum(['running', 'nothing_to_do']),
  total_requested: num,
  requested: list(z.object({ account_id: text, ad_id: text, request_id: text })),
  from: time,
  to: time,
});

function begunBy({ requested, from_ms, to_ms }: RequestedActuals, { command_id }: Call): Reply {
  const job_id = actualsJob(command_id, requested.length);
  const status_url = `/api/jobs/${encodeURIComponent(job_id)}`;
  const body: z.input<typeof asked> = {
    job_id,
    status_url,
    status: requested.length === 0 ? 'nothing_to_do' : 'running',
    total_requested: requested.length,
    requested,
    from: iso(from_ms),
    to: iso(to_ms),
  };
  return new Reply(202, body, { location: status_url });
}

const fetchOne = route({
  ...writes,
  id: 'fetch_ad_actuals',
  method: 'POST',
  path: '/api/ml/actuals/fetch',
  words: 'Asks the ad platform what one ad got in the last days. What it got so far stands in the answer.',
  account: 'required',
  weight: 5,
  takes: z.strictObject({ account_id, ad_id: word, video_id: word.exactOptional(), days_back }),
  answer: asked.extend({ metrics: z.object(totalsFields).describe('As known before the platform answers') }),
  status: 202,
  problems: [404],
  example: { account_id: 'act_1001', ad_id: 'ad_1', days_back: 2 },
}).by(async ({ context }, { ad_id, video_id: _, ...of }, call) => {
  const { status, body, headers } = begunBy(
    await fetchActuals(context, { ...of, ad_ids: [ad_id] }, call.command_id),
    call,
  );
  const known = (await totalsByAd(context.analytics, of.account_id)).get(ad_id) ?? noTotals;
  return new Reply(status, { ...(body as z.input<typeof asked>), metrics: withRates(known) }, headers);
});

const batch = route({
  ...writes,
  id: 'batch_actuals',
  method: 'POST',
  path: '/api/ml/actuals/batch',
  words: 'Asks for several ads at once: `ad_ids`, or pairs of ad and video.',
  account: 'required',
  weight: 10,
  takes: z.strictObject({
    account_id,
    ad_ids: z.array(word).min(1).max(1_000).exactOptional(),
    ad_video_pairs: z
      .array(z.tuple([word, z.string().max(500)]))
      .min(1)
      .max(1_000)
      .exactOptional(),
    days_back,
  }),
  answer: asked,
  status: 202,
  problems: [404],
  example: { account_id: 'act_1001', ad_ids: ['ad_1'] },
}).by(async ({ context }, { ad_ids, ad_video_pairs, ...of }, call) => {
  const ids = ad_ids ?? (ad_video_pairs ?? []).map(([ad_id]) => ad_id);
  return begunBy(await fetchActuals(context, { ...of, ad_ids: ids }, call.command_id), call);
});

const sync = route({
  ...writes,
  id: 'sync_scheduled_actuals',
  method: 'POST',
  path: '/api/ml/actuals/sync-scheduled',
  words:
    'Asks for every ad whose predictions wait for their actuals. The loop does so by itself where its stream leaves hours out.',
  account: 'optional',
  weight: 10,
  takes: z.strictObject({ account_id: account_id.exactOptional(), days_back }),
  answer: asked,
  status: 202,
  example: { account_id: 'act_1001' },
}).by(async ({ context }, of, call) => begunBy(await syncActuals(context, of, call.command_id), call));

const stats = route({
  id: 'actuals_stats',
  method: 'GET',
  path: '/api/ml/actuals/stats',
  tag: 'Actuals',
  words:
    'How often the platform was asked, by every way, what was tracked, and what came of predictions: accuracy by age with ceiling and interval, `unknown` before enough matured. Of all accounts where none is named.',
  role: 'viewer',
  account: 'required',
  limit: 'read',
  weight: 2,
  changes: false,
  takes: z.strictObject({ account_id }),
  answer: z.object({
    account_id: text,
    awaiting: num,
    asked: num,
    total_spend_tracked: num,
    total_conversions_tracked: num,
    currency: text.nullable(),
    accuracy: maybe.describe('Of ads not shown yet when predicted; null before it is known'),
    accuracy_status: z.enum(['good', 'poor', 'unknown']),
    accounts: list(z.unknown()).describe('As the operation actuals has them'),
    platform: z.object({
      total_fetches: num,
      successful_fetches: num,
      failed_fetches: num,
      success_rate: maybe,
      last_error: text.nullable(),
    }),
  }),
  example: { account_id: 'act_1001' },
}).by(async ({ operations, context }, of) => {
  const { accounts, platform } = await operations.actuals(of);
  const tracked = sumOf((await totalsByAd(context.analytics, of.account_id)).values());
  const cold = accounts[0]?.stages.find(({ stage }) => stage === 'cold');
  const { requests, answers, failures, last_error } = platform;
  const done = answers + failures;
  const { spend, conversions, currency } = withRates(tracked);
  return {
    account_id: of.account_id,
    awaiting: accounts[0]?.awaiting ?? 0,
    asked: accounts[0]?.asked ?? 0,
    total_spend_tracked: spend,
    total_conversions_tracked: conversions,
    currency,
    accuracy: cold?.accuracy ?? null,
    accuracy_status: cold?.status ?? 'unknown',
    accounts,
    platform: {
      total_fetches: requests,
      successful_fetches: answers,
      failed_fetches: failures,
      success_rate: done > 0 ? answers / done : null,
      last_error,
    },
  };
});

const report = route({
  id: 'accuracy_report',
  method: 'GET',
  path: '/api/ml/accuracy-report',
  tag: 'Predictions',
  words: 'Accuracy, calibration and improvement of an account, as the page shows them.',
  role: 'viewer',
  account: 'required',
  limit: 'read',
  weight: 4,
  changes: false,
  takes: z.strictObject({ account_id }),
  answer: answerShapes.learning,
  example: { account_id: 'act_1001' },
}).by(async ({ operations }, of) => {
  const view = await operations.learning(of);
  return { ...view, accounts: view.accounts.filter((one) => one.account_id === of.account_id) };
});

export const actualsRoutes: readonly Route[] = [fetchOne, batch, sync, stats];
export const accuracyRoute: Route = report;
