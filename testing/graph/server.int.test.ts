import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { plainWorld, type PlainAccount } from './plain-world.ts';
import { graphServer, type GraphServer, type ServerOptions } from './server.ts';

const now_ms = Date.UTC(2026, 2, 10, 15);
const token = 'EAAone';
const adset = '200100100';

let server: GraphServer;
afterEach(() => server.close());

const small: PlainAccount = { id: '200', campaigns: [{ adsets: 2, ads_each: 2 }] };

async function open(account: Partial<PlainAccount> = {}, options?: ServerOptions, app_secret?: string): Promise<void> {
  const other: PlainAccount = { ...small, id: '300' };
  const tenants = [
    { token, accounts: [{ ...small, ...account }] },
    { token: 'EAAtwo', accounts: [other] },
  ];
  server = await graphServer(plainWorld({ now_ms, tenants, ...(app_secret !== undefined && { app_secret }) }), options);
}

interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, never>;
}

async function ask(method: string, path: string, params: Record<string, string> = {}, by = token): Promise<Said> {
  const query = new URLSearchParams({ ...params, access_token: by });
  const response = await fetch(`${server.base_url}/v26.0/${path}?${query.toString()}`, { method });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as Said['body']) : ({ text } as never),
  };
}

const get = (path: string, params?: Record<string, string>, by?: string): Promise<Said> => ask('GET', path, params, by);
const set = (id: string, params: Record<string, string>): Promise<Said> => ask('POST', id, params);
const code = ({ body }: Said): string => {
  const { code: of, error_subcode: sub } = (body as unknown as { error: { code: number; error_subcode?: number } })
    .error;
  return sub === undefined ? String(of) : `${of}/${sub}`;
};
const budgetOf = async (id: string): Promise<unknown> =>
  Reflect.get((await get(id, { fields: 'daily_budget' })).body, 'daily_budget');

const yesterday = JSON.stringify({ since: '2026-03-09', until: '2026-03-09' });

