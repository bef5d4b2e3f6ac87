/**
 * The analytics on a ClickHouse server, over HTTP. An insert is sent as compressed RowBinary under a deadline, and again
 * while what it meets passes; one whose answer was lost is there twice until ClickHouse merges, and seen once.
 */
import { Readable } from 'node:stream';
import {
  ClickHouseLogLevel,
  createClient,
  type ClickHouseClient,
  type ClickHouseClientConfigOptions,
} from '@clickhouse/client';
import pRetry from 'p-retry';
import type { BatchLimits } from '../port.ts';
import { ClickHouseAnalytics } from './clickhouse.ts';
import { layoutOf, literal, quoted } from './layout.ts';
import { forgotten, passes, serverFailure } from './server-trouble.ts';
import type { InsertTarget, Store } from './store.ts';

export interface ClickHouseServerSettings {
  /** Address of the HTTP interface; https for TLS. */
  readonly url: string;
  /** Database of the views; rows are stored in `<database>_raw`. Both are made where they are missing. */
  readonly database: string;
  readonly username: string;
  /** Never in an error. */
  readonly password: string;
  /** Certificate of who signed the server's, PEM; left out where the system knows it. */
  readonly ca?: Buffer;
  readonly limits?: Partial<BatchLimits>;
  readonly patience?: Partial<Patience>;
}

/** How long a request is tried before whoever sent it is told that the server is away. */
export interface Patience {
  /** Time for an insert with all its tries, milliseconds. */
  readonly deadline_ms: number;
  /** Time without an answer after which one try is given up, milliseconds. */
  readonly try_ms: number;
  /** Tries of an insert, the first included. */
  readonly attempts: number;
  /** Wait before the second try, milliseconds; doubled for each further one, and scattered. */
  readonly first_retry_ms: number;
}

/** Few tries: whose outbox the rows are in tries again with all that has come since, in larger inserts. */
export const usual_patience: Patience = { deadline_ms: 60_000, try_ms: 30_000, attempts: 4, first_retry_ms: 200 };

/** An insert is answered when it is on disk, not when it waits in the server's memory for others. */
const insert_settings = { async_insert: 0, wait_end_of_query: 1 } as const;
/** Level of gzip: the lowest takes a third of the bytes of the highest's time for little more of them. */
const gzip = { codec: 'gzip', level: 1 } as const;

/** Asks nothing of the server yet: one that is away at the start is waited for like one that goes later. */
export function openClickHouseServer(settings: ClickHouseServerSettings): ClickHouseAnalytics {
  return new ClickHouseAnalytics(serverStore(settings), settings.limits);
}

export function clientOptions(settings: ClickHouseServerSettings, patience: Patience): ClickHouseClientConfigOptions {
  const { url, username, password, ca } = settings;
  return {
    url,
    username,
    password,
    application: 'flywheel',
    // What fails is thrown as well; the client would print the statement beside it.
    log: { level: ClickHouseLogLevel.OFF },
    request_timeout: patience.try_ms,
    compression: { request: gzip, response: true },
    // Numbers as numbers, as in process; servers before 25.8 write large ones as texts.
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    ...(ca === undefined ? {} : { tls: { ca_cert: ca } }),
  };
}

function serverStore(settings: ClickHouseServerSettings): Store {
  const { database } = settings;
  const place = new URL(settings.url).host;
  const patience = { ...usual_patience, ...settings.patience };
  const options = clientOptions(settings, patience);
  const client = createClient({ ...options, database });
  return {
    client,
    reader: client,
    inserts_at_once: Infinity,
    place,
    layout: layoutOf(`${database}_raw`),
    prepare: () => makeDatabase(options, database, place),
    insert: (target, body) => inserted(client, target, body, { patience, place }),
    failure: (error) => serverFailure(error, place),
    forgot: forgotten,
    close: () => client.close(),
  };
}

/** A request in a database that is not there is refused, so this one is made from outside of it. */
async function makeDatabase(options: ClickHouseClientConfigOptions, database: string, place: string): Promise<void> {
  const outside = createClient({ ...options, database: 'default' });
  try {
    const query = `SELECT name FROM system.databases WHERE name = ${literal(database)}`;
    const found = await (await outside.query({ query, format: 'JSONEachRow' })).json();
    // Whoever may not make databases is content with one that somebody made.
    if (found.length === 0) await outside.command({ query: `CREATE DATABASE IF NOT EXISTS ${quoted(database)}` });
  } catch (error) {
    throw serverFailure(error, place);
  } finally {
    await outside.close();
  }
}

async function inserted(
  client: ClickHouseClient,
  { statement }: InsertTarget,
  body: Buffer,
  { patience, place }: { readonly patience: Patience; readonly place: string },
): Promise<void> {
  const signal = AbortSignal.timeout(patience.deadline_ms);
  let last: unknown;
  try {
    await pRetry(() => sent(client, `${statement} FORMAT RowBinary`, body, signal), {
      retries: patience.attempts - 1,
      minTimeout: patience.first_retry_ms,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => !signal.aborted && passes(error),
      onFailedAttempt: ({ error }) => void (last = error),
    });
  } catch (error) {
    if (!signal.aborted) throw serverFailure(error, place);
    const why = last === undefined ? '' : `; the last try: ${serverFailure(last, place).what}`;
    throw serverFailure(new Error(`an insert was not taken within ${patience.deadline_ms} ms${why}`), place);
  }
}

async function sent(client: ClickHouseClient, query: string, body: Buffer, signal: AbortSignal): Promise<void> {
  // In pieces, for a stream of one large chunk is compressed before its first byte is sent.
  const values = Readable.from(pieces(body));
  const { stream } = await client.exec({ query, values, abort_signal: signal, clickhouse_settings: insert_settings });
  for await (const _ of stream);
}

const piece_bytes = 256 * 1024;

function* pieces(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += piece_bytes) yield body.subarray(at, at + piece_bytes);
}
