import { afterEach, describe, expect, it } from 'vitest';
import { hour_ms } from '../../../schemas/values.ts';
import { MemoryCallBudget } from '../../call-budget/memory.ts';
import { plainWorld, type PlainWorld } from '../../../testing/graph/plain-world.ts';
import { graphServer, type GraphServer, type ServerOptions } from '../../../testing/graph/server.ts';
import { simulatedWorld } from '../../../testing/graph/simulated-world.ts';
import { adPlatformContract, type OpenPlatform } from '../ad-platform.contract.ts';
import { testedMeta, type TestedMeta, type TestedOptions } from './testing/opened.ts';
import { usualPull } from './reports.ts';

const now_ms = Date.UTC(2026, 2, 10, 15);
const token = 'EAAone';

const openOn = async (world: Parameters<typeof graphServer>[0], tokens: readonly string[]): Promise<OpenPlatform> => {
  const server = await graphServer(world);
  return {
    platform: testedMeta(server, { tokens }).platform,
    now_ms: () => server.now_ms(),
    pass: () => server.pass(hour_ms),
    close: () => server.close(),
  };
};

describe('Meta, with accounts of several kinds', () => {
  adPlatformContract(() =>
    openOn(
      plainWorld({
        now_ms,
        tenants: [
          {
            token,
            accounts: [
              {
                id: '200',
                time_zone: 'America/New_York',
                currency: 'USD',
                campaigns: [
                  { adsets: 2, ads_each: 1, began_days_ago: 4 },
                  { adsets: 1, ads_each: 2, began_days_ago: 3, objective: 'OUTCOME_SALES', budget_on: 'campaign' },
                ],
              },
              {
                id: '300',
                time_zone: 'Asia/Kolkata',
                currency: 'JOD',
                campaigns: [{ adsets: 2, ads_each: 1, began_days_ago: 3, study: true }],
              },
            ],
          },
          {
            token: 'EAAtwo',
            accounts: [
              {
                id: '400',
                time_zone: 'Asia/Tokyo',
                currency: 'JPY',
                campaigns: [{ adsets: 1, ads_each: 1, began_days_ago: 2, budget_on: 'lifetime' }],
              },
            ],
          },
        ],
      }),
      [token, 'EAAtwo'],
    ),
  );
});

describe('Meta, with the simulated accounts behind it', () => {
  adPlatformContract(async () => {
    const first_ms = now_ms - 2 * 24 * hour_ms;
    return openOn(await simulatedWorld({ seed: 1, first_ms, now_ms, token }), [token]);
  });
});

