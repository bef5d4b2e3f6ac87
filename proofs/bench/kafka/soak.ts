/**
 * A long run at full speed: memory, open files, Redis keys and outbox must stay flat. Every event appended, at most so
 * many ahead of the group; instances may be killed and started again on the way.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connectRedis } from '../../../engine/kafka/redis.ts';
import type { Measure } from '../../measures.ts';
import { metricsEvents } from '../workload.ts';
import { instance, progressOf } from './instance.ts';
import { outputsOf, Outputs } from './outputs.ts';
import type { MeasuredProgram } from './program.ts';
import { openBenchOnKafka, type Setting } from './setting.ts';

export interface SoakSize {
  readonly setting: Setting;
  /** Ends after so many events, or after so long, whichever is first. */
  readonly events: number;
  readonly minutes: number;
  /** Between two kills of an instance, seconds; 0: none. */
  readonly kill_every_s: number;
  readonly onProgress: (text: string) => void;
}

const publish_events = 4_000;
/** Outputs that may be due and not there: what is ahead of the group is bounded by it. */
const most_behind = 15_000;
const look_ms = 10_000;
const report_ms = 1_000;
const settle_ms = 120_000;

/** Files and sockets that a process has open; NaN where the system does not say. */
function openFiles(pid: number | undefined): number {
  try {
    return readdirSync(`/proc/${pid ?? 0}/fd`).length;
  } catch {
    return NaN;
  }
}

interface Look {
  readonly events: number;
  readonly rss_mb: number;
  readonly files: number;
  readonly redis_keys: number;
  readonly redis_mb: number;
  readonly outbox_bytes: number;
}

export async function soak(size: SoakSize): Promise<readonly Measure[]> {
  const { setting, onProgress } = size;
  const redis = connectRedis(setting.redis_url);
  await redis.connect();
  const { engine, stop } = await openBenchOnKafka(setting, { processors: [], namespace: 'soak-in', sharing: null });
  const outputs = await Outputs.open(setting, { keep: false });
  const task = { setting, namespace: `soak-${randomUUID()}`, processor: 'totals', report_ms } as const;
  let program = instance(task);
  await program.says('started');
  const looks: Look[] = [];
  let sent = 0;
  const look = async (): Promise<void> => {
    const memory = /used_memory:(\d+)/.exec(await redis.info('memory'))?.[1];
    const { rss_mb = NaN, outbox_bytes = 0 } = progressOf(program) ?? {};
    const found = {
      ...{ events: sent, rss_mb, files: openFiles(program.pid), outbox_bytes },
      ...{ redis_keys: await redis.dbsize(), redis_mb: Number(memory) / 1e6 },
    };
    looks.push(found);
    onProgress(JSON.stringify(found));
  };
  const [start, until_ms] = [performance.now(), performance.now() + size.minutes * 60_000];
  const every_ms = size.kill_every_s > 0 ? size.kill_every_s * 1_000 : Infinity;
  const kills = { count: 0, next_ms: start + every_ms };
  for (let next_look = start; sent < size.events && performance.now() < until_ms;) {
    const events = metricsEvents(sent, Math.min(publish_events, size.events - sent));
    sent += events.length;
    await engine.publish({ source: 'bench', position: String(sent), events });
    await notAhead(outputs, sent, until_ms);
    if (performance.now() >= kills.next_ms) {
      program = await killed(program, () => instance(task));
      kills.count++;
      kills.next_ms = performance.now() + every_ms;
    }
    if (performance.now() < next_look) continue;
    await look();
    next_look = performance.now() + look_ms;
  }
  await outputs.all(sent, settle_ms);
  await look();
  await Promise.all([outputs.close(), program.end(), stop()]);
  redis.disconnect();
  const elapsed_s = (performance.now() - start) / 1_000;
  return measuresOf(looks, { sent, elapsed_s, kills: kills.count, lost: outputsOf(sent) - outputs.count });
}

/** Waits for the group where it is too far behind. */
async function notAhead(outputs: Outputs, sent: number, until_ms: number): Promise<void> {
  while (outputsOf(sent) - outputs.count > most_behind && performance.now() < until_ms)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

async function killed(program: MeasuredProgram, start: () => MeasuredProgram): Promise<MeasuredProgram> {
  await program.kill();
  const next = start();
  await next.says('started');
  return next;
}

/** First and last fifth of the looks, side by side: what grows shows as a difference. */
function measuresOf(
  looks: readonly Look[],
  { sent, elapsed_s, kills, lost }: { sent: number; elapsed_s: number; kills: number; lost: number },
): readonly Measure[] {
  const fifth = Math.max(1, Math.floor(looks.length / 5));
  const mean = (found: readonly Look[], of: (look: Look) => number): number =>
    found.reduce((sum, one) => sum + of(one), 0) / found.length;
  const both = (name: string, unit: string, of: (look: Look) => number): Measure[] =>
    [
      { when: 'first fifth', found: looks.slice(0, fifth) },
      { when: 'last fifth', found: looks.slice(-fifth) },
    ].map(({ when, found }) => ({ name, labels: { when }, unit, value: mean(found, of), n: found.length }));
  const one = (name: string, unit: string, value: number): Measure => ({ name, labels: {}, unit, value, n: 1 });
  return [
    one('events', 'events', sent),
    one('outputs lost', 'outputs', lost),
    one('duration', 's', elapsed_s),
    one('kills', 'kills', kills),
    ...both('memory', 'MB', (look) => look.rss_mb),
    ...both('open_files', 'files', (look) => look.files),
    ...both('redis_keys', 'keys', (look) => look.redis_keys),
    ...both('redis_memory', 'MB', (look) => look.redis_mb),
    ...both('outbox', 'bytes', (look) => look.outbox_bytes),
  ];
}
