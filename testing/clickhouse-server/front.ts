/**
 * As much of ClickHouse's HTTP interface as its own client uses, in front of chDB: the statement in the body or in
 * `query`, data of an insert in the body, settings and parameters beside them, users by header or basic authentication,
 * gzip both ways, exceptions with their code.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Database } from './database.ts';
import { orderShape, type Fault, type Faults } from './faults.ts';

export interface FrontOptions {
  readonly database: Database;
  readonly faults: Faults;
  readonly seen: Seen;
  readonly username: string;
  readonly password: string;
}

/** Parameters that are the interface's own; all others are settings, or parameters of the statement. */
const of_interface: ReadonlySet<string> = new Set([
  'query',
  'query_id',
  'database',
  'user',
  'password',
  'session_id',
  'enable_http_compression',
  'wait_end_of_query',
  'default_format',
]);
const name_of_setting = /^[a-z_][a-z0-9_]*$/i;
const version = 'version 26.7.2.1';

interface Exception {
  readonly code: number;
  readonly text: string;
}

/** `Code: 60. DB::Exception: ... (UNKNOWN_TABLE)` as chDB says it. */
function exceptionOf(error: unknown): Exception {
  const said = error instanceof Error ? error.message : String(error);
  const code = Number(/Code: (\d+)/.exec(said)?.[1] ?? 1001);
  return { code, text: /DB::Exception/.test(said) ? said : `Code: ${code}. DB::Exception: ${said} (STD_EXCEPTION)` };
}

const statusOf = (code: number): number => {
  if (code === 516 || code === 497) return 403;
  if (code === 60 || code === 81) return 404;
  return code === 62 || code === 47 ? 400 : 500;
};

function refuse(response: ServerResponse, { code, text }: Exception): void {
  response.writeHead(statusOf(code), { 'content-type': 'text/plain', 'x-clickhouse-exception-code': String(code) });
  response.end(`${text} (${version})\n`);
}

/** Inserts that came, and how. */
export interface Seen {
  inserts: number;
  compressed: number;
}

const isUser = (request: IncomingMessage, url: URL, { username, password }: FrontOptions): boolean => {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [name = '', ...rest] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':');
  const user = request.headers['x-clickhouse-user'] ?? url.searchParams.get('user') ?? name;
  const key = request.headers['x-clickhouse-key'] ?? url.searchParams.get('password') ?? rest.join(':');
  return user === username && key === password;
};

/** Meets a fault; true where the request is served after all, and what to do instead of its answer. */
async function met(fault: Fault, response: ServerResponse, apply: () => Promise<unknown>): Promise<void> {
  switch (fault.kind) {
    case 'die':
      if (fault.when === 'after') await apply();
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'answer_lost':
      await apply();
      response.destroy();
      return;
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'text/html' });
      response.end('<html><h1>Service Unavailable</h1></html>');
      return;
    case 'exception':
      refuse(response, {
        code: fault.code,
        text: `Code: ${fault.code}. DB::Exception: ${fault.message}. (${fault.name})`,
      });
      return;
    case 'hang':
      return;
  }
}

async function asked(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  options: FrontOptions,
): Promise<void> {
  const sent = await buffer(request);
  const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
  const inUrl = url.searchParams.get('query');
  const statement = inUrl ?? body.toString('utf8');
  const settings = new Map(
    [...url.searchParams].filter(([name]) => !of_interface.has(name) && name_of_setting.test(name)),
  );
  const apply = (): Promise<Uint8Array> =>
    options.database.answer({
      statement,
      database: url.searchParams.get('database') ?? 'default',
      settings,
      data: inUrl === null ? Buffer.alloc(0) : body,
    });
  const isInsert = inUrl !== null && /^\s*INSERT/i.test(statement);
  if (isInsert) options.seen.inserts++;
  if (isInsert && request.headers['content-encoding'] === 'gzip') options.seen.compressed++;
  const fault = options.faults.next(isInsert);
  if (fault !== undefined) return met(fault, response, apply);
  const answer = await apply();
  const wantsGzip = url.searchParams.get('enable_http_compression') === '1';
  const headers = { 'content-type': 'text/plain; charset=UTF-8', 'x-clickhouse-summary': '{}' };
  response.writeHead(200, wantsGzip ? { ...headers, 'content-encoding': 'gzip' } : headers);
  response.end(wantsGzip ? gzipSync(answer) : answer);
}

/** Orders of tests: what the next requests meet. */
async function ordered(request: IncomingMessage, response: ServerResponse, faults: Faults): Promise<void> {
  if (request.method === 'DELETE') faults.clear();
  else faults.order(orderShape.parse(JSON.parse((await buffer(request)).toString('utf8'))));
  response.writeHead(204).end();
}

export function front(options: FrontOptions): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/ping') return void response.end('Ok.\n');
    if (url.pathname === '/faults') return void ordered(request, response, options.faults);
    if (url.pathname === '/seen') return void response.end(JSON.stringify(options.seen));
    if (!isUser(request, url, options)) {
      request.resume();
      return refuse(response, {
        code: 516,
        text: `Code: 516. DB::Exception: ${options.username}: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)`,
      });
    }
    asked(request, response, url, options).catch((error: unknown) => refuse(response, exceptionOf(error)));
  };
}
