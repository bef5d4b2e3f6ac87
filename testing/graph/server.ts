/**
 * A Graph API on this machine for tests, over the wire: the part of the Marketing API that we use, with its shapes
 * (texts for numbers, cursors, usage headers), its limits, a clock that is moved by hand, and faults on demand. It
 * writes down what it saw. What it is not: Meta's delivery, its review of ads, or its speed.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault, Order } from './faults.ts';
import { handled, type Answered, type Asked } from './handle.ts';
import { State, usualOptions, type StateOptions } from './state.ts';
import { find, type GraphWorld, type Status } from './world.ts';
import { changedByHuman } from './writes.ts';

export interface GraphServer {
  /** Address before the version. */
  readonly base_url: string;
  readonly world: GraphWorld;
  readonly seen: State['seen'];
  /** Refusals for limits that were exceeded in earnest, by code and subcode. */
  readonly exceeded: ReadonlyMap<string, number>;
  readonly faults: State['faults'];
  now_ms(): number;
  /** Moves its clock. */
  pass(ms: number): Promise<void>;
  meet(fault: Fault, order?: Order): void;
  /** A person changes something in Ads Manager. */
  humanSets(id: string, change: { readonly daily_budget?: number; readonly status?: Status }): void;
  setTimeZone(account_id: string, time_zone: string): void;
  /** Told of each write as it comes, with how many of its thing are under way. */
  onWrites(listener: State['onWrite']): void;
  close(): Promise<void>;
}

export interface ServerOptions extends Partial<StateOptions> {
  readonly port?: number;
}

/** Several worlds behind one address, which know nothing of each other; each has its own clock. */
export interface GraphHost {
  /** Closing what this returns takes the world away; the host goes on. */
  add(world: GraphWorld, options?: Partial<StateOptions>): GraphServer;
  close(): Promise<void>;
}

/** One world, at the address itself. */
export async function graphServer(world: GraphWorld, options: ServerOptions = {}): Promise<GraphServer> {
  const { port = 0, ...rest } = options;
  const worlds = new Map([[at_root, new State(world, { ...usualOptions, ...rest })]]);
  const server = await listening(worlds, port);
  return { ...serverOf(worlds, at_root, baseOf(server)), close: () => closed(server) };
}

export async function graphHost(port = 0): Promise<GraphHost> {
  const worlds = new Map<string, State>();
  const server = await listening(worlds, port);
  let added = 0;
  return {
    add: (world, options = {}) => {
      const name = `world${++added}`;
      worlds.set(name, new State(world, { ...usualOptions, ...options }));
      return serverOf(worlds, name, `${baseOf(server)}/${name}`);
    },
    close: () => closed(server),
  };
}

type Worlds = Map<string, State>;

/** Name of the world that has no part of the address. */
const at_root = '';

