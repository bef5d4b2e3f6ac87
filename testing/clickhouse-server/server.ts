/**
 * A server of ClickHouse for tests: chDB behind ClickHouse's HTTP interface, in a process of its own, so that it can be
 * killed, paused and told to misbehave while its client works. What it is not: several nodes, users with rights, merges
 * under load.
 */
import { mkdirSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Program } from '../services/program.ts';
import { freePort } from '../services/tools.ts';
import type { Fault, Order } from './faults.ts';
import type { Seen } from './front.ts';

export interface ClickHouseServer {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** To kill, pause and start again: what is on disk stays. */
  readonly program: Program;
  /** The next inserts, or all requests, meet this, once or as often as is said. */
  meet(fault: Fault, order?: Partial<Omit<Order, 'fault'>>): Promise<void>;
  /** Inserts with data since it was started. */
  seen(): Promise<Seen>;
  /** Forgets what was ordered and not met. */
  serve(): Promise<void>;
}

export interface ServerOptions {
  readonly folder: string;
  /** Files of certificate and key, PEM; left out for no TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

const seenShape = z.object({ inserts: z.number(), compressed: z.number() });
const main = fileURLToPath(new URL('main.ts', import.meta.url));

export async function startClickHouseServer({ folder, tls }: ServerOptions): Promise<ClickHouseServer> {
  const [port, username, password] = [await freePort(), 'flywheel', 'correct horse: battery'];
  mkdirSync(folder, { recursive: true });
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const secure = tls === undefined ? [] : ['--certificate', tls.certificate, '--key', tls.key];
  const program = new Program({
    name: 'the ClickHouse of the tests',
    command: process.execPath,
    args: [
      ...['--import', 'tsx', main, '--port', String(port), '--path', folder],
      ...['--username', username, '--password', password, ...secure],
    ],
    cwd: process.cwd(),
    log_file: join(folder, 'server.log'),
    isReady: () => pinged(`${url}/ping`),
    ready_within_ms: 30_000,
  });
  await program.start();
  const orders = async (init: RequestInit): Promise<void> => void (await fetch(`${url}/faults`, init));
  return {
    url,
    username,
    password,
    program,
    meet: (fault, order = {}) =>
      orders({ method: 'POST', body: JSON.stringify({ times: 1, of: 'insert', ...order, fault }) }),
    seen: async () => seenShape.parse(await (await fetch(`${url}/seen`)).json()),
    serve: () => orders({ method: 'DELETE' }),
  };
}

/** Whether it listens is asked without checking its certificate: that is the tests' to do. */
async function pinged(url: string): Promise<void> {
  if (url.startsWith('http:')) return void (await fetch(url));
  await new Promise<void>((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve();
    }).once('error', reject);
  });
}
