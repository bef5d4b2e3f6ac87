/** Stores on servers as a start, `provision`, `doctor` and `/ready` meet them. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withNewest } from '../../ports/analytics/newest.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { topology } from '../../processors/index.ts';
import { startClickHouseServer, type ClickHouseServer } from '../../testing/clickhouse-server/server.ts';
import { qdrantServer, type QdrantServer } from '../../testing/qdrant-server/server.ts';
import { tablesOf } from '../../topology/fold.ts';
import { checkStores } from '../cli/store-checks.ts';
import { defaultConfig, type Config } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import { readinessOf } from '../gateway/health.ts';
import type { RunningEngine } from '../running-engine.ts';
import { besides, withBeside } from './beside.ts';
import { provision, type ProvisionItem } from './provision.ts';
import { analyticsServer, makeTables, openAnalytics } from './stores.ts';

const home = mkdtempSync(join(tmpdir(), 'flywheel-stores-'));
const tables = tablesOf(topology);
/** With the newest rows beside some of them. */
const made_tables = withNewest(tables).length;
let clickhouse: ClickHouseServer;
let qdrant: QdrantServer;
beforeAll(async () => {
  clickhouse = await startClickHouseServer({ folder: join(home, 'clickhouse') });
  qdrant = await qdrantServer({ key: 'a-key' });
});
afterEach(() => clickhouse.program.resume());
afterAll(async () => {
  await Promise.all([clickhouse.program.stop(), qdrant.away()]);
  rmSync(home, { recursive: true, force: true });
});

const configOf = (clickhouse_database: string, over: Partial<Config> = {}): Config => ({
  ...defaultConfig,
  data_folder: join(home, 'data'),
  clickhouse_url: clickhouse.url,
  clickhouse_database,
  clickhouse_username: clickhouse.username,
  clickhouse_password: clickhouse.password,
  qdrant_url: qdrant.url,
  qdrant_key: 'a-key',
  qdrant_collection: clickhouse_database,
  ...over,
});
const provisioned = (config: Config, apply: boolean): Promise<readonly ProvisionItem[]> =>
  provision(config, { ...engineOptions(config, topology, 'test'), embeddings: hashedEmbeddings }, apply);
const states = (items: readonly ProvisionItem[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { kind, state } of items) counts[`${kind} ${state}`] = (counts[`${kind} ${state}`] ?? 0) + 1;
  return counts;
};
const findings = async (config: Config): Promise<readonly string[]> =>
  (await checkStores(config, topology, () => Promise.resolve(hashedEmbeddings))).map(
    ({ name, level, said }) => `${name} ${level}: ${said}`,
  );

describe('provision on a ClickHouse and a Qdrant', () => {
  it('shows what is missing and makes nothing; makes it when told to, and finds it there', async () => {
    const config = configOf('planned');
    const missing = { 'table missing': made_tables, 'collection missing': 1 };
    expect(states(await provisioned(config, false))).toEqual(missing);
    expect(states(await provisioned(config, false))).toEqual(missing);
    expect(await findings(config)).toEqual([
      expect.stringMatching(/^clickhouse fine: \d+\.\d+/),
      `tables mind: ${made_tables} are missing`,
      expect.stringMatching(/^qdrant fine: \d+\.\d+/),
      'collection mind: planned_hashed-1_256 is missing',
    ]);
    const there = { 'table there': made_tables, 'collection there': 1 };
    expect(states(await provisioned(config, true))).toEqual(there);
    expect(states(await provisioned(config, false))).toEqual(there);
    expect((await findings(config))[1]).toBe(`tables fine: ${made_tables}, as wanted`);
  });

  it('widens a table that lacks a column, and says of one with another type that it cannot be changed', async () => {
    const config = configOf('changed');
    await provisioned(config, true);
    const analytics = await openAnalytics(config);
    const run = (query: string) => analytics.client.command({ query });
    await run('ALTER TABLE changed_raw.winner_withdrawn DROP COLUMN reason');
    await run('ALTER TABLE changed_raw.winner_detected DROP COLUMN ad_id');
    await run('ALTER TABLE changed_raw.winner_detected ADD COLUMN ad_id Int64');
    await run('DROP TABLE changed_raw.ad_created');
    await analytics.close();
    const others = { 'table there': made_tables - 3, 'collection there': 1 };
    const before = await provisioned(config, false);
    expect(states(before)).toEqual({ ...others, 'table differs': 1, 'table missing': 1, 'table fixed': 1 });
    expect(before.find(({ state }) => state === 'differs')?.said).toBe('reason not there');
    expect((await findings(config))[1]).toMatch(/^tables wrong: winner_detected\.ad_id is Int64, not /);
    const after = await provisioned(config, true);
    expect(states(after)).toEqual({ ...others, 'table there': made_tables - 1, 'table fixed': 1 });
  });
});

