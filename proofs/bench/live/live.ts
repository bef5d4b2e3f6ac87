/**
 * Many listeners and requests while events flow. Held against: no event lost between client, log and analytics; each
 * listener hears every decision of the accounts it may see, once and in the order of the log, though its connection is
 * cut; every request answered; memory flat.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { experimentDeclared } from '../../../schemas/index.ts';
import type { Measure } from '../../measures.ts';
import { started, type Server } from '../gateway.ts';
import { quantile } from '../statistics.ts';
import { targets } from '../targets.ts';
import { experimentEvents, type World } from '../workload.ts';
import { asking, behind, decidedCourses, heardOf, keptEvents, settled, type Ask, type Heard } from './after.ts';
import { Flow } from './flow.ts';
import { Listener } from './listener.ts';
import { memoryMeasures, MemoryLooks } from './memory-looks.ts';
import { requests, type Asked } from './requests.ts';

export interface LiveSize {
  readonly minutes: number;
  readonly listeners: number;
  readonly events_per_s: number;
  readonly requests_per_s: number;
}

export const fullLive: LiveSize = { minutes: 10, listeners: 200, events_per_s: 5_000, requests_per_s: 50 };
export const quickLive: LiveSize = { ...fullLive, minutes: 0.25, listeners: 40 };

/**
 * Every ad is looked at each five minutes, as one that follows delivery does. At full pace an hour of all ads is over in
 * under eight seconds, so that in ten minutes three days go by, with all that ends of hours and days bring.
 */
const world: World = { accounts: 32, ads_per_account: 100, snapshots_per_hour: 12 };
const accounts = Array.from({ length: world.accounts }, (_, i) => `act_${1_000 + i}`);
/** One listener of so many sees all accounts, as an operator's page does. */
const one_of_all = 20;
const cut_every_ms = 10_000;
const cut_at_once = 5;
/** What was decided last is pushed within a moment. */
const pushed_ms = 2_000;

interface Hearing {
  readonly listener: Listener;
  /** Null: all. */
  readonly account: string | null;
}

export async function liveBench(size: LiveSize, onProgress: (text: string) => void): Promise<readonly Measure[]> {
  const server = await started('live');
  const hearing: Hearing[] = [];
  try {
    const ask = asking(server);
    await declare(server);
    await settled(ask);
    hearing.push(...(await listen(server, ask, size.listeners)));
    const { flow, asked, looks, cuts, seconds } = await during(server, size, hearing, onProgress);
    const left = await behind(ask);
    onProgress(`${flow.accepted} events, ${left} behind`);
    await settled(ask);
    await sleep(pushed_ms);
    const heard = heardOf(await decidedCourses(ask), hearing);
    return [
      ...flowMeasures(flow, { seconds, left, ...(await keptEvents(ask)) }),
      ...heardMeasures(hearing, heard, cuts),
      ...askedMeasures(asked, seconds),
      ...memoryMeasures(looks.own_mb),
    ];
  } finally {
    for (const { listener } of hearing) listener.end();
    server.child.kill('SIGKILL');
  }
}

