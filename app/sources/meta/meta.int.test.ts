import { afterEach, describe, expect, it } from 'vitest';
import { Driver } from '../../../engine/driver/driver.ts';
import { topology } from '../../../processors/index.ts';
import { testedMeta, type TestedOptions } from '../../../ports/ad-platform/meta/testing/opened.ts';
import { VersionWarnings } from '../../../ports/ad-platform/meta/version.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { plainWorld, type PlainWorld } from '../../../testing/graph/plain-world.ts';
import { graphServer, type GraphServer } from '../../../testing/graph/server.ts';
import type { RunningSource } from '../../assemble.ts';
import { defaultConfig } from '../../config/settings.ts';
import { engineOptions } from '../../engine-options.ts';
import type { SourceStatus } from '../../operations/operations.ts';
import type { OperationsContext } from '../../operations/context.ts';
import { reconcile, type Reconciliation } from '../../operations/money/reconcile.ts';
import { noSource } from '../none.ts';
import { openMetaSource } from './meta.ts';

const now_ms = Date.UTC(2026, 2, 10, 15);
const token = 'EAAone';
const account = 'act_200';

let server: GraphServer;
let driver: Driver;
const warnings: object[] = [];
afterEach(async () => {
  await driver.stop();
  await server.close();
  warnings.splice(0);
});

const small: PlainWorld['tenants'] = [
  {
    token,
    accounts: [
      {
        id: '200',
        campaigns: [
          { adsets: 2, ads_each: 1, began_days_ago: 3 },
          { adsets: 1, ads_each: 2, began_days_ago: 3, objective: 'OUTCOME_SALES' },
        ],
      },
    ],
  },
];

async function begin(tenants = small): Promise<void> {
  server = await graphServer(plainWorld({ now_ms, tenants }));
  const { clock: _, ...options } = engineOptions(defaultConfig, { ...topology, processors: [] }, 'test');
  driver = new Driver({ ...options, start_ms: now_ms });
  await driver.start();
}

interface Run {
  readonly tokens?: readonly string[];
  readonly meta?: Partial<TestedOptions>;
  readonly versions?: VersionWarnings;
}

/** Plays until what `done` says; time passes where the source waits, and only there. */
async function play(
  done: (source: RunningSource) => boolean,
  { tokens = [token], meta = {}, versions }: Run = {},
): Promise<SourceStatus> {
  const { platform } = testedMeta(
    { base_url: server.base_url, now_ms: () => server.now_ms(), pass: passing },
    { tokens, ...meta, ...(versions && { client: { warnings: versions } }) },
  );
  const logger = { warn: (said: object) => void warnings.push(said), info: () => undefined };
  const source = await openMetaSource({
    engine: driver.engine,
    platform,
    ...(versions && { warnings: versions }),
    logger,
    now_ms: () => server.now_ms(),
    sleep: async (ms) => {
      await passing(ms);
      if (done(source)) void source.stop();
    },
    poll_ms: 15 * 60_000,
    stale_ms: hour_ms,
    backfill_days: 5,
    rows_a_step: 12_000,
    ticker: noSource,
  });
  await source.play();
  return source.status();
}

async function passing(ms: number): Promise<void> {
  await server.pass(ms);
  driver.clock.set(server.now_ms());
}

const always = (): boolean => true;

interface Told {
  readonly topic: string;
  readonly value: Readonly<Record<string, never>>;
}

function told(topic: string): Told['value'][] {
  const found: Told['value'][] = [];
  for (let partition = 0; partition < driver.log.partitions; partition++)
    for (const record of driver.log.read(topic, partition, 0, 1e9))
      found.push(driver.engine.decoded(record).value as Told['value']);
  return found;
}

/** What the log says of each window in the end. */
function latest(): Map<string, Told['value']> {
  const windows = new Map<string, Told['value']>();
  for (const value of told('ad.metrics')) windows.set(`${value['ad_id']} ${value['window_start_ms']}`, value);
  return windows;
}

const total = (values: Iterable<Told['value']>, name: string): number => {
  let sum = 0;
  for (const value of values) sum += Number(value[name]);
  return sum;
};

