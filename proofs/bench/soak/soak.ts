/**
 * A long run under faults: so many events at full speed, then a steady pace until the time is over. Nothing may be lost,
 * done twice or wrong; memory, open files, Redis keys and outbox must stay flat.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../../engine/engine.ts';
import { connectRedis } from '../../../engine/kafka/redis/redis.ts';
import { generator } from '../../../engine/commit-path/seed.ts';
import { createCodec } from '../../../schemas/codec.ts';
import type { Measure } from '../../measures.ts';
import { openBenchOnKafka, topics } from '../kafka/setting.ts';
import { metricsEvents } from '../workload.ts';
import { randomFaults, type SoakFaults } from './faults.ts';
import { group, SoakInstances } from './instances.ts';
import { SoakOracle } from './oracle.ts';
import { judged, measuresOf, sampled, type Phase, type Sample, type Watched } from './samples.ts';
import type { SoakServers } from './servers.ts';

export interface SoakSize {
  /** At full speed. */
  readonly events: number;
  /** How long it lasts at least: what is left after the events goes by at `steady_per_s`. */
  readonly minutes: number;
  readonly steady_per_s: number;
  /** Between two faults, seconds, on average; 0: none. */
  readonly fault_every_s: number;
  readonly seed: number;
  /** Where samples and faults are kept, a line of JSON each; null: nowhere. */
  readonly out: string | null;
}

export const default_soak: Omit<SoakSize, 'seed'> = {
  events: 20_000_000,
  minutes: 60,
  steady_per_s: 2_000,
  fault_every_s: 30,
  out: null,
};

const source = 'bench';
const publish_events = 4_000;
/** Outputs that may be due and not there, and events that the oracle may not have read: what is ahead is bounded by it. */
const most_due = 15_000;
const most_unread = 300_000;
const sample_ms = 5_000;
const settle_ms = 180_000;
const again_ms = 200;
/** An append that is refused for so long is a failure of the run. */
const append_within_ms = 180_000;

export async function soak(
  servers: SoakServers,
  size: SoakSize,
  onProgress: (text: string) => void,
): Promise<readonly Measure[]> {
  const { setting } = servers;
  const instances = new SoakInstances(setting);
  const redis = connectRedis(setting.redis_url);
  redis.on('error', () => undefined);
  await redis.connect();
  // Not started: it publishes, and answers from what is stored.
  const opened = { processors: [group], namespace: instances.namespace, sharing: null, onTrouble: () => undefined };
  const { engine, stop } = await openBenchOnKafka(setting, opened);
  const oracle = new SoakOracle(engine.log, createCodec({ topics }));
  await instances.start();
  try {
    const run = new Run({ servers, instances, redis }, { size, engine, oracle, onProgress });
    return await run.all();
  } finally {
    await oracle.stop().catch(() => undefined);
    await Promise.all([instances.end(), stop()]);
    redis.disconnect();
  }
}

interface Given {
  readonly size: SoakSize;
  readonly engine: Engine;
  readonly oracle: SoakOracle;
  readonly onProgress: (text: string) => void;
}

class Run {
  readonly #watched: Watched;
  readonly #given: Given;
  readonly #samples: Sample[] = [];
  readonly #start_ms = performance.now();
  #sent = 0;
  #phase: Phase = 'full speed';
  #full_s = 0;

  constructor(watched: Watched, given: Given) {
    this.#watched = watched;
    this.#given = given;
  }

  get #elapsed_s(): number {
    return (performance.now() - this.#start_ms) / 1_000;
  }

