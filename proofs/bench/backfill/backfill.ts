/**
 * The history of an account of Meta read back against the fake Graph API with Meta's limits: how many calls it takes,
 * how long, whether a limit was exceeded, and whether a process that is killed again and again ends with equal events.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { generator } from '../../../learning/numeric.ts';
import { bundled } from '../../../testing/bundled.ts';
import { plainWorld } from '../../../testing/graph/plain-world.ts';
import { graphServer, type GraphServer } from '../../../testing/graph/server.ts';
import type { Measure } from '../../measures.ts';

export interface BackfillSize {
  readonly adsets: number;
  readonly ads_each: number;
  /** Days that the account has run; 28 are read back. */
  readonly days: number;
  readonly kills: number;
  readonly seed: number;
  readonly access: 'limited' | 'full';
}

export const fullBackfill: Omit<BackfillSize, 'seed' | 'access'> = { adsets: 50, ads_each: 10, days: 30, kills: 5 };

export interface BackfillRun {
  readonly events: readonly string[];
  readonly calls: number;
  readonly reports: number;
  /** Points of the account's score, as Meta counts them. */
  readonly points: number;
  /** Refusals for a limit. */
  readonly exceeded: number;
  /** Time of the server's clock: all waits, without the answers' own time. */
  readonly waited_ms: number;
  /** Real time. */
  readonly elapsed_ms: number;
  readonly kills: number;
}

const worker = join(dirname(fileURLToPath(import.meta.url)), 'worker.ts');
const root = join(dirname(worker), '../../..');
const began_ms = Date.UTC(2026, 2, 10, 15);
const look_ms = 5;

/** Half of the ads are read by the hour, half by the day. */
const open = ({ adsets, ads_each, days, access }: BackfillSize): Promise<GraphServer> => {
  const common = { ads_each, began_days_ago: days };
  const campaigns = [
    { ...common, adsets: Math.ceil(adsets / 2) },
    { ...common, adsets: Math.floor(adsets / 2), objective: 'OUTCOME_SALES' },
  ];
  const accounts = [{ id: '500', tier: access, time_zone: 'Europe/Berlin', campaigns }];
  const tenants = [{ token: 'EAAbench', accounts }];
  return graphServer(plainWorld({ now_ms: began_ms, reports_until_ms: began_ms, tenants }), { sync_rows: 5_000 });
};

/** Reads it back; each of `kill_at` is a number of calls after which the process is killed. */
export async function backfillRun(size: BackfillSize, kill_at: readonly number[]): Promise<BackfillRun> {
  const folder = mkdtempSync(join(tmpdir(), 'backfill-'));
  const server = await open(size);
  const started_ms = performance.now();
  const dump = join(folder, 'events.txt');
  let kills = 0;
  try {
    while (!existsSync(dump)) {
      const died = await lived([server.base_url, join(folder, 'data'), dump, size.access], server, kill_at[kills]);
      if (died) kills++;
    }
    const { calls } = server.seen;
    const writes = calls.filter(({ method }) => method === 'POST').length;
    return {
      events: readFileSync(dump, 'utf8').split('\n'),
      calls: calls.length,
      reports: writes,
      points: calls.length + 2 * writes,
      exceeded: [...server.exceeded.values()].reduce((sum, n) => sum + n, 0),
      waited_ms: server.now_ms() - began_ms,
      elapsed_ms: performance.now() - started_ms,
      kills,
    };
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One life of the process; true where it was killed. @throws where it ends by itself in any other way than well */
async function lived(argv: readonly string[], server: GraphServer, kill_at = Infinity): Promise<boolean> {
  const child: ChildProcess = spawn(process.execPath, [await bundled(worker), ...argv], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => (complaint += String(chunk)));
  const timer = setInterval(() => {
    if (server.seen.calls.length >= kill_at) child.kill('SIGKILL');
  }, look_ms);
  try {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, by) => resolve([exit, by]));
    });
    if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the process ended with ${String(code)}: ${complaint}`);
    return signal === 'SIGKILL';
  } finally {
    clearInterval(timer);
  }
}

export interface BackfillResult {
  readonly whole: BackfillRun;
  readonly killed: BackfillRun;
  readonly equal: boolean;
}

/** Once without a kill, once with; the kills are spread over the calls of the first. */
export async function backfillResult(size: BackfillSize, onProgress: (text: string) => void): Promise<BackfillResult> {
  onProgress('back-fill without a kill');
  const whole = await backfillRun(size, []);
  const random = generator(size.seed);
  const part = whole.calls / (size.kills + 1);
  const kill_at = Array.from({ length: size.kills }, (_, i) => Math.floor(part * (i + 0.5 + random())));
  onProgress(`back-fill killed ${size.kills} times`);
  const killed = await backfillRun(size, kill_at);
  return { whole, killed, equal: isDeepStrictEqual(killed.events, whole.events) };
}

/** The figures of both kinds of access. */
export async function backfill(
  size: Omit<BackfillSize, 'access'>,
  onProgress: (text: string) => void,
): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const access of ['full', 'limited'] as const) {
    const { whole, killed, equal } = await backfillResult({ ...size, access }, (text) =>
      onProgress(`${text}, ${access}`),
    );
    const ads = String(size.adsets * size.ads_each);
    const of = (name: string, run: BackfillRun, value: number, unit: string): Measure => ({
      name,
      labels: { access, ads, kills: String(run.kills) },
      value,
      unit,
    });
    for (const run of [whole, killed])
      measures.push(
        of('calls', run, run.calls, 'calls'),
        of('reports', run, run.reports, 'reports'),
        of('score points', run, run.points, 'points'),
        { ...of('limits_exceeded', run, run.exceeded, 'refusals'), target: 0 },
        of('waits', run, run.waited_ms / 60_000, 'minutes of the clock'),
        of('elapsed', run, run.elapsed_ms / 1_000, 's'),
        of('events', run, run.events.length, 'events'),
      );
    measures.push({ ...of('unequal_events', killed, Number(!equal), 'runs'), target: 0 });
  }
  return measures;
}