describe('accounts of Meta as a source', () => {
  it('tell what they run, and all that their ads got, by hours or by days', async () => {
    await begin();
    const status = await play(always);
    expect(told('ad.created').map((ad) => [ad['objective'], ad['provenance']])).toEqual([
      ['traffic', 'live'],
      ['traffic', 'live'],
      ['sales', 'live'],
      ['sales', 'live'],
    ]);
    expect(
      told('experiment.declared')
        .map(({ design }) => design)
        .sort(),
    ).toEqual(['observational', 'parallel']);
    const metrics = told('ad.metrics');
    const hours = metrics.filter((one) => Number(one['window_end_ms']) - Number(one['window_start_ms']) === hour_ms);
    // Three days of hours of two ads; of the two others four days, the first and the last of them not whole.
    expect([hours.length, metrics.length - hours.length]).toEqual([2 * 72, 2 * 4]);
    expect(total(hours, 'conversions')).toBe(0);
    expect(total(metrics, 'conversions')).toBeGreaterThan(0);
    expect(metrics.every(({ experiment_id }) => experiment_id !== null)).toBe(true);
    expect(status).toMatchObject({ kind: 'meta', name: 'Meta, 1 account', progress: null });
    expect(status.events_total).toBe(4 + 2 + metrics.length);
    expect(status.accounts).toEqual([
      { account_id: account, state: 'fresh', progress: null, read_ms: now_ms, problem: null },
    ]);
  });

  it('have the totals of the platform', async () => {
    await begin();
    await play(always);
    const query = new URLSearchParams({
      ...{ level: 'account', fields: 'impressions,spend,inline_link_clicks', access_token: token },
      time_range: JSON.stringify({ since: '2026-03-01', until: '2026-03-10' }),
    });
    const answer = await fetch(`${server.base_url}/v26.0/${account}/insights?${query.toString()}`);
    const { data } = (await answer.json()) as { data: Record<string, string>[] };
    // Half a minute passed since it was read, in which the hour under way went on.
    const close = (a: number, b: number): boolean => Math.abs(a - b) <= b * 0.002;
    expect(close(total(latest().values(), 'impressions'), Number(data[0]?.['impressions']))).toBe(true);
    expect(close(total(latest().values(), 'spend_minor'), Math.round(Number(data[0]?.['spend']) * 100))).toBe(true);
  });

  it('say nothing twice, and what was restated again, for 28 days', async () => {
    await begin();
    await play(always);
    const first = told('ad.metrics').length;
    await play(always);
    expect(told('ad.metrics')).toHaveLength(first);
    await passing(25 * hour_ms);
    let beats = 0;
    await play(() => ++beats > 3);
    const seen = new Map<string, string>();
    for (const value of told('ad.metrics')) {
      const { as_of_ms, ...said } = value;
      const name = `${value['ad_id']} ${value['window_start_ms']}`;
      expect(JSON.stringify(said)).not.toBe(seen.get(name));
      seen.set(name, JSON.stringify(said));
      expect(Number(as_of_ms)).toBeLessThanOrEqual(server.now_ms());
    }
    expect(told('ad.metrics').length).toBeGreaterThan(first + 4 * 24);
    expect(told('ad.created')).toHaveLength(4);
    // An hour of the first day was told at once, and as it settled.
    const early = told('ad.metrics').filter((one) => Number(one['window_start_ms']) === now_ms - 2 * hour_ms);
    expect(early.length).toBeGreaterThan(2);
  });

  it('tell an ad again that was changed, and a new one', async () => {
    await begin();
    await play(always);
    const ad = server.world.tenants[0]?.accounts[0]?.campaigns[0]?.adsets[0]?.ads[0];
    if (ad === undefined) throw new Error('the world has no ad');
    ad.creative = { ...ad.creative, title: 'Another headline' };
    await passing(hour_ms);
    await play(always);
    const said = told('ad.created').filter(({ ad_id }) => ad_id === ad.id);
    expect(said.map(({ headline }) => headline)).toEqual([expect.stringContaining('A jacket'), 'Another headline']);
    expect(told('ad.created')).toHaveLength(5);
  });

  it('go on where the process died, without gap or double work', async () => {
    await begin();
    await play(always);
    const once = latest();
    await driver.stop();
    await begin();
    let died = 0;
    const shares: number[] = [];
    for (let lives = 0; lives < 3; lives++) {
      const { platform } = testedMeta(server, { tokens: [token] });
      let reads = 0;
      const source = await openMetaSource({
        engine: driver.engine,
        platform: {
          provenance: 'live',
          accounts: () => platform.accounts(),
          describe: (id) => platform.describe(id),
          read: (...of) => {
            shares.push(source.status().progress ?? 1);
            return ++reads > 2 ? Promise.reject(new Error('gone')) : platform.read(...of);
          },
        },
        logger: { warn: () => undefined, info: () => undefined },
        now_ms: () => server.now_ms(),
        sleep: () => {
          void source.stop();
          return Promise.resolve();
        },
        poll_ms: 15 * 60_000,
        stale_ms: hour_ms,
        backfill_days: 5,
        // One day at a time.
        rows_a_step: 1,
        ticker: noSource,
      });
      await source.play().catch(() => undefined);
      died += reads > 2 ? 1 : 0;
    }
    expect(died).toBe(2);
    // Six days, the third and the fifth of which were begun twice.
    expect(shares.map((share) => Math.round(share * 6))).toEqual([0, 1, 2, 2, 3, 4, 4, 5]);
    const names = told('ad.metrics').map((one) => `${one['ad_id']} ${one['window_start_ms']}`);
    expect([...names].sort()).toEqual([...once.keys()].sort());
    expect(told('ad.created')).toHaveLength(4);
  });

  it('read others on while one of them fails, and say which and why', async () => {
    await begin([
      ...small,
      { token: 'EAAtwo', accounts: [{ id: '300', campaigns: [{ adsets: 1, ads_each: 1, began_days_ago: 2 }] }] },
    ]);
    server.meet(
      { kind: 'error', error: { code: 190, subcode: 463, message: 'expired' } },
      { path: 'act_300/', times: 100 },
    );
    const status = await play(always, { tokens: [token, 'EAAtwo'] });
    expect(status.accounts.map(({ account_id, state }) => [account_id, state])).toEqual([
      [account, 'fresh'],
      ['act_300', 'failing'],
    ]);
    expect(status.accounts[1]?.problem).toContain('expired');
    expect(warnings).toContainEqual(expect.objectContaining({ account_id: 'act_300', state: 'failing' }));
    server.faults.clear();
    await passing(hour_ms);
    const again = await play(always, { tokens: [token, 'EAAtwo'] });
    expect(again.accounts.map(({ state }) => state)).toEqual(['fresh', 'fresh']);
    expect(server.seen.violations).toEqual([]);
  });

  it('are warned of before their token ends, once a day', async () => {
    await begin();
    const [tenant] = server.world.tenants;
    if (tenant !== undefined) tenant.expires_ms = now_ms + 10 * day_ms;
    let beats = 0;
    await play(() => ++beats > 5);
    expect(warnings).toEqual([{ tenant: 'tenant 1', valid: true, left_days: 10 }]);
  });

  it('are stale when they were not read for longer than they may be, and it is said once', async () => {
    await begin();
    await play(always);
    server.meet({ kind: 'html', status: 502 }, { path: 'act_200', times: 10_000 });
    await passing(2 * hour_ms);
    let beats = 0;
    const status = await play(() => ++beats > 4);
    expect(status.accounts[0]).toMatchObject({ state: 'failing', read_ms: now_ms });
    expect(warnings.filter((said) => 'state' in said)).toHaveLength(1);
  });

  it('keep days of another time zone back until they no longer overlap those that were told', async () => {
    await begin();
    await play(always);
    server.setTimeZone(account, 'Asia/Tokyo');
    await passing(hour_ms);
    await play(always);
    expect(warnings).toContainEqual(expect.objectContaining({ before: 'UTC', now: 'Asia/Tokyo' }));
    await passing(2 * day_ms);
    let beats = 0;
    await play(() => ++beats > 2);
    const days = [...latest().values()].filter(
      (one) => Number(one['window_end_ms']) - Number(one['window_start_ms']) > hour_ms,
    );
    const ofAd = days
      .filter(({ ad_id }) => ad_id === days[0]?.['ad_id'])
      .map((one) => [Number(one['window_start_ms']), Number(one['window_end_ms'])]);
    ofAd.sort(([a = 0], [b = 0]) => a - b);
    for (const [i, [start_ms = 0]] of ofAd.entries()) expect(start_ms).toBeGreaterThanOrEqual(ofAd[i - 1]?.[1] ?? 0);
    expect(ofAd.length).toBeGreaterThan(4);
    const starts = ofAd.map(([start_ms]) => start_ms);
    expect(starts).not.toContain(Date.UTC(2026, 2, 10, 15));
    expect(starts).toContain(Date.UTC(2026, 2, 11, 15));
  });
});

