import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { adMetrics, winnerDetected } from '../../../schemas/index.ts';
import { tableOf } from '../../../processors/archivist/tables.ts';
import type { Row } from '../../../topology/coordinates.ts';
import type { Table } from '../../../topology/topic.ts';
import { analyticsContract, count, read, rowOf, tables } from '../analytics.contract.ts';
import { storedColumns } from '../columns.ts';
import { ClickHouseAnalytics } from './clickhouse.ts';
import { openInProcess } from './in-process.ts';

const home = mkdtempSync(join(tmpdir(), 'flywheel-analytics-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

analyticsContract(() => ClickHouseAnalytics.open({ path: join(home, 'contract'), limits: { max_age_ms: 5 } }));

describe('analytics in ClickHouse', () => {
  let store: ClickHouseAnalytics | undefined;
  const open = async (name: string, provisioned: readonly Table[] = tables): Promise<ClickHouseAnalytics> => {
    store = await ClickHouseAnalytics.open({ path: join(home, name), limits: { max_age_ms: 5 } });
    await store.provision(provisioned);
    return store;
  };
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  it('keeps rows over a restart, and leaves no file of an insert behind', async () => {
    const first = await open('restart');
    await first.send([rowOf('winner.detected', 1), rowOf('winner.detected', 2)]);
    await first.close();
    const second = await open('restart');
    expect(await count(second, 'winner_detected')).toBe(2);
    expect(readdirSync(join(home, 'restart', 'incoming'))).toEqual([]);
  });

  it('shows times as times, and lists of records as records', async () => {
    const opened = await open('types');
    await opened.send([rowOf('allocation.proposed', 1), rowOf('ad.metrics', 2)]);
    const [metrics] = await read(opened, 'ad_metrics');
    expect(metrics).toMatchObject({
      window_start: '2025-03-04 10:00:00.000',
      event_id: 'ad.metrics/0/2',
      logged: '2025-03-04 12:00:00.000',
    });
    const { rows } = await opened.query(
      'SELECT arm.adset_id, arm.share FROM allocation_proposed ARRAY JOIN arms AS arm ORDER BY arm.share DESC LIMIT 1',
    );
    expect(rows[0]?.[0]).toEqual(expect.any(String));
  });

  it('takes any text, numbers of any size and every null', async () => {
    const opened = await open('values');
    const values = [
      {
        ad_id: 'a\'`\\"\n\t\u0000é日本\u{1F600}',
        spend_minor: Number.MAX_SAFE_INTEGER,
        experiment_id: null,
        reach: null,
      },
      { ad_id: 'x'.repeat(5_000), spend_minor: -1, experiment_id: '', reach: 0 },
      { ad_id: 'é'.repeat(23), spend_minor: 2 ** 32, context: { placement: 'feed', device: 'mobile' } },
      { ad_id: '', spend_minor: -(2 ** 40) - 3 },
    ];
    await opened.send(values.map((value, offset) => rowOf('ad.metrics', offset, value)));
    const found = [...(await read(opened, 'ad_metrics'))].sort(
      (a, b) => Number(a.cause_offset) - Number(b.cause_offset),
    );
    expect(found).toHaveLength(values.length);
    for (const [at, value] of values.entries()) expect(found[at]).toMatchObject(value);
  });

  it('keeps the bytes of a dead letter', async () => {
    const opened = await open('bytes');
    const letter = {
      account_id: 'act_1',
      group: 'g',
      topic: 'ad.metrics',
      partition: 0,
      offset: 9,
      stage: 'decode',
      code: 'decode.magic_byte',
      message: 'm',
      field: null,
      state_key: null,
      record_key: null,
      record_value: Uint8Array.of(0, 1, 2, 255, 128),
      headers: { h: Uint8Array.of(7) },
      appended_ms: 1,
      at_ms: 2,
    };
    await opened.send([{ ...rowOf('ad.metrics', 1), table: 'dead_letter', value: letter }]);
    const { rows } = await opened.query("SELECT hex(record_value), hex(headers['h']), record_key FROM dead_letter");
    expect(rows).toEqual([['000102FF80', '07', null]]);
  });

  it('adds the columns of a newer schema to the rows that are there', async () => {
    const before = await open('columns', [tableOf(adMetrics)]);
    await before.send([rowOf('ad.metrics', 1)]);
    const older = ['ad_metrics', 'ad_metrics_newest'];
    const without = storedColumns(tableOf(adMetrics)).flatMap(({ name }) => (name === 'reach' ? [] : [name]));
    await before.client.command({
      query: `ALTER TABLE raw.ad_metrics_newest_feed MODIFY QUERY SELECT ${without.join(', ')} FROM raw.ad_metrics`,
    });
    for (const name of older) await before.client.command({ query: `ALTER TABLE raw.${name} DROP COLUMN reach` });
    await before.close();
    const after = await open('columns', [tableOf(adMetrics)]);
    await after.send([rowOf('ad.metrics', 2, { reach: 5, ad_id: 'ad_new' })]);
    for (const name of older)
      expect((await after.query(`SELECT reach FROM ${name} ORDER BY cause_offset`)).rows).toEqual([[null], [5]]);
  });

  it('takes what is there already into the newest rows, also where it was stopped before it had', async () => {
    const at = (offset: number, as_of_ms: number): Row =>
      rowOf('ad.metrics', offset, { as_of_ms, ad_id: `ad_${offset % 40}` });
    const { restates: _, ...of } = adMetrics;
    const first = await open('fill', [{ ...tableOf(adMetrics), of }]);
    await first.send(Array.from({ length: 80 }, (_, n) => at(n, n)));
    await first.close();
    const second = await open('fill');
    expect(await count(second, 'ad_metrics_newest')).toBe(40);
    // Killed while it took them: the last thing that is made is the view.
    await second.client.command({ query: 'DROP VIEW ad_metrics_newest' });
    await second.client.command({ query: 'TRUNCATE TABLE raw.ad_metrics_newest' });
    await second.close();
    const third = await open('fill');
    const found = await read(third, 'ad_metrics_newest');
    expect(found.map(({ as_of_ms }) => Number(as_of_ms)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 40),
    );
  });

  it('refuses a column whose type has changed, and names it', async () => {
    const opened = await open('changed', [tableOf(winnerDetected)]);
    await opened.client.command({ query: 'ALTER TABLE raw.winner_detected MODIFY COLUMN reason Nullable(String)' });
    await expect(opened.provision([tableOf(winnerDetected)])).rejects.toThrow(
      'hold winner_detected.reason as Nullable(String), the schema says String',
    );
  });

  it('refuses a store that a newer program laid out', async () => {
    const opened = await open('newer', []);
    await opened.client.command({ query: "INSERT INTO raw.layout (version, description) VALUES (99, 'later')" });
    await expect(opened.provision([])).rejects.toMatchObject({ code: 'store.too_new' });
  });

  it('names table and field of a value that fits no column, and takes the next ones', async () => {
    const opened = await open('unfit');
    await expect(opened.send([rowOf('ad.metrics', 1, { clicks: 1.5 })])).rejects.toThrow(
      'table ad_metrics: clicks is 1.5, it must be a whole number',
    );
    await opened.send([rowOf('ad.metrics', 2)]);
    expect(await count(opened, 'ad_metrics')).toBe(1);
  });

  it('answers questions while it takes rows, however long that lasts', async () => {
    const opened = await openInProcess(join(home, 'beside'));
    const order: string[] = [];
    const slow = opened.client.command({ query: 'SELECT sleep(2)' }).then(() => order.push('rows'));
    await opened.reader.command({ query: 'SELECT 1' }).then(() => order.push('answer'));
    await slow;
    expect(order).toEqual(['answer', 'rows']);
    await opened.close();
  });

  it('says that a folder cannot be read', async () => {
    writeFileSync(join(home, 'corrupt'), 'not a folder');
    await expect(ClickHouseAnalytics.open({ path: join(home, 'corrupt') })).rejects.toMatchObject({
      code: 'store.corrupt',
    });
  });

  it('says that another process has the folder', async () => {
    const opened = await open('locked');
    expect(opened.client).toBeDefined();
    const script = `
      const { ClickHouseAnalytics } = await import(${JSON.stringify(new URL('clickhouse.ts', import.meta.url).href)});
      try { await ClickHouseAnalytics.open({ path: ${JSON.stringify(join(home, 'locked'))} }); console.log('opened'); }
      catch (error) { console.log(error.code, error.message); }
      process.exit(0);`;
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('store.locked');
    expect(stdout).toContain(`is in use by process ${process.pid}`);
  });
});
