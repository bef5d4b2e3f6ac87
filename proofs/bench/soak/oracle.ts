/**
 * What a soak must have caused: totals of each ad from the events that are in the log, read beside the group and by a
 * model of its own, and each output held against them as it comes.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Engine } from '../../../engine/engine.ts';
import type { Codec, Log, LogRecord } from '../../../engine/ports.ts';
import { readRange } from '../../../engine/read-range.ts';
import { dropName, Watermarks } from '../../../engine/commit-path/watermarks.ts';
import { adMetrics, winnerWithdrawn } from '../../../schemas/index.ts';

const metrics = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  impressions: z.number(),
  link_clicks: z.number(),
  spend_minor: z.number(),
});
const output = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  /** Fields that serve for the totals of impressions and link clicks. */
  e_value_announced: z.number(),
  e_value: z.number(),
});

/** One output per this many events of an ad, as the job has it. */
const report_every = 20;
const look_ms = 20;
const trouble_ms = 500;
const most_words = 12;

interface Ad {
  readonly totals: { events: number; impressions: number; link_clicks: number; spend_minor: number };
  /** Outputs that are due and not there, in their order, and those that came before the oracle knew of them. */
  readonly due: string[];
  readonly early: string[];
}

export class SoakOracle {
  readonly counts = { inputs: 0, outputs: 0, lost: 0, duplicated: 0, wrong: 0 };
  readonly words: string[] = [];
  /** Why it cannot go on. */
  failure: unknown;
  readonly #log: Log;
  readonly #codec: Codec;
  readonly #ads = new Map<string, Ad>();
  #due = 0;
  #early = 0;
  #goesOn = true;
  readonly #reading: Promise<unknown>;

  constructor(log: Log, codec: Codec) {
    this.#log = log;
    this.#codec = codec;
    const take = { [adMetrics.name]: this.#input.bind(this), [winnerWithdrawn.name]: this.#output.bind(this) };
    this.#reading = Promise.all(
      Object.entries(take).flatMap(([topic, taken]) =>
        Array.from({ length: log.partitions }, (_, partition) => this.#follow(topic, partition, taken)),
      ),
    );
    this.#reading.catch((error: unknown) => (this.failure = error));
  }

  /** Outputs that are due and not there. */
  get due(): number {
    return this.#due;
  }

  /** Outputs that are there and not due, as far as the oracle has read. */
  get early(): number {
    return this.#early;
  }

  /** A partition from its beginning on, each record once: what comes again under its name is dropped, as readers do. */
  async #follow(topic: string, partition: number, take: (record: LogRecord) => void): Promise<void> {
    const seen = new Watermarks({});
    for (let offset = 0; this.#goesOn;)
      try {
        const { start, end } = await this.#log.range(topic, partition);
        if (start > offset) throw new Cut(`${topic} ${partition} begins at ${start}, the oracle stands at ${offset}`);
        for await (const record of readRange(this.#log, topic, partition, offset, end)) {
          offset = record.offset + 1;
          const name = dropName(record);
          if (name === undefined || !seen.seen(topic, name)) take(record);
        }
        if (offset >= end) await pause(look_ms);
      } catch (error) {
        if (error instanceof Cut) throw error;
        // A server is away: nothing was taken, and it is asked again.
        await pause(trouble_ms);
      }
  }

  #ad(account_id: string, ad_id: string): Ad {
    const key = `${account_id}\u0000${ad_id}`;
    const known = this.#ads.get(key);
    if (known !== undefined) return known;
    const ad: Ad = {
      totals: { events: 0, impressions: 0, link_clicks: 0, spend_minor: 0 },
      due: [],
      early: [],
    };
    this.#ads.set(key, ad);
    return ad;
  }

  #decoded<T>(topic: string, record: LogRecord, shape: z.ZodType<T>): T {
    const decoded = this.#codec.decode(topic, record.value, record.appended_ms);
    if (!decoded.ok) throw new Cut(`${topic} ${record.partition} ${record.offset}: ${decoded.message}`);
    return shape.parse(decoded.value);
  }

  #input(record: LogRecord): void {
    const { account_id, ad_id, impressions, link_clicks, spend_minor } = this.#decoded(adMetrics.name, record, metrics);
    const ad = this.#ad(account_id, ad_id);
    const { totals } = ad;
    this.counts.inputs++;
    totals.events++;
    totals.impressions += impressions;
    totals.link_clicks += link_clicks;
    totals.spend_minor += spend_minor;
    if (totals.events % report_every !== 0) return;
    ad.due.push(`${totals.impressions} ${totals.link_clicks}`);
    this.#due++;
    this.#match(ad);
  }

  #output(record: LogRecord): void {
    const value = this.#decoded(winnerWithdrawn.name, record, output);
    const ad = this.#ad(value.account_id, value.ad_id);
    this.counts.outputs++;
    ad.early.push(`${value.e_value_announced} ${value.e_value}`);
    this.#early++;
    this.#match(ad);
  }

  #match({ due, early }: Ad): void {
    while (due.length > 0 && early.length > 0) {
      const [must, is] = [due.shift(), early.shift()];
      this.#due--;
      this.#early--;
      if (must !== is) this.#add('wrong', `an output says ${is ?? ''}, not ${must ?? ''}`);
    }
  }

  #add(kind: 'lost' | 'duplicated' | 'wrong', what: string, count = 1): void {
    this.counts[kind] += count;
    if (this.words.length < most_words) this.words.push(`${kind}: ${what}`);
  }

  /**
   * Waits until so many events are read and every output that is due is there, or no longer than given; then counts what is
   * missing, what is too much, and states of the group that are not the model's.
   */
  async judge(
    engine: Engine,
    group: string,
    { inputs, within_ms }: { inputs: number; within_ms: number },
  ): Promise<void> {
    const until_ms = performance.now() + within_ms;
    const isDone = (): boolean => this.counts.inputs >= inputs && this.#due === 0;
    while (!isDone() && performance.now() < until_ms) await Promise.race([pause(look_ms), this.#reading]);
    // What is too much comes last.
    await pause(trouble_ms);
    await this.stop();
    if (this.counts.inputs < inputs) this.#add('lost', 'events that were confirmed', inputs - this.counts.inputs);
    for (const [key, { due, early }] of this.#ads) {
      if (due.length > 0) this.#add('lost', `${due.length} outputs of ${key}`, due.length);
      if (early.length > 0) this.#add('duplicated', `${early.length} outputs of ${key}`, early.length);
    }
    await this.#states(engine, group);
  }

  async #states(engine: Engine, group: string): Promise<void> {
    let found = 0;
    for await (const { key, stateKey, state } of engine.scan(group)) {
      found++;
      const totals = this.#ads.get(`${key}\u0000${stateKey}`)?.totals;
      if (!isDeepStrictEqual(state, totals))
        this.#add('wrong', `state of ${key} ${stateKey}: ${JSON.stringify(state)}, not ${JSON.stringify(totals)}`);
    }
    if (found < this.#ads.size) this.#add('lost', 'states', this.#ads.size - found);
  }

  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#reading;
  }
}

/** The oracle cannot go on: what it must read is not there, or is not what it must be. */
class Cut extends Error {}