describe('what Meta tells of an account of Meta', () => {
  /** Plays for two minutes, in which an ad is made; answers whether it is told. */
  async function adMade(notice: boolean): Promise<boolean> {
    await begin();
    let beats = 0;
    await play((source) => {
      if (++beats === 1) {
        const adset = server.world.tenants[0]?.accounts[0]?.campaigns[0]?.adsets[0];
        const [ad] = adset?.ads ?? [];
        if (ad !== undefined) adset?.ads.push({ ...ad, id: '200100100999' });
        if (notice) source.notice?.(account);
        source.notice?.('act_elsewhere');
      }
      return beats >= 4;
    });
    return told('ad.created').some(({ ad_id }) => ad_id === '200100100999');
  }

  it('has it read at once, not when it is due', async () => {
    expect(await adMade(true)).toBe(true);
  });

  it('is what makes the difference', async () => {
    expect(await adMade(false)).toBe(false);
  });

  it('about the version of its API is said once, and shown with each account', async () => {
    const said = 'v26.0 will be auto-upgraded to v27.0';
    const world = plainWorld({ now_ms, tenants: small });
    await begin();
    await server.close();
    server = await graphServer({ ...world, version_warnings: { 'v26.0': said } });
    let beats = 0;
    const versions = new VersionWarnings();
    const status = await play(() => ++beats >= 3, { versions });
    expect(warnings).toEqual([{ said }]);
    expect(status.accounts).toMatchObject([{ state: 'fresh', problem: `Meta warns: ${said}` }]);
  });
});

