import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sqlReader } from '../../../app/operations/tables/sql-reader.ts';
import { tableOf } from '../../../processors/archivist/tables.ts';
import { adMetrics, winnerDetected } from '../../../schemas/index.ts';
import { startClickHouseServer, type ClickHouseServer } from '../../../testing/clickhouse-server/server.ts';
import { needs } from '../../../testing/services/tools.ts';
import { analyticsContract, count, read, rowOf } from '../analytics.contract.ts';
import type { ClickHouseAnalytics } from './clickhouse.ts';
import { openClickHouseServer, type ClickHouseServerSettings } from './server.ts';

const home = mkdtempSync(join(tmpdir(), 'flywheel-clickhouse-'));
let server: ClickHouseServer;
beforeAll(async () => {
  server = await startClickHouseServer({ folder: join(home, 'server') });
});
afterAll(async () => {
  await server.program.stop();
  rmSync(home, { recursive: true, force: true });
});

const settings = (database: string): ClickHouseServerSettings => ({ ...server, database, limits: { max_age_ms: 5 } });

analyticsContract(() => Promise.resolve(openClickHouseServer(settings('contract'))));

/** A server that somebody has, as `http://user:password@host:8123`; it keeps the databases of the test. */
const theirs = process.env['TEST_CLICKHOUSE'];
if (theirs !== undefined) {
  const { origin, username, password } = new URL(theirs);
  const database = `flywheel_test_${Date.now()}`;
  const user = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  analyticsContract(() => Promise.resolve(openClickHouseServer({ url: origin, database, ...user })));
}

describe('analytics on a ClickHouse server', () => {
  const opened: ClickHouseAnalytics[] = [];
  const open = (database: string, more: Partial<ClickHouseServerSettings> = {}): ClickHouseAnalytics => {
    const store = openClickHouseServer({ ...settings(database), ...more });
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  const metrics = [tableOf(adMetrics)];

  it('sends rows compressed, any text and number as it was', async () => {
    const store = open('wire');
    await store.provision(metrics);
    const before = await server.seen();
    const value = { ad_id: 'a\'`\\"\n\t\u0000é日本\u{1F600}', spend_minor: Number.MAX_SAFE_INTEGER, reach: null };
    const many = Array.from({ length: 5_000 }, (_, i) => rowOf('ad.metrics', i, value));
    await store.send(many);
    const after = await server.seen();
    expect(after.compressed - before.compressed).toBe(after.inserts - before.inserts);
    expect(after.inserts - before.inserts).toBeLessThanOrEqual(5);
    expect(await count(store, 'ad_metrics')).toBe(5_000);
    expect((await read(store, 'ad_metrics'))[4_999]).toMatchObject(value);
  });

  it('keeps the rows of two databases apart', async () => {
    const [one, two] = [open('one'), open('two')];
    await Promise.all([one.provision(metrics), two.provision(metrics)]);
    await one.send([rowOf('ad.metrics', 1)]);
    expect([await count(one, 'ad_metrics'), await count(two, 'ad_metrics')]).toEqual([1, 0]);
  });

  it('is read as the store in process is: by parameters, with a limit, and with own books beside', async () => {
    const store = open('reader');
    await store.provision(metrics);
    await store.send([rowOf('ad.metrics', 1, { ad_id: "it's" }), rowOf('ad.metrics', 2), rowOf('ad.metrics', 3)]);
    const reader = sqlReader(store.client, () => 0);
    const found = await reader.query('SELECT ad_id FROM ad_metrics WHERE ad_id = {ad:String}', {
      parameters: { ad: "it's" },
    });
    expect(found.rows).toEqual([["it's"]]);
    expect(await reader.query('SELECT ad_id FROM ad_metrics', { limit: 2 })).toMatchObject({ truncated: true });
    await reader.materialise('groups', [{ name: 'group', type: 'String' }], [{ group: 'archivist' }]);
    expect((await reader.query('SELECT group FROM flywheel.groups')).rows).toEqual([['archivist']]);
    // Reading left nothing behind that would refuse a write.
    await store.send([rowOf('ad.metrics', 4)]);
    expect(await count(store, 'ad_metrics')).toBe(4);
  });

  it('says who is refused, without the password', async () => {
    const store = open('denied', { password: 'wrong horse' });
    const error: unknown = await store.provision(metrics).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'sink.denied' });
    expect(String(error)).toMatch(/refuses its user: .*AUTHENTICATION_FAILED.*check clickhouse_username/);
    expect(String(error)).not.toContain('wrong horse');
  });

  it('speaks TLS, to a server whose certificate it can check', async () => {
    await needs('openssl', ['version']);
    const [certificate, key] = [join(home, 'tls.crt'), join(home, 'tls.key')];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    const named = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key];
    execFileSync('openssl', [...request, ...named, '-out', certificate], { stdio: 'ignore' });
    const secure = await startClickHouseServer({ folder: join(home, 'secure'), tls: { certificate, key } });
    try {
      const store = open('tls', { url: secure.url, ca: readFileSync(certificate) });
      await store.provision(metrics);
      await store.send([rowOf('ad.metrics', 1)]);
      expect(await count(store, 'ad_metrics')).toBe(1);
      const stranger = open('tls', { url: secure.url });
      await expect(stranger.provision(metrics)).rejects.toMatchObject({
        code: 'sink.unavailable',
        message: expect.stringMatching(/certificate/),
      });
    } finally {
      await secure.program.stop();
    }
  });
});

