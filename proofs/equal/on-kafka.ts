/** Simulated accounts on a real broker and Redis: what the log, the sinks and the state hold afterwards. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSource } from '../../app/assemble.ts';
import { openSimulated } from '../../app/sources/simulated.ts';
import { SourceClock } from '../../app/sources/source-clock.ts';
import { openKafka, type KafkaEngine } from '../../engine/kafka/kafka.ts';
import { isJournal } from '../../engine/options.ts';
import { logOf, type CopiedLog } from '../../testing/equal/copied-log.ts';
import { statesOf, type States } from '../../testing/equal/states.ts';
import type { Written } from '../../testing/equal/redone.ts';
import { newlyWritten, optionsFor } from './outside.ts';
import { day_ms, days } from '../../schemas/values.ts';

export interface KafkaRun extends Written {
  /** Events of the source. */
  readonly events: number;
  readonly log: CopiedLog;
  /** Lines of the journals. */
  readonly batches: number;
  readonly states: States;
}

export interface KafkaRunOptions {
  readonly events: number;
  readonly seed: number;
  readonly brokers: readonly string[];
  readonly redis_url: string;
}

/** First hour of the simulation: brokers take what is older than a topic keeps. */
const first_ms = Math.floor(Date.now() / day_ms) * day_ms - days(28);

export async function runOnKafka(options: KafkaRunOptions): Promise<KafkaRun> {
  const written = newlyWritten();
  let source: RunningSource | undefined;
  const clock = new SourceClock();
  const failures: unknown[] = [];
  const kafka = await opened(options, written, {
    clock,
    platform: () => source?.platform ?? null,
    onFailure: (error) => failures.push(error),
  });
  try {
    const { engine } = kafka;
    source = await openSimulated({ seed: options.seed, speed: 'max', engine, now_ms: () => first_ms, clock, first_ms });
    await kafka.start();
    const events = await played(source, options.events, failures);
    await engine.drain();
    if (failures.length > 0) throw failures[0];
    const log = await logOf(engine);
    const batches = [...log].reduce((sum, [place, { length }]) => sum + (isJournal(place) ? length : 0), 0);
    return { ...written, events, log, batches, states: await statesOf(engine) };
  } finally {
    await kafka.stop();
  }
}

function opened(
  { brokers, redis_url }: KafkaRunOptions,
  written: Written,
  {
    platform,
    ...given
  }: Pick<Parameters<typeof openKafka>[0], 'clock' | 'onFailure'> & {
    readonly platform: Parameters<typeof optionsFor>[1];
  },
): Promise<KafkaEngine> {
  const namespace = `equal-${randomUUID()}`;
  return openKafka({
    ...optionsFor(written, platform),
    ...given,
    kafka: { brokers, client_id: namespace, topic_prefix: `${namespace}.` },
    redis_url,
    namespace,
    sharing: null,
    stamps: 'clock',
    rows: { send: (sent) => Promise.resolve(void written.rows.push(...sent)) },
  });
}

/** Plays until there are so many events; resolves with how many there are. */
async function played(source: RunningSource, events: number, failures: readonly unknown[]): Promise<number> {
  const ended = source.play();
  ended.catch(() => undefined);
  while (source.status().events_total < events && failures.length === 0) await sleep(20);
  await source.stop();
  await ended;
  return source.status().events_total;
}