describe('the stream beside the platform', () => {
  async function reconciled(): Promise<Reconciliation> {
    let found: Promise<Reconciliation> | undefined;
    await play((source) => {
      const context = { engine: driver.engine, source, now_ms: () => server.now_ms() };
      found ??= reconcile(context as unknown as OperationsContext, { account_id: account, days: 5 });
      return true;
    });
    if (found === undefined) throw new Error('it was not asked');
    return found;
  }

  it('has the same totals, day by day and ad by ad', async () => {
    await begin();
    const found = await reconciled();
    expect(found.apart).toEqual([]);
    expect(found.days).toBeGreaterThan(10);
    expect(found.stream).toEqual(found.platform);
    expect(found.stream.impressions).toBeGreaterThan(10_000);
    expect(found.windows.stream).toBe(found.windows.platform);
  });

  it('shows the ad and the day of which it says otherwise', async () => {
    await begin();
    await play(always);
    const [one] = told('ad.metrics').filter((value) => Number(value['window_start_ms']) < now_ms - day_ms);
    if (one === undefined) throw new Error('nothing was told');
    const wrong = { ...one, impressions: Number(one['impressions']) + 100, as_of_ms: server.now_ms() };
    await driver.engine.publish({ source: 'test', position: '1', events: [{ topic: 'ad.metrics', value: wrong }] });
    const found = await reconciled();
    expect(found).toMatchObject({ days_apart: 1, apart: [{ ad_id: one['ad_id'] }] });
    const [apart] = found.apart;
    expect((apart?.stream.impressions ?? 0) - (apart?.platform.impressions ?? 0)).toBe(100);
  });
});
