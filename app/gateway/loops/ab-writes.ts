/** What scripts tell of ads by the names of before: that there is one, and what it got. Each is an event like any other. */
import { z } from 'zod';
import { adCreated, adMetrics, noCreativeFacts, type AdCreated, type AdMetrics } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import type { AdEntry } from '../../operations/names/directory.ts';
import { timeOf } from '../../operations/time-of.ts';
import { totalsByAd } from '../../operations/tables/totals.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { route, type Place, type Reply, type Route } from '../route.ts';
import { written } from '../written.ts';
import { ragMemory } from '../../../processors/rag-memory/decide.ts';
import { keptParts } from '../../operations/running/kept-state.ts';
import { accepted, account_id, copy, maybe, minor, num, text, word } from './shapes.ts';

const writes = {
  role: 'operator',
  account: 'required',
  limit: 'write',
  changes: true,
  problems: [404],
} as const;

/** Where ads of this account come from, as its other ads say. */
const provenanceOf = ({ context: { source } }: Place): AdCreated['provenance'] => {
  const { kind } = source.status();
  return kind === 'simulated' ? 'simulated' : kind === 'replay' ? 'replayed' : 'live';
};

const metadata = z.strictObject({
  campaign_id: word,
  adset_id: word,
  experiment_id: word.exactOptional(),
  name: word.exactOptional(),
  headline: copy.exactOptional(),
  primary_text: copy.exactOptional(),
  call_to_action: z.string().min(1).max(64).exactOptional(),
});

const register = route({
  ...writes,
  id: 'register_variant',
  method: 'POST',
  path: '/api/ml/ab/register-variant',
  tag: 'A/B tests',
  words:
    'Says that there is an ad: `ad.created` with this copy. Its campaign and ad set are needed, for they own its budget. Answers once memory and bandit know it.',
  takes: z.strictObject({ account_id, variant_id: word, metadata }),
  answer: z.object({ status: z.enum(['registered', 'already_registered']), variant_id: text, message: text }),
  also: { 202: accepted },
  example: {
    account_id: 'act_1001',
    variant_id: 'ad_new',
    metadata: { campaign_id: 'camp_1', adset_id: 'set_new', headline: 'Free delivery' },
  },
}).by(async (place, { variant_id, metadata: of, ...account }, call) => {
  const { directory } = place.context;
  if (directory.ad(account.account_id, variant_id) !== undefined)
    return { status: 'already_registered', variant_id, message: 'an ad of this id is known' };
  const value: AdCreated = {
    ...noCreativeFacts,
    ...account,
    campaign_id: of.campaign_id,
    adset_id: of.adset_id,
    ad_id: variant_id,
    experiment_id: of.experiment_id ?? null,
    objective: 'unknown',
    name: of.name ?? of.headline ?? variant_id,
    headline: of.headline ?? null,
    primary_text: of.primary_text ?? null,
    call_to_action: of.call_to_action ?? null,
    format: 'unknown',
    created_ms: timeOf(place.context),
    provenance: provenanceOf(place),
  };
  const write = {
    account_id: account.account_id,
    events: [adCreated.event(value)],
    groups: ['thompson-sampling', 'creative-dna', 'rag-memory'],
  };
  return written(place, call, write, () =>
    Promise.resolve({ status: 'registered', variant_id, message: 'ad.created is in the log' } as const),
  );
});

const count = z.int().min(0).max(1e12);
const amount = z.number().min(0).max(1e12);

const totals = {
  impressions: count,
  clicks: count.describe('Clicks on the link'),
  conversions: count.exactOptional(),
  spend: amount.exactOptional(),
  revenue: amount.exactOptional(),
};
const window = {
  currency: z.string().length(3).exactOptional(),
  window_start_ms: z.int().min(0).exactOptional(),
  window_end_ms: z.int().min(0).exactOptional(),
};

interface Told {
  readonly impressions: number;
  readonly clicks: number;
  readonly conversions?: number;
  readonly spend?: number;
  readonly revenue?: number;
  readonly currency?: string;
  readonly window_start_ms?: number;
  readonly window_end_ms?: number;
}

function adOf({ context: { directory } }: Place, account: string, ad_id: string): AdEntry {
  const ad = directory.ad(account, ad_id);
  if (ad === undefined) throw new FlywheelError('ad.unknown', { id: ad_id, account_id: account });
  return ad;
}