describe('a start on a ClickHouse', () => {
  const logger = pino({ enabled: false });
  const made = async (config: Config): Promise<boolean> => {
    const analytics = await openAnalytics(config);
    try {
      return await makeTables(analytics, tables, { config, logger, within_ms: 200 });
    } finally {
      clickhouse.program.resume();
      await analytics.close();
    }
  };

  it('goes on where it is away or does not answer, and ends where it refuses its user', async () => {
    expect(await made(configOf('away', { clickhouse_url: 'http://127.0.0.1:1' }))).toBe(false);
    clickhouse.program.pause();
    expect(await made(configOf('paused'))).toBe(false);
    await expect(made(configOf('denied', { clickhouse_password: 'wrong' }))).rejects.toMatchObject({
      code: 'sink.denied',
    });
  });

  it('names the user of a server that knows none', () => {
    const config = configOf('x', { clickhouse_username: null, clickhouse_password: null });
    expect(analyticsServer(config)).toMatchObject({ username: 'default', password: '' });
  });

  it('loads no chDB, which a start in this process does', async () => {
    const loaded = async (clickhouse_url: string | null): Promise<string> => {
      const config = configOf('loaded', { clickhouse_url, data_folder: mkdtempSync(join(home, 'own-')) });
      const program = `
        import { openAnalytics } from './app/open/stores.ts';
        const analytics = await openAnalytics(${JSON.stringify(config)});
        await analytics.close();
        console.log(process.report.getReport().sharedObjects.filter((name) => name.includes('chdb')).length);`;
      const argv = ['--import', 'tsx', '--input-type=module', '--eval', program];
      return (await promisify(execFile)(process.execPath, argv)).stdout.trim();
    };
    expect(await loaded(clickhouse.url)).toBe('0');
    expect(Number(await loaded(null))).toBeGreaterThan(0);
  });
});

describe('readiness', () => {
  const running: RunningEngine = {
    kind: 'kafka',
    engine: { groups: () => [] } as unknown as RunningEngine['engine'],
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    announce: () => undefined,
    owned: () => [],
    servers: () => Promise.resolve([{ name: 'Kafka', ok: true, said: 'one', needed: true }]),
    failed: new Promise(() => undefined),
  };

  it('names the registry, ClickHouse and Qdrant that are down, and is no reason to start anew', async () => {
    const away = 'http://127.0.0.1:1';
    const over = { engine: 'kafka', registry_url: away, clickhouse_url: away, qdrant_url: away } as const;
    const { ready, down } = await readinessOf(withBeside(running, configOf('x', over), hashedEmbeddings));
    expect(ready).toBe(true);
    expect(down.map((line) => line.split(':')[0])).toEqual([
      'registry does not answer',
      'ClickHouse does not answer',
      'Qdrant does not answer',
    ]);
  });

  it('tells who answers, names one that hangs, and never shows a key', async () => {
    const asked = (over: Partial<Config> = {}) => besides(configOf('x', over), hashedEmbeddings)();
    expect(await asked()).toEqual([
      { name: 'ClickHouse', ok: true, said: expect.stringMatching(/^\d+.* at 127\.0\.0\.1:\d+$/), needed: false },
      { name: 'Qdrant', ok: true, said: expect.stringMatching(/^\d+.* at 127\.0\.0\.1:\d+$/), needed: false },
    ]);
    clickhouse.program.pause();
    const found = await asked({ qdrant_key: 'another-key' });
    expect(found).toMatchObject([{ ok: false }, { ok: false, said: expect.stringContaining('401') }]);
    expect(JSON.stringify(found)).not.toContain('another-key');
    expect(await asked({ clickhouse_url: null, qdrant_url: null })).toEqual([]);
  });
});
