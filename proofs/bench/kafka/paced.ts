/** Numbered events at a steady pace, and when the decision that each causes can be read. */
import { openSender, type Sender } from '../../../engine/kafka/sender.ts';
import type { LogRecord, NewRecord } from '../../../engine/ports.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { adMetrics, winnerWithdrawn } from '../../../schemas/index.ts';
import { metricsEvent } from '../workload.ts';
import { openBenchOnKafka, topics, type Setting } from './setting.ts';

/** Between two looks at what is due. */
const pace_ms = 5;
const answer_within_ms = 60_000;
const send_within_ms = 30_000;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pace_ms));

export interface Arrival {
  readonly partition: number;
  /** When a consumer had the decision, and when the broker had stamped the event it is of: UTC epoch milliseconds. */
  readonly read_ms: number;
  readonly appended_ms: number;
}

/** What came, before anybody has looked into it. */
interface Came {
  readonly record: LogRecord;
  readonly read_ms: number;
}

/**
 * Appends events open loop: they are due at a fixed pace, whatever the group does. It shares the machine with what it
 * measures and must not be measured with it: events are encoded before they are due where it is known how many there will
 * be, and decisions are decoded after the last was sent.
 */
export class PacedStream {
  /** Decisions by the number of their event. */
  readonly arrivals = new Map<number, Arrival>();
  readonly #codec = createCodec({ topics });
  readonly #sender: Sender;
  readonly #close: () => Promise<void>;
  readonly #encoded: NewRecord[] = [];
  #came: Came[] = [];
  #sent = 0;

  private constructor(sender: Sender, close: () => Promise<void>) {
    this.#sender = sender;
    this.#close = close;
  }

  static async open(setting: Setting): Promise<PacedStream> {
    const { engine, stop } = await openBenchOnKafka(setting, { processors: [], namespace: 'paced', sharing: null });
    const sending = { ...setting, client_id: 'paced', topics: [adMetrics.name], send_within_ms };
    const sender = await openSender(sending);
    const stream = new PacedStream(sender, async () => {
      await sender.close();
      await stop();
    });
    engine.log.onAppend((appended) => {
      const read_ms = Date.now();
      for (const record of appended) if (record.topic === winnerWithdrawn.name) stream.#came.push({ record, read_ms });
    });
    await engine.log.follow?.([winnerWithdrawn.name]);
    return stream;
  }

  /** Encodes the events up to this one. */
  #encode(to: number): void {
    for (let i = this.#encoded.length; i < to; i++) {
      const event = { ...metricsEvent(i), spend_minor: i };
      const [topic, key] = [adMetrics.name, event.account_id];
      const value = this.#codec.encode(topic, event);
      this.#encoded.push({ topic, key, partition: this.#sender.partitionOf(topic, key), value });
    }
  }

  #decode(): void {
    for (const { record, read_ms } of this.#came) {
      const { topic, partition, value } = record;
      const decoded = this.#codec.decode(topic, value, read_ms);
      if (!decoded.ok) throw new Error(`a decision cannot be read: ${decoded.message}`);
      const i = Number(Reflect.get(decoded.value, 'e_value'));
      // A decision that comes again, as after a crash, was read before.
      if (this.arrivals.has(i)) continue;
      this.arrivals.set(i, { partition, read_ms, appended_ms: Number(Reflect.get(decoded.value, 'at_ms')) });
    }
    this.#came = [];
  }

  /** Sends so many events at the pace and waits for all their decisions; gives the numbers of the first and after the last. */
  async run(events_per_s: number, seconds: number): Promise<readonly [from: number, to: number]> {
    const from = this.#sent;
    const to = from + Math.round(events_per_s * seconds);
    this.#encode(to);
    await this.while(events_per_s, () => this.#sent < to, to);
    await this.#answered(from, to);
    return [from, to];
  }

  /** Sends at the pace as long as `goesOn`. Gives how many were sent in all, up to `most`. */
  async while(events_per_s: number, goesOn: () => boolean, most = Infinity): Promise<number> {
    const [from, start] = [this.#sent, performance.now()];
    const sending: Promise<unknown>[] = [];
    while (goesOn()) {
      const due = Math.min(most, from + Math.floor(((performance.now() - start) / 1_000) * events_per_s));
      if (due > this.#sent) {
        this.#encode(due);
        sending.push(this.#sender.send(this.#encoded.slice(this.#sent, due)));
        this.#sent = due;
      }
      await pause();
    }
    await Promise.all(sending);
    return this.#sent;
  }

  async #answered(from: number, to: number): Promise<void> {
    const until_ms = performance.now() + answer_within_ms;
    const isLate = (): boolean => performance.now() > until_ms;
    // Decoding takes a while, in which what still comes would be seen late.
    while (this.arrivals.size + this.#came.length < to && !isLate()) await pause();
    for (let i = from; i < to;) {
      this.#decode();
      if (this.arrivals.has(i)) i++;
      else if (isLate()) throw new Error(`event ${i} has no decision after ${answer_within_ms} ms`);
      else await pause();
    }
  }

  /** Waits for the decisions of everything sent. */
  settled(): Promise<void> {
    return this.#answered(0, this.#sent);
  }

  close(): Promise<void> {
    return this.#close();
  }
}
