import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseAnalytics } from '../../../ports/analytics/clickhouse/clickhouse.ts';
import { alertResolved, allocationProposed, evidenceChanged } from '../../../schemas/index.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { tableOf } from '../../../processors/archivist/tables.ts';
import type { SqlReader } from '../context.ts';
import { exportTable } from './export.ts';
import type { ExportPage, ExportRequest } from './export-view.ts';
import { evidenceSeries, shareSeries } from '../experiments/history.ts';
import { sqlReader } from './sql-reader.ts';

describe('reads of the analytics', () => {
  let folder: string;
  let analytics: ClickHouseAnalytics;
  let reader: SqlReader;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-sql-'));
    analytics = await ClickHouseAnalytics.open({ path: folder });
    reader = sqlReader(analytics.client, () => Date.now());
  });

  afterAll(async () => {
    await analytics.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answer columns with their types, and rows', async () => {
    const { columns, rows } = await reader.query("select toUInt64(7) as n, 'x' as s, null as nothing");
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'n UInt64',
      's String',
      'nothing Nullable(Nothing)',
    ]);
    expect(rows).toEqual([[7, 'x', null]]);
  });

  it('stop at the limit, say so, and keep the order', async () => {
    const { rows, truncated } = await reader.query('select number from numbers(100) order by number desc; ', {
      limit: 3,
    });
    expect({ rows, truncated }).toEqual({ rows: [[99], [98], [97]], truncated: true });
    expect((await reader.query('select 1 -- one', { limit: 1 })).truncated).toBe(false);
  });

  it('escape their parameters', async () => {
    const { rows } = await reader.query('select {text:String}', { parameters: { text: "it's; drop table t --" } });
    expect(rows).toEqual([["it's; drop table t --"]]);
  });

  const awkward = fc.string({
    unit: fc.constantFrom("'", '\\', '\u0000', '\n', '{', '}', ':', 'b', '日', '\u{1F600}', '"', '`'),
  });
  it('give every parameter back as it was, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(awkward, fc.nat(), async (text, number) => {
        const sql = 'select {text:String}, {number:UInt64}, {text:String} = {again:String}';
        const { rows } = await reader.query(sql, { parameters: { text, number, again: text } });
        expect(rows).toEqual([[text, number, 1]]);
      }),
      { numRuns: 60 },
    );
  });

  it('refuse a parameter that is not given', async () => {
    await expect(reader.query('select {text:String}', { parameters: { other: '' } })).rejects.toThrow(/text/);
  });

  it.each([
    "select * from file('/etc/hostname', 'LineAsString')",
    "select * from executable('ls', 'TSV', 'a String')",
    'create table t (a Int8) engine = Memory',
    '/* select */ drop table t',
    'select 1) union all (select 2',
  ])('cannot be made to run %j', async (sql) => {
    await expect(reader.query(sql)).rejects.toThrow();
  });

  it('see our own books as tables, the newest in place of the last', async () => {
    const columns = [
      { name: 'group', type: 'String' },
      { name: 'bytes', type: 'Nullable(UInt64)' },
    ];
    await reader.materialise('outbox', columns, [{ group: 'old', bytes: 1 }]);
    await reader.materialise('outbox', columns, [{ group: "a'b", bytes: null }]);
    expect((await reader.query('select group, bytes from flywheel.outbox', { limit: 10 })).rows).toEqual([
      ["a'b", null],
    ]);
  });

  it('give the history of an experiment, each row once, thinned evenly to its last', async () => {
    const tables = [tableOf(evidenceChanged), tableOf(allocationProposed)];
    await analytics.provision(tables);
    const evidence = exampleOf('evidence.changed');
    const allocation = exampleOf('allocation.proposed');
    const name = (offset: number) => ({ group: 'archivist', run: 1, topic: 't', partition: 0, offset, ordinal: 0 });
    const arm = { impressions: 1, clicks: 1, rate: 1, adset_id: 's' };
    const rows = Array.from({ length: 1_000 }, (_, i) => ({
      table: 'evidence_changed',
      value: {
        ...evidence,
        account_id: 'a',
        experiment_id: 'e',
        at_ms: 1_000 + i,
        arms: [{ ...arm, ad_id: 'x', e_value: 10 ** (i % 10), peak_e_value: 0 }],
      },
      name: name(i),
      at_ms: 0,
    }));
    await analytics.send([...rows, ...rows.slice(0, 10)]);
    await analytics.send([
      {
        table: 'allocation_proposed',
        value: { ...allocation, account_id: 'a', campaign_id: 'c', at_ms: 5 },
        name: name(0),
        at_ms: 0,
      },
    ]);
    const points = await evidenceSeries(reader, { account_id: 'a', experiment_id: 'e' });
    expect(points.length).toBeGreaterThan(300);
    expect(points.length).toBeLessThanOrEqual(501);
    expect(points.at(-1)).toEqual({ at_ms: 1_999, x: 9 });
    expect(await evidenceSeries(reader, { account_id: 'a', experiment_id: "e'; drop table x --" })).toEqual([]);
    expect((await evidenceSeries(reader, { account_id: 'a', experiment_id: 'e', until_ms: 1_004 })).at(-1)).toEqual({
      at_ms: 1_004,
      x: 4,
    });
    const { shares, p_best, expected_loss, posteriors } = await shareSeries(reader, {
      account_id: 'a',
      campaign_id: 'c',
    });
    expect(shares).toHaveLength(1);
    expect(Object.keys(shares[0] ?? {})).toEqual(Object.keys(p_best[0] ?? {}));
    expect(expected_loss).toEqual([{ at_ms: 5, loss: 0.0013 }]);
    expect(posteriors?.arms[0]).toMatchObject({ adset_id: 'set_a', mean: 0.0194, low: 0.0151, high: 0.0243 });
    expect((await shareSeries(reader, { account_id: 'a', campaign_id: 'c', until_ms: 4 })).posteriors).toBeNull();
  });

  it('export a table page by page: each row of the account once, as CSV that is no formula', async () => {
    await analytics.provision([tableOf(alertResolved)]);
    const value = exampleOf('alert.resolved');
    const texts = ['=HYPERLINK("http://evil.example")', '+1', '-1', '@a', '\tb', 'plain, with "quotes"\nand a line'];
    const name = (offset: number) => ({ group: 'archivist', run: 1, topic: 't', partition: 0, offset, ordinal: 0 });
    const row = (account_id: string, reason: string, offset: number) => ({
      ...{
        table: 'alert_resolved',
        value: { ...value, account_id, reason, raised_ms: -5 },
        name: name(offset),
        at_ms: 0,
      },
    });
    const rows = [...texts.map((text, i) => row('a', text, i)), row('b', 'of another account', 99)];
    await analytics.send([...rows, ...rows]);
    const pages = [];
    for (let after: string | null = ''; after !== null;) {
      const page: ExportPage = await exportTable(
        { analytics: reader },
        { table: 'alert_resolved', account_id: 'a', limit: 4, ...(after === '' ? {} : { after }) },
      );
      pages.push(page);
      after = page.next;
    }
    expect(pages.map((page) => page.rows)).toEqual([4, 2]);
    const [{ header = '' } = {}] = pages;
    const parsed = parse<Record<string, string>>(header + pages.map(({ csv }) => csv).join(''), { columns: true });
    expect(parsed.map(({ reason }) => reason)).toEqual(texts.map((text, i) => (i < 5 ? `'${text}` : text)));
    // A number is no formula, also below zero.
    expect(new Set(parsed.map(({ raised_ms }) => raised_ms))).toEqual(new Set(['-5']));
    const of = (given: Partial<ExportRequest>) =>
      exportTable({ analytics: reader }, { table: 'alert_resolved', ...given });
    expect((await of({})).rows).toBe(7);
    await expect(of({ table: 'system.tables' })).rejects.toThrow('there is no table');
    await expect(of({ after: 'nonsense' })).rejects.toThrow('no end of a page');
    await expect(of({ table: 'tick_hourly', account_id: 'a' })).rejects.toThrow('of no account');
  });
});