async function listening(worlds: Worlds, port: number): Promise<Server> {
  const server = createServer((request, response) => void served(worlds, server, request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

function serverOf(worlds: Worlds, name: string, base_url: string): GraphServer {
  const state = worlds.get(name);
  if (state === undefined) throw new Error(`there is no ${name}`);
  const { world } = state;
  return {
    base_url,
    world,
    seen: state.seen,
    exceeded: state.limits.exceeded,
    faults: state.faults,
    now_ms: () => state.now_ms,
    pass: async (ms) => {
      state.pass(ms);
      await world.onTime?.(world.now_ms);
    },
    meet: (fault, order) => state.faults.meet(fault, order),
    humanSets: (id, change) => changedByHuman(state, id, change),
    setTimeZone: (account_id, time_zone) => {
      const account = find(world, account_id)?.account;
      if (account !== undefined) account.time_zone = time_zone;
    },
    onWrites: (listener) => {
      state.onWrite = listener;
    },
    close: () => {
      worlds.delete(name);
      return Promise.resolve();
    },
  };
}

function baseOf(server: Server): string {
  const address = server.address();
  return `http://127.0.0.1:${isBound(address) ? address.port : 0}`;
}

const isBound = (address: string | AddressInfo | null): address is AddressInfo =>
  typeof address === 'object' && address !== null;

async function served(
  worlds: Worlds,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { state, base, url } = placeOf(worlds, baseOf(server), request.url ?? '/');
    if (state === undefined) return send(response, gone);
    if (url.pathname === clock_path) return await clockMoved(state, request.method, url, response);
    const asked = askedOf(base, url, request, await bodyOf(request));
    const after = asked.params['after'] !== undefined;
    const fault = state.faults.next({ method: asked.method, path: asked.path.join('/'), after });
    await state.underWay(asked, fault?.kind === 'late' ? fault.wait_ms : 0);
    if (!interrupted(state, asked, fault, response)) send(response, answersOf(state, asked, fault));
  } catch (error) {
    send(response, {
      status: 500,
      headers: {},
      body: { defect: error instanceof Error ? error.stack : String(error) },
    });
  }
}

const gone: Answered = { status: 404, headers: {}, body: { defect: 'there is no such world' } };

interface Place {
  readonly state: State | undefined;
  /** Address before the version. */
  readonly base: string;
  /** Without the world's name. */
  readonly url: URL;
}

/** The world that an address is about: by the first part of its path, where worlds have names. */
function placeOf(worlds: Worlds, base: string, text: string): Place {
  const url = new URL(text, base);
  const root = worlds.get(at_root);
  if (root !== undefined) return { state: root, base, url };
  const [, name = '', ...rest] = url.pathname.split('/');
  url.pathname = `/${rest.join('/')}`;
  return { state: worlds.get(name), base: `${base}/${name}`, url };
}

/** Not Graph's: lets whoever waits in another process move the clock. `GET` reads it, `POST ?ms=` moves it. */
const clock_path = '/_clock';

async function clockMoved(state: State, method: string | undefined, url: URL, response: ServerResponse): Promise<void> {
  const { world } = state;
  if (method === 'POST') {
    state.pass(Number(url.searchParams.get('ms') ?? 0));
    await world.onTime?.(world.now_ms);
  }
  send(response, { status: 200, headers: {}, body: { now_ms: world.now_ms } });
}

/** Faults of the wire; true where nothing is left to say. */
function interrupted(state: State, asked: Asked, fault: Fault | undefined, response: ServerResponse): boolean {
  switch (fault?.kind) {
    case 'hang':
      return true;
    case 'done_later':
      answersOf(state, asked, fault);
      return true;
    case 'dropped':
      response.destroy();
      return true;
    case 'answer_lost':
      answersOf(state, asked, undefined);
      response.destroy();
      return true;
    case 'html':
    case 'done_but_html':
      if (fault.kind === 'done_but_html') answersOf(state, asked, undefined);
      response.writeHead(fault.status, { 'content-type': 'text/html' });
      response.end('<html><body><h1>Sorry, something went wrong.</h1></body></html>');
      return true;
    default:
      return false;
  }
}

function answersOf(state: State, asked: Asked, fault: Fault | undefined): Answered {
  const batch = asked.params['batch'];
  if (asked.method === 'POST' && asked.path.length === 0 && batch !== undefined)
    return { status: 200, headers: {}, body: batchOf(state, asked, batch) };
  return handled(state, asked, fault);
}

const most_in_batch = 50;

interface BatchItem {
  readonly method: string;
  readonly relative_url: string;
  readonly body?: string;
}

/** Each is counted by itself, and each answer is a text within the list. */
function batchOf(state: State, asked: Asked, text: string): object {
  const items = JSON.parse(text) as BatchItem[];
  if (items.length > most_in_batch)
    return { error: { message: '(#100) Too many requests in batch message. Maximum batch size is 50', code: 100 } };
  return items.map(({ method, relative_url, body = '' }) => {
    const url = new URL(relative_url, 'http://graph.invalid/');
    const params = { ...carried(asked.params), ...queryOf(url.searchParams), ...queryOf(new URLSearchParams(body)) };
    const path = url.pathname.split('/').filter((part) => part !== '');
    const one = { ...asked, method, path, params };
    const fault = state.faults.next({ method, path: path.join('/'), after: params['after'] !== undefined });
    const { status, headers, body: said } = handled(state, one, fault);
    const named = Object.entries(headers).map(([name, value]) => ({ name, value }));
    return { code: status, headers: named, body: JSON.stringify(said) };
  });
}

const carried = ({ batch: _, ...params }: Readonly<Record<string, string>>): Record<string, string> => params;

const queryOf = (query: URLSearchParams): Record<string, string> => Object.fromEntries(query);

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function askedOf(base: string, url: URL, request: IncomingMessage, body: string): Asked {
  const [version = '', ...path] = url.pathname.split('/').filter((part) => part !== '');
  const sent = body === '' ? {} : parsed(body, request.headers['content-type'] ?? '');
  return { method: request.method ?? 'GET', version, path, params: { ...queryOf(url.searchParams), ...sent }, base };
}

/** A body's fields as texts: Graph takes JSON and forms alike. */
function parsed(body: string, type: string): Record<string, string> {
  if (!type.includes('json')) return queryOf(new URLSearchParams(body));
  const object: unknown = JSON.parse(body);
  if (typeof object !== 'object' || object === null) return {};
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

function send(response: ServerResponse, { status, headers, body }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  response.end(JSON.stringify(body));
}