describe('the fake Graph API', () => {
  it('lists page by page, numbers as text, and dies with a cursor that is not its own', async () => {
    await open();
    const first = await get('act_200/ads', { fields: 'id,name', limit: '3' });
    const { data, paging } = first.body as unknown as {
      data: object[];
      paging: { next: string; cursors: { after: string } };
    };
    expect(data).toHaveLength(3);
    expect(paging.next.startsWith(server.base_url)).toBe(true);
    const rest = (await (await fetch(paging.next)).json()) as { data: object[]; paging: { next?: string } };
    expect(rest.data).toHaveLength(1);
    expect(rest.paging.next).toBeUndefined();
    expect(code(await get('act_200/campaigns', { after: paging.cursors.after }))).toBe('100');
    expect(await budgetOf(adset)).toBe('5000');
  });

  it('refuses a token that is another tenant’s, and writes it down', async () => {
    await open();
    const said = await get('act_200', { fields: 'name' }, 'EAAtwo');
    expect([said.status, code(said)]).toEqual([403, '200']);
    expect(server.seen.violations).toEqual(['act_200 was asked for with the token of another tenant']);
    expect(code(await get('act_200', {}, 'EAAnobody'))).toBe('190');
    expect(code(await get('404'))).toBe('100/33');
  });

  it('asks for the proof of the app’s secret', async () => {
    await open({}, {}, 'secret');
    expect(code(await get('act_200'))).toBe('100');
    const appsecret_proof = createHmac('sha256', 'secret').update(token).digest('hex');
    expect((await get('act_200', { appsecret_proof })).status).toBe(200);
  });

  it('knows hours without people and without what was done off the platform, and days with both', async () => {
    await open();
    const params = { level: 'ad', time_range: yesterday, time_increment: '1', limit: '500' };
    const fields = 'ad_id,impressions,reach,spend,actions';
    const days = (await get('act_200/insights', { ...params, fields })).body as unknown as { data: Row[] };
    const hours = (
      await get('act_200/insights', {
        ...params,
        fields,
        breakdowns: 'hourly_stats_aggregated_by_advertiser_time_zone',
      })
    ).body as unknown as { data: Row[] };
    expect([days.data.length, hours.data.length]).toEqual([4, 96]);
    const sum = (rows: readonly Row[]): number => rows.reduce((total, row) => total + Number(row.impressions), 0);
    expect(sum(hours.data)).toBe(sum(days.data));
    expect(new Set(hours.data.map(({ reach }) => reach))).toEqual(new Set(['0']));
    const types = (rows: readonly Row[]): Set<string> =>
      new Set(rows.flatMap(({ actions = [] }) => actions.map((a) => a.action_type)));
    expect(types(hours.data)).toEqual(new Set(['link_click']));
    expect(types(days.data)).toContain('omni_purchase');
    expect(days.data[0]?.spend).toMatch(/^\d+(\.\d{1,2})?$/);
  });

  it('restates for 28 days: conversions come late, and nothing becomes less', async () => {
    await open();
    const params = { level: 'ad', time_range: yesterday, time_increment: '1', fields: 'ad_id,clicks,actions' };
    const purchases = async (): Promise<number> => {
      const { data } = (await get('act_200/insights', params)).body as unknown as { data: Row[] };
      return data.reduce(
        (sum, { actions = [] }) => sum + Number(actions.find((a) => a.action_type === 'purchase')?.value ?? 0),
        0,
      );
    };
    const seen = [await purchases()];
    for (let week = 0; week < 5; week++) {
      await server.pass(7 * day_ms);
      seen.push(await purchases());
    }
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen[4]).toBeGreaterThan(seen[0] ?? 0);
    expect(seen[5]).toBe(seen[4]);
  });

  it('makes reports: begun, looked after, and read when all of it is there', async () => {
    await open({}, { sync_rows: 3 });
    const params = { level: 'ad', time_range: yesterday, time_increment: '1', fields: 'ad_id,impressions' };
    expect(code(await get('act_200/insights', params))).toBe('100/1487534');
    const { report_run_id: run } = (await set('act_200/insights', params)).body as unknown as { report_run_id: string };
    const looks: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { async_status, async_percent_completion: percent } = (await get(run)).body as unknown as Record<
        string,
        string
      >;
      looks.push(`${async_status} ${percent}`);
      if (i < 4) expect(code(await get(`${run}/insights`))).toBe('100/1487534');
    }
    expect(looks.slice(-2)).toEqual(['Job Completed 90', 'Job Completed 100']);
    expect((await get(`${run}/insights`)).body).toMatchObject({ data: { length: 4 } });
  });

  it('refuses budgets as the platform does', async () => {
    await open({
      campaigns: [
        { adsets: 1, ads_each: 1 },
        { adsets: 1, ads_each: 1, budget_on: 'campaign' },
      ],
    });
    expect(code(await set('200101100', { daily_budget: '6000' }))).toBe('100/1885621');
    expect(code(await set(adset, { daily_budget: '99' }))).toBe('100/1885272');
    expect(code(await set(adset, { daily_budget: '60.5' }))).toBe('100');
    // What the SDK sends for an update that is written the obvious way.
    expect((await set(adset, { id: adset })).body).toEqual({ success: true });
    expect(await budgetOf(adset)).toBe('5000');
    for (const minor of ['6000', '7000', '6500', '6400'])
      expect((await set(adset, { daily_budget: minor })).status).toBe(200);
    expect(code(await set(adset, { daily_budget: '6300' }))).toBe('613/1487632');
    await server.pass(hour_ms);
    expect((await set(adset, { daily_budget: '6300' })).status).toBe(200);
    expect(server.seen.writesOf(adset).map(({ after }) => after)).toEqual(['6000', '7000', '6500', '6400', '6300']);
    expect(server.seen.highestBudget(adset, '2026-03-10')).toBe(7_000);
    expect(server.exceeded).toEqual(new Map([['613/1487632', 1]]));
  });

  it('counts calls against the account and tells of it before and after it refuses', async () => {
    await open({ tier: 'limited' });
    let last = await get('act_200');
    for (let i = 1; i < 60; i++) last = await get('act_200');
    expect(JSON.parse(last.headers.get('x-ad-account-usage') ?? '')).toMatchObject({ acc_id_util_pct: 100 });
    const refused = await get('act_200');
    expect(code(refused)).toBe('17/2446079');
    const usage = JSON.parse(refused.headers.get('x-business-use-case-usage') ?? '') as Record<string, object[]>;
    expect(usage['200']?.[0]).toMatchObject({ type: 'ads_management', estimated_time_to_regain_access: 5 });
    await server.pass(4 * 60_000);
    expect(code(await get('act_200'))).toBe('17/2446079');
    await server.pass(60_000);
    expect((await get('act_200')).status).toBe(200);
  });

  it('takes up to fifty calls at once and answers each by itself', async () => {
    await open();
    const batch = JSON.stringify([
      { method: 'GET', relative_url: `${adset}?fields=daily_budget` },
      { method: 'POST', relative_url: adset, body: 'daily_budget=5500' },
      { method: 'GET', relative_url: '404' },
    ]);
    const { body } = await ask('POST', '', { batch });
    const answers = body as unknown as { code: number; body: string }[];
    expect(answers.map((one) => one.code)).toEqual([200, 200, 400]);
    expect(JSON.parse(answers[0]?.body ?? '')).toEqual({ id: adset, daily_budget: '5000' });
    expect(server.seen.calls).toHaveLength(3);
    const many = JSON.stringify(Array.from({ length: 51 }, () => ({ method: 'GET', relative_url: adset })));
    expect(code(await ask('POST', '', { batch: many }))).toBe('100');
  });

  it.each([
    ['an error', { kind: 'error', error: { code: 80004, subcode: 2446079 }, regain_minutes: 12 }, '5000', 400],
    ['a proxy’s page', { kind: 'html', status: 502 }, '5000', 502],
    ['a page after it was done', { kind: 'done_but_html', status: 504 }, '6000', 504],
    ['a success that is none', { kind: 'not_applied' }, '5000', 200],
    ['an error in a success', { kind: 'error_in_200', error: { code: 1 } }, '5000', 200],
  ] as const)('meets a write with %s', async (_, fault, after, status) => {
    await open();
    server.meet(fault, { method: 'POST' });
    expect((await set(adset, { daily_budget: '6000' })).status).toBe(status);
    expect(await budgetOf(adset)).toBe(after);
    expect(server.faults.waiting).toBe(0);
  });

  it.each([
    ['lost after it was done', { kind: 'answer_lost' }, '6000'],
    ['dropped before', { kind: 'dropped' }, '5000'],
  ] as const)('has the connection %s', async (_, fault, after) => {
    await open();
    server.meet(fault);
    await expect(set(adset, { daily_budget: '6000' })).rejects.toThrow();
    expect(await budgetOf(adset)).toBe(after);
  });

  it('reads what was before a write where it is told to, and what a person changed', async () => {
    await open();
    await set(adset, { daily_budget: '6000' });
    server.meet({ kind: 'stale_read' }, { method: 'GET' });
    expect(await budgetOf(adset)).toBe('5000');
    expect(await budgetOf(adset)).toBe('6000');
    server.humanSets(adset, { daily_budget: 4_000 });
    expect(await budgetOf(adset)).toBe('4000');
    expect(server.seen.writesOf(adset)).toHaveLength(1);
    server.meet({ kind: 'number_as_string' });
    expect(await budgetOf(adset)).toBe(4_000);
  });

  it('ends a token and a version', async () => {
    await open();
    const [tenant] = server.world.tenants;
    if (tenant !== undefined) tenant.expires_ms = now_ms + hour_ms;
    expect((await get('act_200')).status).toBe(200);
    await server.pass(hour_ms);
    expect(code(await get('act_200'))).toBe('190/463');
    const old = await fetch(`${server.base_url}/v24.0/act_200?access_token=${token}`);
    expect(await old.json()).toMatchObject({ error: { code: 2635 } });
  });
});

interface Row {
  readonly impressions: string;
  readonly reach: string;
  readonly spend: string;
  readonly actions?: readonly { readonly action_type: string; readonly value: string }[];
}