describe('the adapter of Meta', () => {
  let server: GraphServer;
  let meta: TestedMeta;
  afterEach(() => server.close());

  const one: PlainWorld['tenants'] = [
    { token, accounts: [{ id: '200', campaigns: [{ adsets: 2, ads_each: 1, began_days_ago: 3 }] }] },
  ];
  const account = 'act_200';
  const owner = { account_id: account, level: 'adset', owner_id: '200100100' } as const;

  async function open(
    options: Partial<TestedOptions> = {},
    world: Partial<PlainWorld> = {},
    serverOptions: ServerOptions = {},
  ): Promise<void> {
    server = await graphServer(plainWorld({ now_ms, tenants: one, ...world }), serverOptions);
    meta = testedMeta(server, { tokens: [token], ...options });
  }

  it('asks for each account with its tenant’s token, whatever is asked and in whichever order', async () => {
    const tenants = ['a', 'b', 'c'].map((name, i) => ({
      token: `EAA${name}`,
      accounts: [{ id: String(200 + i), campaigns: [{ adsets: 1, ads_each: 2, began_days_ago: 3 }] }],
    }));
    await open({ tokens: ['EAAa', 'EAAb', 'EAAc'], pull: { ...usualPull, sync_rows: 10 } }, { tenants });
    const { platform } = meta;
    const accounts = await platform.accounts();
    await Promise.all(
      accounts.map(async ({ account_id }) => {
        await platform.insights(account_id, 0);
        const set = (await platform.adSets(account_id))[0]?.adset_id ?? '';
        const of = await platform.budgetOwnerOfAdSet(account_id, set);
        await platform.writeDailyBudget(of, 6_000);
        await platform.readBudget(of);
      }),
    );
    expect(server.seen.violations).toEqual([]);
    const used = new Map(server.seen.calls.map(({ account_id, tenant }) => [account_id, tenant]));
    expect([used.get('act_200'), used.get('act_201'), used.get('act_202')]).toEqual([0, 1, 2]);
    const reports = server.seen.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/insights'));
    expect(reports.length).toBeGreaterThanOrEqual(3);
  });

  it('proves that it knows the app’s secret, on the first page and the next ones', async () => {
    await open({ client: { app_secret: 'the secret' } }, { app_secret: 'the secret' });
    expect(await meta.platform.insights(account, 0)).toHaveLength(2 * (3 * 24));
  });

  it.each([
    ['a proxy’s page', { kind: 'html', status: 502 }],
    ['a connection that ends', { kind: 'dropped' }],
    ['an intermittent error', { kind: 'error', error: { code: 2, subcode: 1504043 } }],
    ['an error in a success', { kind: 'error_in_200', error: { code: 1 } }],
    ['a throttle', { kind: 'error', error: { code: 80004, subcode: 2446079 }, regain_minutes: 12 }],
    ['numbers as text', { kind: 'number_as_string' }],
    ['an empty page before others', { kind: 'empty_page' }],
  ] as const)('lists all the same after %s', async (_, fault) => {
    await open();
    const all = await meta.platform.ads(account);
    server.meet(fault, { path: '/ads' });
    expect(await meta.platform.ads(account)).toEqual(all);
    expect(server.faults.waiting).toBe(0);
    expect(all).toHaveLength(2);
  });

  it('waits as long as the answer says before it calls for that account again', async () => {
    await open();
    await meta.platform.accounts();
    server.meet({ kind: 'error', error: { code: 80000, subcode: 2446079 }, regain_minutes: 12 }, { path: '/insights' });
    const before = server.now_ms();
    await meta.platform.insights(account, 0);
    expect(server.now_ms() - before).toBeGreaterThanOrEqual(12 * 60_000);
    expect(server.now_ms() - before).toBeLessThan(13 * 60_000);
  });

  it('begins a list again where its cursor dies', async () => {
    await open({}, {}, { most_page_rows: 1 });
    const all = await meta.platform.ads(account);
    server.meet({ kind: 'cursor_dies' }, { path: '/ads', after: true });
    expect(await meta.platform.ads(account)).toEqual(all);
    expect(server.faults.met.get('cursor_dies')).toBe(1);
  });

  it('makes a report where one answer holds too little, and another where it fails, is skipped or stands still', async () => {
    await open({}, {}, { sync_rows: 5 });
    const whole = await meta.platform.insights(account, 0);
    expect(whole).toHaveLength(2 * 3 * 24);
    for (const ends of ['failed', 'skipped', 'stuck'] as const) {
      server.meet({ kind: 'report', ends }, { method: 'POST' });
      const again = testedMeta(server, { tokens: [token] });
      const read = await again.platform.insights(account, 0);
      expect(read.length).toBeGreaterThanOrEqual(whole.length);
    }
    expect(server.faults.met.get('report')).toBe(3);
  });

  it.each([
    ['the token has expired', { code: 190, subcode: 463 }, 'token'],
    ['the token may not', { code: 200 }, 'permission'],
    ['the version has expired', { code: 2635 }, 'version'],
    ['what is asked makes no sense', { code: 100 }, 'invalid'],
  ] as const)('asks once where %s', async (_, error, kind) => {
    await open();
    await meta.platform.accounts();
    const before = server.seen.calls.length;
    server.meet({ kind: 'error', error }, { path: '/campaigns' });
    await expect(meta.platform.campaigns(account)).rejects.toMatchObject({ kind });
    const asked = server.seen.calls.slice(before).filter(({ path }) => path.endsWith('/campaigns'));
    expect(asked).toHaveLength(1);
  });

  it('leaves an account alone that is suspected of abuse, for hours', async () => {
    await open({ client: { patience_ms: 60_000 } });
    await meta.platform.accounts();
    server.meet({ kind: 'error', error: { code: 613 } });
    await expect(meta.platform.campaigns(account)).rejects.toMatchObject({ kind: 'abuse' });
    const before = server.seen.calls.length;
    await expect(meta.platform.campaigns(account)).rejects.toMatchObject({ kind: 'throttled' });
    expect(server.seen.calls).toHaveLength(before);
  });

  it.each([
    ['applied', null, 'applied', 6_000],
    ['lost after it was done', { kind: 'answer_lost' }, 'unknown', 6_000],
    ['dropped before', { kind: 'dropped' }, 'unknown', 5_000],
    ['answered by a proxy', { kind: 'html', status: 502 }, 'unknown', 5_000],
    ['done and answered by a proxy', { kind: 'done_but_html', status: 504 }, 'unknown', 6_000],
    ['said to be done and is not', { kind: 'not_applied' }, 'applied', 5_000],
    ['refused for its limit', { kind: 'error', error: { code: 17, subcode: 2446079 } }, 'refused', 5_000],
    ['met by a passing error', { kind: 'error', error: { code: 2 } }, 'unknown', 5_000],
  ] as const)('sends a write once: one that is %s', async (_, fault, outcome, after) => {
    await open();
    await meta.platform.accounts();
    if (fault !== null) server.meet(fault, { method: 'POST' });
    const sent = (): number => server.seen.writes.length;
    expect(await meta.platform.writeDailyBudget(owner, 6_000)).toMatchObject({ outcome });
    expect(sent()).toBe(after === 6_000 || outcome === 'applied' ? 1 : 0);
    await server.pass(5 * 60_000);
    expect((await meta.platform.readBudget(owner)).daily_budget_minor).toBe(after);
  });

  it('gives a write up after its deadline, and says that it is not known what came of it', async () => {
    await open({ client: { deadline_ms: 200 } });
    await meta.platform.accounts();
    server.meet({ kind: 'hang' }, { method: 'POST' });
    expect(await meta.platform.writeDailyBudget(owner, 6_000)).toMatchObject({ outcome: 'unknown' });
    server.meet({ kind: 'late', wait_ms: 400 }, { method: 'POST' });
    expect(await meta.platform.writeDailyBudget(owner, 7_000)).toMatchObject({ outcome: 'unknown' });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect((await meta.platform.readBudget(owner)).daily_budget_minor).toBe(7_000);
  });

  it('does not let what is read in turn hold up a change of a budget', async () => {
    const budget = new MemoryCallBudget({ points: 24, period_ms: 300_000 }, () => server.now_ms());
    await open({ budget, client: { keep: 18 } });
    while (meta.waits.length === 0) await meta.platform.campaigns(account);
    const waited = meta.waits.length;
    await meta.platform.readBudget(owner);
    expect(await meta.platform.writeDailyBudget(owner, 6_000)).toEqual({ outcome: 'applied' });
    await meta.platform.readBudget(owner);
    expect(meta.waits).toHaveLength(waited);
  });

  it('is read as in process until a write has taken effect', async () => {
    await open();
    server.meet({ kind: 'in_process', for_ms: 60_000 }, { method: 'POST' });
    expect(await meta.platform.writeDailyBudget(owner, 6_000)).toEqual({ outcome: 'applied' });
    const at_once = await meta.platform.readBudget(owner);
    expect([at_once.effective_status, at_once.daily_budget_minor]).toEqual(['IN_PROCESS', 5_000]);
    await server.pass(60_000);
    const later = await meta.platform.readBudget(owner);
    expect([later.effective_status, later.daily_budget_minor]).toEqual(['ACTIVE', 6_000]);
  });

  it('is refused a fifth change within an hour, for an hour', async () => {
    await open();
    for (const minor of [5_100, 5_200, 5_300, 5_400]) await meta.platform.writeDailyBudget(owner, minor);
    expect(await meta.platform.writeDailyBudget(owner, 5_500)).toMatchObject({
      outcome: 'refused',
      code: 'throttled',
      retry_after_ms: hour_ms,
    });
    // It is that budget's limit: the account is asked on.
    expect((await meta.platform.readBudget(owner)).daily_budget_minor).toBe(5_400);
  });

  it('writes whole units of Meta, which are not ISO’s everywhere', async () => {
    for (const [currency, minor, sent] of [
      ['EUR', 6_000, '6000'],
      ['JPY', 6_000, '6000'],
      ['HUF', 600_000, '6000'],
      ['JOD', 60_000, '6000'],
    ] as const) {
      const accounts = [{ id: '200', currency, campaigns: [{ adsets: 1, ads_each: 1, began_days_ago: 2 }] }];
      await open({}, { tenants: [{ token, accounts }] });
      expect(await meta.platform.writeDailyBudget(owner, minor)).toEqual({ outcome: 'applied' });
      expect(server.seen.writesOf('200100100').map(({ after }) => after)).toEqual([sent]);
      expect((await meta.platform.readBudget(owner)).daily_budget_minor).toBe(minor);
      if (currency === 'HUF' || currency === 'JOD')
        expect(await meta.platform.writeDailyBudget(owner, minor + 1)).toMatchObject({ code: 'invalid_amount' });
      await server.close();
    }
    await open();
  });

  it('never shows its token in an error', async () => {
    await open();
    await meta.platform.accounts();
    for (const fault of [
      { kind: 'html', status: 502 },
      { kind: 'dropped' },
      { kind: 'error', error: { code: 100, message: `bad access_token=${token}` } },
    ] as const) {
      server.meet(fault, { path: '/campaigns', times: 4 });
      const error: unknown = await meta.platform.campaigns(account).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain(token);
      server.faults.clear();
    }
  });

  it('says when a token ends', async () => {
    await open();
    expect(await meta.platform.tokens()).toEqual([{ tenant: 'tenant 1', valid: true, expires_ms: null }]);
    const [tenant] = server.world.tenants;
    if (tenant !== undefined) tenant.expires_ms = now_ms + hour_ms;
    expect(await meta.platform.tokens()).toEqual([{ tenant: 'tenant 1', valid: true, expires_ms: now_ms + hour_ms }]);
  });
});
