/**
 * Reads what the systems write, as any reader would: only what is committed, and as soon as it is there. What it finds
 * is held against what the workload must cause, for a bench of lost or doubled outputs would be worth nothing.
 */
import { randomUUID } from 'node:crypto';
import { kafkaOf } from '../../../engine/kafka/client/connection.ts';
import { name_header, nameFrom } from '../../../engine/kafka/wire/record.ts';
import { Watermarks } from '../../../engine/commit-path/watermarks.ts';
import { createCodec } from '../../../schemas/codec.ts';
import { winnerWithdrawn } from '../../../schemas/index.ts';
import { adsOf, metricsEvent, wide } from '../workload.ts';
import { outputOf, partitions, topics, type Setting } from './setting.ts';

/** One output per this many events of an ad, as the job has it. */
const report_every = 20;

/** Outputs that so many events cause. */
export const outputsOf = (events: number): number => {
  const ads = adsOf(wide);
  const [rounds, rest] = [Math.floor(events / ads), events % ads];
  return rest * Math.floor((rounds + 1) / report_every) + (ads - rest) * Math.floor(rounds / report_every);
};

/** Sum over all outputs of the impressions that they tell. */
function impressionsOf(events: number): number {
  const totals = new Map<string, { events: number; impressions: number }>();
  let told = 0;
  for (let i = 0; i < events; i++) {
    const { account_id, ad_id, impressions } = metricsEvent(i);
    const key = `${account_id}|${ad_id}`;
    const total = totals.get(key) ?? { events: 0, impressions: 0 };
    total.events++;
    total.impressions += impressions;
    totals.set(key, total);
    if (total.events % report_every === 0) told += total.impressions;
  }
  return told;
}

const codec = createCodec({ topics });

/** Outputs of a batch that were not read before, by the names that they carry. */
function fresh({ topic, messages }: Batch, seen: Watermarks | undefined): number {
  return messages.filter(({ headers }) => {
    const header = headers?.[name_header];
    const name = Buffer.isBuffer(header) ? nameFrom(header) : undefined;
    return name === undefined || seen?.seen(topic, name) !== true;
  }).length;
}

interface Batch {
  readonly topic: string;
  readonly messages: readonly { readonly headers?: Readonly<Record<string, unknown>> }[];
}

export class Outputs {
  #values: (Buffer | null)[] = [];
  #count = 0;
  #look: (() => void) | undefined;
  readonly #stop: () => Promise<void>;
  readonly #expected = new Map<number, number>();

  private constructor(stop: () => Promise<void>) {
    this.#stop = stop;
  }

  /** @param keep whether values are kept for `verify`; without, an output of ours that comes again is dropped by its name */
  static async open(setting: Setting, { keep } = { keep: true }): Promise<Outputs> {
    const consumer = kafkaOf({ ...setting, client_id: 'bench-outputs' }).consumer({
      groupId: `bench-outputs-${randomUUID()}`,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 100,
    });
    const outputs = new Outputs(() => consumer.disconnect());
    const seen = Array.from({ length: partitions }, () => new Watermarks({}));
    await consumer.connect();
    await consumer.subscribe({ topics: [outputOf(setting)], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        if (keep) for (const { value } of batch.messages) outputs.#values.push(value);
        outputs.#count += keep ? batch.messages.length : fresh(batch, seen[batch.partition]);
        outputs.#look?.();
        return Promise.resolve();
      },
    });
    return outputs;
  }

  get count(): number {
    return this.#count;
  }

  /** When all that so many events cause was read, UTC epoch milliseconds. Rejects where it is not within the time. */
  all(events: number, within_ms: number): Promise<number> {
    const wanted = outputsOf(events);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.#count} of ${wanted} outputs came within ${within_ms} ms`)),
        within_ms,
      );
      this.#look = () => {
        if (this.#count < wanted) return;
        clearTimeout(timer);
        this.#look = undefined;
        resolve(Date.now());
      };
      this.#look();
    });
  }

  /** Throws where what was read is not what so many events cause; then it is forgotten, for the next round. */
  verify(events: number, system: string): void {
    let told = 0;
    for (const value of this.#values) {
      const decoded = codec.decode(winnerWithdrawn.name, value ?? new Uint8Array(), Date.now());
      if (!decoded.ok) throw new Error(`an output of ${system} cannot be read: ${decoded.message}`);
      told += Number(Reflect.get(decoded.value, 'e_value_announced'));
    }
    let expected = this.#expected.get(events);
    if (expected === undefined) {
      expected = impressionsOf(events);
      this.#expected.set(events, expected);
    }
    const found = this.#values.length;
    this.#values = [];
    this.#count = 0;
    if (found !== outputsOf(events) || told !== expected)
      throw new Error(
        `${system} wrote ${found} outputs of ${told} impressions, ${outputsOf(events)} of ${expected} were due`,
      );
  }

  close(): Promise<void> {
    return this.#stop();
  }
}