describe('the layout on a server', () => {
  const stores: ClickHouseAnalytics[] = [];
  const open = (database: string): ClickHouseAnalytics => {
    const store = openClickHouseServer(settings(database));
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
  });
  const raw = (database: string, what: string): string => `ALTER TABLE ${database}_raw.ad_metrics ${what}`;
  const metrics = [tableOf(adMetrics)];

  it('says which versions were applied, and refuses one that this program does not know', async () => {
    const store = open('versions');
    await store.provision(metrics);
    expect((await store.query('SELECT version FROM versions_raw.layout FINAL')).rows).toEqual([[1]]);
    await store.client.command({
      query: "INSERT INTO versions_raw.layout (version, description) VALUES (99, 'later')",
    });
    await expect(open('versions').provision(metrics)).rejects.toMatchObject({
      code: 'store.too_new',
      message: expect.stringContaining('has format 99, this program knows up to 1'),
    });
  });

  it('is the same when several programs provision at once', async () => {
    const [a, b, c] = [open('race'), open('race'), open('race')];
    const all = [...metrics, tableOf(winnerDetected)];
    await Promise.all([a, b, c].map((store) => store.provision(all)));
    await a.send([rowOf('ad.metrics', 1)]);
    expect(await count(c, 'ad_metrics')).toBe(1);
  });

  it('lets a program of yesterday write and provision beside one of today: no column is lost, no time either', async () => {
    const old = open('rolling');
    await old.provision(metrics);
    await old.send([rowOf('ad.metrics', 1)]);
    // What a newer program does: it adds its columns, then makes its view.
    const newer = open('rolling');
    await newer.client.command({ query: raw('rolling', 'ADD COLUMN quality Int32') });
    await newer.client.command({ query: raw('rolling', 'ADD COLUMN judged_ms Nullable(Int64)') });
    await newer.client.command({
      query: `CREATE OR REPLACE VIEW ad_metrics AS
        SELECT *, concat(cause_topic, '/', toString(cause_partition), '/', toString(cause_offset)) AS event_id,
          fromUnixTimestamp64Milli(judged_ms, 'UTC') AS judged FROM rolling_raw.ad_metrics FINAL`,
    });
    await old.send([rowOf('ad.metrics', 2)]);
    await old.provision(metrics);
    await old.send([rowOf('ad.metrics', 3)]);
    await newer.client.command({
      query: 'INSERT INTO rolling_raw.ad_metrics (cause_offset, quality, judged_ms) VALUES (4, 7, 1000)',
    });
    const { rows } = await newer.query('SELECT cause_offset, quality, judged FROM ad_metrics ORDER BY cause_offset');
    expect(rows).toEqual([
      [1, 0, null],
      [2, 0, null],
      [3, 0, null],
      [4, 7, '1970-01-01 00:00:01.000'],
    ]);
    expect((await read(old, 'ad_metrics'))[0]).toMatchObject({
      window_start: expect.any(String),
      logged_ms: expect.any(Number),
    });
    // Nor in the newest rows, which a newer program feeds with its columns too.
    const newest = (what: string): string => raw('rolling', what).replace('ad_metrics', 'ad_metrics_newest');
    await newer.client.command({ query: newest('ADD COLUMN quality Int32') });
    const feeds =
      "SELECT as_select FROM system.tables WHERE database = 'rolling_raw' AND name = 'ad_metrics_newest_feed'";
    const [made] = (await newer.query(feeds)).rows;
    const wider = String(made?.[0]).replace('SELECT', 'SELECT quality,');
    await newer.client.command({ query: `ALTER TABLE rolling_raw.ad_metrics_newest_feed MODIFY QUERY ${wider}` });
    await old.provision(metrics);
    await newer.client.command({
      query: "INSERT INTO rolling_raw.ad_metrics (ad_id, cause_offset, quality) VALUES ('new', 5, 9)",
    });
    const late = await newer.query("SELECT quality FROM ad_metrics_newest WHERE ad_id = 'new'");
    expect(late.rows).toEqual([[9]]);
  });
});
