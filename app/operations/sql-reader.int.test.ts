import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlReader } from './context.ts';
import { sqlReader } from './sql-reader.ts';

describe('reads of the analytics', () => {
  let folder: string;
  let client: ClickHouseClient;
  let reader: SqlReader;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-sql-'));
    client = createClient({ connection: createChdbConnection({ path: folder }) });
    reader = sqlReader(client, () => Date.now());
  });

  afterAll(async () => {
    await client.close();
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
});
