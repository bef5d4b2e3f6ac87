/**
 * Requests a second of the gateway and how long they take, beside Fastify alone that sends the same bytes: reads, writes
 * whose answer waits until groups and analytics have passed them, and events in, one at a time and as lines. Server and
 * load are a process each.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import autocannon, { type Options, type Result } from 'autocannon';
import { z } from 'zod';
import { hour_ms } from '../../schemas/values.ts';
import { start_ms } from '../../testing/snapshot.ts';
import type { Measure } from '../measures.ts';
import type { server_kinds } from './gateway-server.ts';
import { spread } from './statistics.ts';
import { targets } from './targets.ts';
import { metricsEvent, wide } from './workload.ts';

export interface GatewaySize {
  readonly rounds: number;
  readonly seconds: number;
}

export const fullGateway: GatewaySize = { rounds: 5, seconds: 8 };
export const quickGateway: GatewaySize = { rounds: 1, seconds: 2 };

const said = z.object({ url: z.string(), token: z.string() });

export interface Server {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
}

/** Starts a server and waits until it listens; whoever asks for it ends it. */
export async function started(kind: (typeof server_kinds)[number], answer = ''): Promise<Server> {
  const program = fileURLToPath(new URL('./gateway-server.ts', import.meta.url));
  const child = spawn(process.execPath, ['--max-semi-space-size=64', '--import', 'tsx', program, kind, answer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const { url, token } = said.parse(JSON.parse(line));
    return { url, headers: { authorization: `Bearer ${token}` }, child };
  }
  throw new Error(`the ${kind} server ended with ${child.exitCode ?? 'nothing'} before it listened`);
}

/** The server's clock stands at the start of its history: what is sent is of the hour before. */
const window = {
  window_start_ms: start_ms - 2 * hour_ms,
  window_end_ms: start_ms - hour_ms,
  as_of_ms: start_ms - hour_ms,
};
const eventText = (i: number): string => JSON.stringify({ ...metricsEvent(i, wide), ...window });

/** Lines of one request. */
const lines_at_once = 1_000;
const lines = Array.from({ length: lines_at_once }, (_, i) => eventText(i)).join('\n');

const reading = '/api/ml/ab/experiments?account_id=act&limit=10';

interface Load extends Pick<Options, 'method' | 'connections'> {
  readonly system: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  /** What a request counts for. */
  readonly events: number;
  readonly unit: string;
}

const json = 'application/json';
const get = { method: 'GET', events: 1, unit: 'requests/s', connections: 20 } as const;
const post = { ...get, method: 'POST' } as const;
const write = JSON.stringify({ account_id: 'act', variant_id: 'exp0-q', metrics: { impressions: 500, clicks: 9 } });

const reads: Load = { ...get, system: 'reads', path: reading };
const bare: Load = { ...get, system: 'bare-fastify', path: '/' };
const writes: Load = { ...post, system: 'writes', path: '/api/ml/ab/update-variant', body: write, type: json };
const single: Load = {
  ...post,
  system: 'intake-single',
  path: '/api/events?topic=ad.metrics',
  body: eventText(0),
  type: json,
  unit: 'events/s',
};
const many: Load = {
  ...single,
  system: 'intake-ndjson',
  body: lines,
  type: 'application/x-ndjson',
  events: lines_at_once,
  connections: 4,
};
const manyBeside: Load = { ...many, system: 'intake-ndjson-beside-all-groups' };

interface Taken {
  readonly per_s: number;
  readonly p99_ms: number;
}

/** @throws Error where a request was not answered as it should be: it would be counted for nothing. */
async function under(load: Load, { url, headers }: Server, seconds: number): Promise<Taken> {
  const { method, connections, path, body, type, events, system } = load;
  const asked = { ...headers, ...(type === undefined ? {} : { 'content-type': type }) };
  const options = { url: url + path, connections, duration: seconds, method, headers: asked };
  const result: Result = await autocannon(body === undefined ? options : { ...options, body });
  if (result.non2xx + result.errors + result.timeouts > 0)
    throw new Error(`${system}: ${result.non2xx} refused, ${result.errors} failed, ${result.timeouts} late`);
  return { per_s: (result['2xx'] * events) / result.duration, p99_ms: result.latency.p99 };
}

export async function gatewayBench(
  { rounds, seconds }: GatewaySize,
  onProgress: (text: string) => void,
): Promise<readonly Measure[]> {
  const taken = new Map<Load, Taken[]>();
  const measured = async (load: Load, server: Server, round: number): Promise<void> => {
    onProgress(`${load.system}, round ${round} of ${rounds}`);
    const found = await under(load, server, seconds);
    // The first round warms the compiler up.
    if (round > 0) taken.set(load, [...(taken.get(load) ?? []), found]);
  };
  const servers: Server[] = [];
  const use = async (kind: (typeof server_kinds)[number], answer?: string): Promise<Server> => {
    const server = await started(kind, answer);
    servers.push(server);
    return server;
  };
  try {
    const ours = await use('gateway');
    const same = await use('bare', await (await fetch(ours.url + reading, { headers: ours.headers })).text());
    const silent = await use('gateway without groups');
    for (let round = 0; round <= rounds; round++) {
      await measured(bare, same, round);
      await measured(reads, ours, round);
      await measured(writes, ours, round);
      await measured(single, silent, round);
      await measured(many, silent, round);
    }
    for (let round = 0; round <= rounds; round++) await measured(manyBeside, ours, round);
  } finally {
    for (const { child } of servers) child.kill('SIGKILL');
  }
  return measuresOf(taken);
}

function measuresOf(taken: ReadonlyMap<Load, readonly Taken[]>): readonly Measure[] {
  const found = [...taken].flatMap(([{ system, unit }, rounds]): readonly Measure[] => [
    {
      name: 'throughput',
      labels: { system },
      unit,
      ...spread(rounds.map(({ per_s }) => per_s)),
      ...(system === 'intake-ndjson' ? { target: targets.intake } : {}),
    },
    { name: 'latency', labels: { system, quantile: 'p99' }, unit: 'ms', ...spread(rounds.map(({ p99_ms }) => p99_ms)) },
  ]);
  const beside = taken.get(bare) ?? [];
  const ratios = (taken.get(reads) ?? []).map(({ per_s }, i) => per_s / (beside[i]?.per_s ?? Number.NaN));
  const labels = { of: 'reads', to: 'bare-fastify' };
  return [...found, { name: 'ratio', labels, unit: '1', ...spread(ratios), target: targets.share_of_bare_fastify }];
}
