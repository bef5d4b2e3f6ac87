/** Looks at a ClickHouse server and changes nothing: whether it answers, and what it has of our tables. */
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { z } from 'zod';
import type { Table } from '../../../topology/topic.ts';
import { storedColumns } from '../columns.ts';
import { withNewest } from '../newest.ts';
import { layoutOf, literal, type FoundColumn } from './layout.ts';
import { bare, columnsIn } from './provision.ts';
import { clientOptions, usual_patience, type ClickHouseServerSettings } from './server.ts';
import { serverFailure } from './server-trouble.ts';

export interface TableStanding {
  readonly table: string;
  readonly exists: boolean;
  /** Columns that are not stored, or that the view does not show. */
  readonly missing: readonly string[];
  /** A column whose type cannot be changed, in words; null where there is none. */
  readonly misfit: string | null;
}

export interface ClickHouseReport {
  readonly version: string;
  readonly tables: readonly TableStanding[];
}

/** How long the server may take, milliseconds. */
const usual_within_ms = 5_000;

const answerShape = z.object({ data: z.array(z.array(z.unknown())) });
const versionShape = z.tuple([z.tuple([z.string()])]);

type Rows = readonly (readonly unknown[])[];

async function read(client: ClickHouseClient, query: string): Promise<Rows> {
  const result = await client.query({ query, format: 'JSONCompact' });
  return answerShape.parse(await result.json()).data;
}

/** Asks outside of our database, which may not be there. Rejects as `serverFailure` words it. */
async function asking<T>(
  settings: ClickHouseServerSettings,
  within_ms: number,
  ask: (client: ClickHouseClient) => Promise<T>,
): Promise<T> {
  const options = clientOptions(settings, { ...usual_patience, try_ms: within_ms });
  const client = createClient({ ...options, database: 'default' });
  try {
    return await ask(client);
  } catch (error) {
    throw serverFailure(error, new URL(settings.url).host);
  } finally {
    await client.close();
  }
}

const versionOf = async (client: ClickHouseClient): Promise<string> =>
  versionShape.parse(await read(client, 'SELECT version()'))[0][0];

/** Its version, to whoever may ask it. */
export const clickHouseVersion = (settings: ClickHouseServerSettings, within_ms = usual_within_ms): Promise<string> =>
  asking(settings, within_ms, versionOf);

export const examineClickHouse = (
  settings: ClickHouseServerSettings,
  tables: readonly Table[],
): Promise<ClickHouseReport> =>
  asking(settings, usual_within_ms, async (client) => {
    const store = { read: (statement: string) => read(client, statement) };
    const stored = await columnsIn(store, literal(layoutOf(`${settings.database}_raw`).raw));
    const seen = await columnsIn(store, literal(settings.database));
    const standings = withNewest(tables).map((table) =>
      standingOf(table, stored.get(table.name), seen.get(table.name)),
    );
    return { version: await versionOf(client), tables: standings };
  });

function standingOf(
  table: Table,
  stored: readonly FoundColumn[] | undefined,
  seen: readonly FoundColumn[] = [],
): TableStanding {
  if (stored === undefined) return { table: table.name, exists: false, missing: [], misfit: null };
  const types = new Map(stored.map(({ name, type }) => [name, type]));
  const shown = new Set(seen.map(({ name }) => name));
  const wanted = storedColumns(table);
  const differs = wanted.find(({ name, type }) => bare(types.get(name) ?? type) !== bare(type));
  return {
    table: table.name,
    exists: true,
    missing: wanted.filter(({ name }) => !types.has(name) || !shown.has(name)).map(({ name }) => name),
    misfit: differs === undefined ? null : `${differs.name} is ${types.get(differs.name) ?? ''}, not ${differs.type}`,
  };
}
