/** Numbered events at a steady pace, and when the decision that each causes can be read. */
import type { SourceEvent } from '../../../engine/engine.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { adMetrics, winnerWithdrawn } from '../../../schemas/index.ts';
import { metricsEvent } from '../workload.ts';
import { openBenchOnKafka, topics, type Setting } from './setting.ts';

/** Between two looks at what is due. */
const pace_ms = 5;
const answer_within_ms = 60_000;

const numbered = (i: number): SourceEvent => ({
  topic: adMetrics.name,
  value: { ...metricsEvent(i), spend_minor: i },
});

export interface Arrival {
  readonly partition: number;
  /** When a consumer had the decision, and when the broker had stamped the event it is of: UTC epoch milliseconds. */
  readonly read_ms: number;
  readonly appended_ms: number;
}

/** Appends events open loop: they are due at a fixed pace, whatever the group does. */
export class PacedStream {
  /** Decisions by the number of their event. */
  readonly arrivals = new Map<number, Arrival>();
  readonly #publish: (events: readonly SourceEvent[]) => Promise<void>;
  readonly #close: () => Promise<void>;
  #sent = 0;

  private constructor(publish: (events: readonly SourceEvent[]) => Promise<void>, close: () => Promise<void>) {
    this.#publish = publish;
    this.#close = close;
  }

  /**
   * Sends by the engine's own log and reads by it too: a client that takes a core of its own would be measured with what
   * it measures.
   */
  static async open(setting: Setting): Promise<PacedStream> {
    const { engine, stop } = await openBenchOnKafka(setting, { processors: [], namespace: 'paced', sharing: null });
    const stream = new PacedStream((events) => engine.publish({ source: 'bench', position: null, events }), stop);
    const codec = createCodec({ topics });
    engine.log.onAppend((appended) => {
      const read_ms = Date.now();
      for (const { topic, partition, value } of appended) {
        if (topic !== winnerWithdrawn.name) continue;
        const decoded = codec.decode(topic, value, read_ms);
        if (decoded.ok) stream.#came(decoded.value, partition, read_ms);
      }
    });
    await engine.log.follow?.([winnerWithdrawn.name]);
    return stream;
  }

  #came(value: object, partition: number, read_ms: number): void {
    const i = Number(Reflect.get(value, 'e_value'));
    // A decision that comes again, as after a crash, was read before.
    if (this.arrivals.has(i)) return;
    this.arrivals.set(i, { partition, read_ms, appended_ms: Number(Reflect.get(value, 'at_ms')) });
  }

  /** Sends so many events at the pace and waits for all their decisions; gives the numbers of the first and after the last. */
  async run(events_per_s: number, seconds: number): Promise<readonly [from: number, to: number]> {
    const from = this.#sent;
    const to = from + Math.round(events_per_s * seconds);
    await this.while(events_per_s, () => this.#sent < to, to);
    await this.#answered(from, to);
    return [from, to];
  }

  /** Sends at the pace as long as `goesOn`. Gives how many were sent in all, up to `most`. */
  async while(events_per_s: number, goesOn: () => boolean, most = Infinity): Promise<number> {
    const [from, start] = [this.#sent, performance.now()];
    const sending: Promise<void>[] = [];
    while (goesOn()) {
      const due = Math.min(most, from + Math.floor(((performance.now() - start) / 1_000) * events_per_s));
      if (due > this.#sent) {
        const first = this.#sent;
        sending.push(this.#publish(Array.from({ length: due - first }, (_, n) => numbered(first + n))));
        this.#sent = due;
      }
      await new Promise((resolve) => setTimeout(resolve, pace_ms));
    }
    await Promise.all(sending);
    return this.#sent;
  }

  async #answered(from: number, to: number): Promise<void> {
    const until_ms = performance.now() + answer_within_ms;
    for (let i = from; i < to;) {
      if (this.arrivals.has(i)) i++;
      else if (performance.now() > until_ms) throw new Error(`event ${i} has no decision after ${answer_within_ms} ms`);
      else await new Promise((resolve) => setTimeout(resolve, pace_ms));
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
