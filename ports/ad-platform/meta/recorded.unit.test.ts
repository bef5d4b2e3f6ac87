/**
 * Answers that the Graph API once gave (keboola/ex-facebook-graph-api, MIT), through our parser into events. They are no
 * part of the project: GRAPH_API_RECORDINGS names their folder, else it is looked for beside the project.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCodec } from '../../../schemas/codec.ts';
import { adMetrics, topics, type AdMetrics } from '../../../schemas/index.ts';
import { defaultConversions } from './conversions.ts';
import { listed } from './paging.ts';
import { insightOf, type RowContext } from './rows.ts';
import { insightShape, runShape, runStateShape } from './shapes.ts';

const beside = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data/graph-api');
const folder = process.env['GRAPH_API_RECORDINGS'] ?? beside;
const there = existsSync(folder);
const title = 'recorded answers of the Graph API';

const recordingShape = z.array(z.object({ request: z.string(), response: z.looseObject({}) }));
const recorded = (name: string): z.infer<typeof recordingShape> =>
  recordingShape.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

/** Every row of insights, wherever it stands, as it was recorded; with the id of the ad or campaign around it. */
function rowsIn(value: unknown, around: string): { readonly row: Raw; readonly around: string }[] {
  if (Array.isArray(value)) return value.flatMap((item) => rowsIn(item, around));
  if (!isRaw(value)) return [];
  // A report has dates too.
  if (typeof value['date_start'] === 'string' && value['async_status'] === undefined) return [{ row: value, around }];
  const id = typeof value['id'] === 'string' ? value['id'] : around;
  return Object.values(value).flatMap((inner) => rowsIn(inner, id));
}

const now_ms = Date.UTC(2022, 0, 1);
const codec = createCodec({ topics });

/** The event of a row: what its request did not ask for is filled in, so that it says which ad and of how much. */
function eventOf({ row, around }: { readonly row: Raw; readonly around: string }): AdMetrics {
  const clicks = valueOf(row, 'link_click');
  const filled = { campaign_id: around, adset_id: 'not recorded', ad_id: around, impressions: clicks, clicks, ...row };
  const parsed = insightShape.parse(filled);
  const context: RowContext = {
    currency: 'EUR',
    time_zone: 'Europe/Prague',
    objectives: new Map([[String(filled.campaign_id), 'sales']]),
    conversions: defaultConversions,
    now_ms,
  };
  const insight = insightOf(parsed, context);
  const value = {
    account_id: 'act_1',
    ...insight,
    experiment_id: null,
    currency: 'EUR',
    reach: insight.reach ?? null,
    context: {},
  };
  const decoded = codec.decode(adMetrics.name, codec.encode(adMetrics.name, value), now_ms);
  expect(decoded).toEqual({ ok: true, value });
  return value;
}

/** What a recorded row says of an action, its parts by a breakdown left out. */
function valueOf(row: Raw, action_type: string): number {
  const actions = Array.isArray(row['actions']) ? (row['actions'] as unknown[]) : [];
  const whole = actions
    .filter(isRaw)
    .filter((action) => action['action_type'] === action_type && !('action_reaction' in action));
  return whole.reduce((sum, action) => sum + Number(action['value']), 0);
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
const numberIn =
  (name: string) =>
  ({ row }: { readonly row: Raw }) =>
    Number(row[name] ?? 0);

describe.skipIf(!there)(title, () => {
  it.each([
    ['ads-insights-daily', 36],
    ['campaign-insights-actions', 25],
    ['async-report-run', 3],
  ])('%s become events with the totals of the recording', (name, count) => {
    const rows = recorded(name).flatMap(({ response }) => rowsIn(response, 'none'));
    expect(rows).toHaveLength(count);
    const events = rows.map(eventOf);
    const asked = rows.filter(({ row }) => 'impressions' in row);
    const counted = events.filter((_, i) => 'impressions' in (rows[i]?.row ?? {}));
    expect(sum(counted, (event) => event.impressions)).toBe(sum(asked, numberIn('impressions')));
    expect(sum(counted, (event) => event.clicks)).toBe(sum(asked, numberIn('clicks')));
    expect(sum(counted, (event) => event.reach ?? 0)).toBe(sum(asked, numberIn('reach')));
    expect(sum(counted, (event) => event.spend_minor)).toBe(Math.round(sum(asked, numberIn('spend')) * 100));
    expect(sum(events, (event) => event.link_clicks)).toBe(sum(rows, ({ row }) => valueOf(row, 'link_click')));
    expect(sum(events, (event) => event.conversions)).toBe(sum(rows, ({ row }) => valueOf(row, 'omni_purchase')));
  });

  it('hold purchases, which stand under three types and count once', () => {
    const rows = recorded('async-report-run').flatMap(({ response }) => rowsIn(response, 'none'));
    const purchases = sum(rows.map(eventOf), (event) => event.conversions);
    expect(purchases).toBeGreaterThan(0);
    for (const type of ['omni_purchase', 'purchase', 'offsite_conversion.fb_pixel_purchase'])
      expect(sum(rows, ({ row }) => valueOf(row, type))).toBe(purchases);
  });

  it('begin a report and say when it is done', () => {
    const answers = recorded('async-report-run').map(({ response }) => response);
    expect(answers.filter((answer) => runShape.safeParse(answer).success)).toHaveLength(1);
    const [state] = answers.flatMap((answer) => runStateShape.safeParse(answer).data ?? []);
    expect(state).toMatchObject({ async_status: 'Job Completed', async_percent_completion: 100 });
  });

  it('are read page by page to the last', async () => {
    const pages = recorded('adsets-frequency-control').filter(({ request }) => request.includes('after='));
    const afterOf = (address: string): string | null =>
      new URL(address.replace('{{GRAPH}}', 'https://graph.invalid')).searchParams.get('after');
    const client = {
      get: (_account: string | null, _path: string, { after }: Readonly<Record<string, string>>): Promise<unknown> =>
        Promise.resolve(pages.find(({ request }) => afterOf(request) === after)?.response),
    };
    const [first] = pages.filter(
      ({ request }) => !pages.some(({ response }) => JSON.stringify(response).includes(afterOf(request) ?? '')),
    );
    const items = await listed(client, 'act_1', 'act_1/adsets', { after: afterOf(first?.request ?? '') ?? '' });
    const ids = items.map((item) => z.object({ id: z.string() }).parse(item).id);
    expect(ids).toHaveLength(75);
    expect(new Set(ids).size).toBe(75);
  });
});

it.runIf(!there)(`${title} are not there: set GRAPH_API_RECORDINGS to their folder`, ({ skip }) => skip());