  async all(): Promise<readonly Measure[]> {
    const { size, engine, oracle } = this.#given;
    const { servers, instances } = this.#watched;
    const random = generator(size.seed);
    const onFault = (fault: string): void => this.#keep({ at_s: this.#elapsed_s, fault });
    const every_s = size.fault_every_s > 0 ? size.fault_every_s : 1e6;
    const faults = randomFaults(servers, instances, { every_s, random, onFault });
    const sampling = this.#sampling(faults);
    try {
      while (this.#sent < size.events) await this.#publish(Math.min(publish_events, size.events - this.#sent), faults);
      this.#full_s = this.#elapsed_s;
      this.#phase = 'steady';
      await this.#steady(faults);
    } finally {
      await faults.stop();
      await sampling.stop();
    }
    if (faults.failure() !== undefined) throw faults.failure();
    await oracle.judge(engine, group.wiring.group, { inputs: this.#sent, within_ms: settle_ms });
    return this.#measures(faults);
  }

  async #publish(count: number, faults: SoakFaults): Promise<void> {
    const { oracle } = this.#given;
    const until_ms = performance.now() + append_within_ms;
    await this.#append(count, until_ms);
    this.#sent += count;
    do {
      const failure = oracle.failure ?? faults.failure();
      if (failure !== undefined) throw failure;
      if (oracle.due <= most_due && this.#sent - oracle.counts.inputs <= most_unread) return;
      await pause(5);
    } while (performance.now() < until_ms);
    throw new Error(
      `the group stands still: ${oracle.due} outputs are due; ${this.#watched.instances.endings.join('; ')}`,
    );
  }

  /** Until it is confirmed: what is not is asked for, and given again, where the source is not behind it. */
  async #append(count: number, until_ms: number): Promise<void> {
    const { engine } = this.#given;
    const position = String(this.#sent + count);
    const batch = { source, position, events: metricsEvents(this.#sent, count) };
    for (;;)
      try {
        if ((await engine.log.position(source)) !== position) await engine.publish(batch);
        return;
      } catch (error) {
        if (performance.now() > until_ms) throw error;
        await pause(again_ms);
      }
  }

  async #steady(faults: SoakFaults): Promise<void> {
    const { minutes, steady_per_s } = this.#given.size;
    const [from_s, from] = [this.#elapsed_s, this.#sent];
    while (this.#elapsed_s < minutes * 60) {
      const due = Math.floor((this.#elapsed_s - from_s) * steady_per_s) - (this.#sent - from);
      if (due > 0) await this.#publish(Math.min(due, publish_events), faults);
      await pause(50);
    }
  }

  /** Looks every few seconds, but not while a fault is done: a server that is away shows nothing. */
  #sampling(faults: SoakFaults): { stop(): Promise<void> } {
    const stopping = new AbortController();
    const { signal } = stopping;
    const work = async (): Promise<void> => {
      for (;;) {
        await pause(sample_ms, undefined, { signal });
        const { oracle, onProgress } = this.#given;
        const at = { phase: this.#phase, at_s: this.#elapsed_s, events: this.#sent };
        const sample = await sampled(this.#watched, at);
        this.#samples.push(sample);
        this.#keep(sample);
        onProgress(lineOf(sample, oracle, faults));
      }
    };
    const working = work().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    working.catch(() => undefined);
    return {
      async stop() {
        stopping.abort();
        await working;
      },
    };
  }

  #keep(line: object): void {
    const { out } = this.#given.size;
    if (out !== null) appendFileSync(out, `${JSON.stringify(line)}\n`);
  }

  #measures(faults: SoakFaults): readonly Measure[] {
    const { oracle, onProgress } = this.#given;
    const { endings } = this.#watched.instances;
    for (const word of [...oracle.words, ...endings]) onProgress(word);
    const one = (
      name: string,
      unit: string,
      value: number,
      labels: Readonly<Record<string, string>> = {},
    ): Measure => ({
      ...{ name, labels, unit, value },
      n: 1,
    });
    const { inputs, outputs, lost, duplicated, wrong } = oracle.counts;
    const full = Math.min(this.#given.size.events, this.#sent);
    return [
      one('events', 'events', inputs),
      one('outputs', 'outputs', outputs),
      ...Object.entries({ lost, duplicated, wrong }).map(([kind, count]) => one('effects', 'effects', count, { kind })),
      one('duration', 's', this.#elapsed_s),
      one('throughput', 'events/s', full / this.#full_s, { phase: 'full speed' }),
      ...[...faults.counts].map(([fault, count]) => one('faults', 'faults', count, { fault })),
      one('instances_ended', 'processes', endings.length),
      ...measuresOf(judged(this.#samples)),
    ];
  }
}

function lineOf({ at_s, events, figures }: Sample, { counts, due, early }: SoakOracle, faults: SoakFaults): string {
  const done = [...faults.counts.values()].reduce((sum, count) => sum + count, 0);
  const fault = faults.now();
  return [
    `${(at_s / 60).toFixed(1)} min`,
    `${events.toLocaleString('en-US')} events`,
    `${done} faults${fault === null ? '' : `, now: ${fault}`}`,
    `instance ${Math.round(figures.instance_memory)} MB, ${figures.instance_open_files} files`,
    `Redis ${figures.redis_keys} keys, ${figures.redis_memory.toFixed(1)} MB`,
    `outbox ${figures.outbox} bytes`,
    `disk ${Math.round(figures.disk)} MB`,
    `${counts.outputs} outputs, ${due} due, ${early} not due, ${counts.wrong} wrong`,
  ].join('; ');
}