/** The totals as a snapshot: of the window that is named, else of the last whole hour. */
async function snapshotOf(place: Place, ad: AdEntry, told: Told): Promise<AdMetrics> {
  const { context } = place;
  const now = timeOf(context);
  const end = told.window_end_ms ?? Math.floor(now / hour_ms) * hour_ms;
  const known = [...(await totalsByAd(context.analytics, ad.account_id)).values()];
  const currency = told.currency ?? known.flatMap((one) => one.currency ?? [])[0];
  if (currency === undefined && ((told.spend ?? 0) > 0 || (told.revenue ?? 0) > 0))
    throw new FlywheelError('request.argument', {
      operation: 'metrics',
      field: 'currency',
      value: 'absent',
      why: 'the account has no spend that says its currency',
      takes: 'an ISO 4217 code, for example EUR',
    });
  const unit = currency ?? 'USD';
  return {
    account_id: ad.account_id,
    campaign_id: ad.campaign_id,
    adset_id: ad.adset_id,
    ad_id: ad.ad_id,
    experiment_id: ad.experiment_id,
    window_start_ms: told.window_start_ms ?? end - hour_ms,
    window_end_ms: end,
    as_of_ms: Math.max(now, end),
    impressions: told.impressions,
    clicks: told.clicks,
    link_clicks: told.clicks,
    spend_minor: minor(told.spend ?? 0, unit),
    currency: unit,
    conversions: told.conversions ?? 0,
    conversion_value_minor: minor(told.revenue ?? 0, unit),
    reach: null,
    context: {},
  };
}

/** Groups by which the next read of an ad's numbers is answered. */
const counting = { groups: ['thompson-sampling', 'fatigue-monitor', 'archivist'] };

/** Appends a snapshot that keeps the rules of its topic. @throws FlywheelError `request.event` */
function counted<T>(
  place: Place,
  call: Parameters<typeof written>[1],
  value: AdMetrics,
  answer: () => Promise<T>,
): Promise<T | Reply> {
  const broken = adMetrics.check(value, timeOf(place.context));
  if (broken !== undefined)
    throw new FlywheelError('request.event', {
      topic: adMetrics.name,
      field: broken.field,
      value: broken.value,
      rule: broken.rule,
      what_to_do: broken.remedy,
    });
  return written(place, call, { account_id: value.account_id, events: [adMetrics.event(value)], ...counting }, answer);
}

const update = route({
  ...writes,
  id: 'update_variant',
  method: 'POST',
  path: '/api/ml/ab/update-variant',
  tag: 'A/B tests',
  words:
    'What an ad got in a window, the last whole hour where none is named: a later snapshot of the same window replaces it. A `reward` is not used: clicks of impressions are, each once.',
  takes: z.strictObject({
    account_id,
    variant_id: word,
    metrics: z.strictObject({ ...totals, ...window }),
    reward: z.number().exactOptional(),
    cost: amount.exactOptional(),
    context: z.record(z.string(), z.unknown()).exactOptional(),
  }),
  answer: z.object({ status: z.literal('updated'), variant_id: text, window_start_ms: num, window_end_ms: num }),
  also: { 202: accepted },
  example: { account_id: 'act_1001', variant_id: 'ad_1', metrics: { impressions: 100, clicks: 2 } },
}).by(async (place, { variant_id, metrics, cost, ...of }, call) => {
  const ad = adOf(place, of.account_id, variant_id);
  const spend = metrics.spend ?? cost;
  const value = await snapshotOf(place, ad, { ...metrics, ...(spend === undefined ? {} : { spend }) });
  const { window_start_ms, window_end_ms } = value;
  return counted(place, call, value, () =>
    Promise.resolve({ status: 'updated', variant_id, window_start_ms, window_end_ms } as const),
  );
});

const feedback = route({
  ...writes,
  id: 'feedback',
  method: 'POST',
  path: '/api/ml/feedback',
  tag: 'Predictions',
  words:
    'The same of an ad under its own name: what it got in a window. Whether it is a winner, and whether a new model is wanted, is decided by the loops from all events; the answer says how they stand.',
  takes: z.strictObject({ account_id, ad_id: word, variant_id: word.exactOptional(), ...totals, ...window }),
  answer: z.object({
    status: z.literal('recorded'),
    indexed_to_rag: z.boolean().describe('Whether it is remembered as a winner'),
    ctr: maybe.describe('Of what was told, fraction'),
    cvr: maybe,
    retrain_triggered: z.literal(false).describe('One report asks for no new model'),
  }),
  also: { 202: accepted },
  example: { account_id: 'act_1001', ad_id: 'ad_1', impressions: 100, clicks: 2 },
}).by(async (place, { ad_id, ...told }, call) => {
  const value = await snapshotOf(place, adOf(place, told.account_id, ad_id), told);
  return counted(place, call, value, async () => {
    const won = (await keptParts(place.context.engine, ragMemory, told.account_id)).get(ad_id)?.won ?? null;
    return {
      status: 'recorded',
      indexed_to_rag: won !== null && won.withdrawn_ms === null,
      ctr: told.impressions > 0 ? told.clicks / told.impressions : null,
      cvr: told.clicks > 0 ? (told.conversions ?? 0) / told.clicks : null,
      retrain_triggered: false,
    } as const;
  });
});

export const abWriteRoutes: readonly Route[] = [register, update];
export const feedbackRoute: Route = feedback;