/** Says which experiments there are, so that there is something to decide. */
async function declare({ url, headers }: Server): Promise<void> {
  const body = experimentEvents(world)
    .map(({ value }) => JSON.stringify(value))
    .join('\n');
  const response = await fetch(`${url}/api/events?topic=${experimentDeclared.name}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body,
  });
  if (response.status !== 200) throw new Error(`experiments were answered ${response.status}`);
}

/** Listeners with keys of their own: of one account each, some of all. */
async function listen({ url }: Server, ask: Ask, count: number): Promise<readonly Hearing[]> {
  const made = z.object({ key: z.string() });
  const keys = new Map<string | null, string>();
  for (const account of [null, ...accounts]) {
    const given = { name: account ?? 'all', role: 'viewer', ...(account !== null && { accounts: [account] }) };
    keys.set(account, (await ask('POST', '/api/keys', made, given)).key);
  }
  const hearing: Hearing[] = [];
  for (let i = 0; i < count; i++) {
    const account = i % one_of_all === 0 ? null : (accounts[i % accounts.length] ?? null);
    const headers = { authorization: `Bearer ${keys.get(account) ?? ''}` };
    hearing.push({ account, listener: await Listener.open(`${url}/api/live`, headers) });
  }
  return hearing;
}

interface Course {
  readonly flow: Flow;
  readonly asked: Asked;
  readonly looks: MemoryLooks;
  readonly cuts: number;
  /** How long the events took to be taken. */
  readonly seconds: number;
}

/** Everything at once, for as long as is asked for. */
async function during(
  server: Server,
  { minutes, events_per_s, requests_per_s }: LiveSize,
  hearing: readonly Hearing[],
  onProgress: (text: string) => void,
): Promise<Course> {
  const flow = new Flow({ ...server, world, events_per_s });
  const looks = new MemoryLooks(server);
  const asked_s = minutes * 60;
  const start_ms = performance.now();
  const [seconds, asked, cuts] = await Promise.all([
    flow.run(asked_s).then(() => (performance.now() - start_ms) / 1_000),
    requests({ ...server, accounts, requests_per_s }, asked_s),
    cutting(hearing, asked_s),
    looks.until(asked_s, onProgress),
  ]);
  return { flow, looks, asked, cuts, seconds };
}

/** Breaks a few connections now and then; answers how many. */
async function cutting(hearing: readonly Hearing[], seconds: number): Promise<number> {
  const end_ms = performance.now() + seconds * 1_000;
  let cuts = 0;
  for (; performance.now() + cut_every_ms < end_ms; cuts += cut_at_once) {
    await sleep(cut_every_ms);
    const some = Array.from({ length: cut_at_once }, (_, i) => hearing[(cuts + i) % hearing.length]?.listener);
    await Promise.all(some.flatMap((listener) => (listener === undefined ? [] : [listener.cut()])));
  }
  return cuts;
}

const one = (name: string, labels: Measure['labels'], unit: string, value: number, target?: number): Measure => ({
  ...{ name, labels, unit, value, n: 1 },
  ...(target === undefined ? {} : { target }),
});

function flowMeasures(
  flow: Flow,
  of: { readonly seconds: number; readonly left: number; readonly logged: number; readonly archived: number },
): readonly Measure[] {
  const lost = (at: string, kept: number): Measure => one('events_lost', { at }, 'events', flow.sent - kept, 0);
  return [
    one('throughput', { system: 'live' }, 'events/s', flow.accepted / of.seconds, targets.live_events),
    one('events', {}, 'events', flow.sent),
    lost('gateway', flow.accepted),
    lost('log', of.logged),
    lost('analytics', of.archived),
    one('events_behind', { when: 'the flow ends' }, 'events', of.left),
  ];
}

function heardMeasures(hearing: readonly Hearing[], heard: Heard, cuts: number): readonly Measure[] {
  const sum = (of: (listener: Listener) => number): number =>
    hearing.reduce((total, { listener }) => total + of(listener), 0);
  return [
    one('listeners', {}, 'listeners', hearing.length),
    one('listeners_incomplete', {}, 'listeners', heard.incomplete, 0),
    one('decisions', {}, 'decisions', heard.decisions),
    one(
      'frames',
      {},
      'frames',
      sum(({ frames }) => frames),
    ),
    one('told_missed', {}, 'frames', sum(({ missed }) => missed), 0), // prettier-ignore
    one('connections_cut', {}, 'connections', cuts),
  ];
}

function askedMeasures({ answered, failed, took_ms }: Asked, seconds: number): readonly Measure[] {
  for (const said of new Set(failed)) process.stderr.write(`not answered as it should be: ${said}\n`);
  const at = (quantile_of: number, name: string): Measure =>
    one('latency', { system: 'requests', quantile: name }, 'ms', quantile(took_ms, quantile_of));
  return [
    one('throughput', { system: 'requests' }, 'requests/s', answered / seconds),
    one('requests_failed', {}, 'requests', failed.length, 0),
    at(0.5, 'p50'),
    at(0.99, 'p99'),
    at(1, 'max'),
  ];
}
