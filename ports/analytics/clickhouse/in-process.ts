/**
 * ClickHouse in this process (chDB). Rows are inserted as RowBinary from a file: the fastest way in, as this connection
 * corrupts binary bodies and parses text slowly (docs/decisions/002-analytics.md has the figures).
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, type ClickHouseClient, type ClickHouseClientConfigOptions } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { inlined } from './inline.ts';
import { layoutOf, literal, structureOf } from './layout.ts';
import type { InsertTarget, Store } from './store.ts';
import { cannotOpen, unavailable } from './trouble.ts';

type Connection = NonNullable<ClickHouseClientConfigOptions['connection']>;

/**
 * The connection that chDB gives for ClickHouse's client, which is given parameters as literals. Both packages carry a
 * copy of the same declarations, which the compiler takes for two types because of their private members; hence the
 * one cast.
 */
function connectionTo(path: string): Connection {
  const connection = createChdbConnection({ path }) as unknown as Connection;
  const ask = connection.query.bind(connection);
  connection.query = ({ query_params = {}, ...asked }) => ask({ ...asked, query: inlined(asked.query, query_params) });
  return connection;
}

/** A client whose connection has answered; one that does not is closed. */
async function connected(path: string): Promise<ClickHouseClient> {
  const client = createClient({ connection: connectionTo(path) });
  try {
    await client.command({ query: 'SELECT 1' });
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** Opens a folder. Throws `store.locked` where another process has it, `store.corrupt` where it cannot be read. */
export async function openInProcess(path: string): Promise<Store> {
  let client: ClickHouseClient | undefined;
  try {
    await mkdir(path, { recursive: true });
    client = await connected(path);
    // What a process left that was killed during an insert: its rows are sent again.
    const incoming = join(path, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming);
    return storeIn(path, incoming, { client, reader: await connected(path) });
  } catch (error) {
    await client?.close();
    throw cannotOpen(error, path);
  }
}

/**
 * A connection does one statement after the other, and each that waits holds one of the four threads that files and
 * statements share: so there is one insert at a time, and questions have a connection of their own.
 */
function storeIn(path: string, incoming: string, { client, reader }: Pick<Store, 'client' | 'reader'>): Store {
  let files = 0;
  const failure = (error: unknown): ReturnType<typeof unavailable> => unavailable(error, path);
  return {
    client,
    reader,
    inserts_at_once: 1,
    place: path,
    layout: layoutOf('raw'),
    prepare: () => Promise.resolve(),
    async insert({ table, statement }: InsertTarget, body: Buffer) {
      const file = join(incoming, `${files++}.bin`);
      try {
        await writeFile(file, body);
        const source = `file(${literal(file)}, 'RowBinary', ${literal(structureOf(table))})`;
        // Equal rows within one insert are told apart when they are read, as all others are.
        await client.command({ query: `${statement} SELECT * FROM ${source} SETTINGS optimize_on_insert = 0` });
      } catch (error) {
        throw failure(error);
      } finally {
        await rm(file, { force: true });
      }
    },
    failure,
    forgot: () => false,
    close: async () => {
      await reader.close();
      await client.close();
    },
  };
}
