/** What the toy group `chain` makes of one event: a model of its own, beside the handler that the engine runs. */
import { generator, hash32 } from '../../../engine/commit-path/seed.ts';
import type { LogRecord } from '../../../engine/ports.ts';

export interface Cause {
  readonly topic: string;
  readonly record: LogRecord;
  readonly value: Readonly<Record<string, unknown>>;
}

const mix = (hash: number, value: number): number => (Math.imul(hash, 31) + value) >>> 0;
const number = (value: unknown): number => Number(value);
const part_count = 8;
const draws = 1_000;

/** One key of the group. */
export class ChainModel {
  n = 0;
  hash = 7;
  readonly #key: string;
  readonly #parts = new Map<number, number>();

  /** @param key account and ad, joined by NUL */
  constructor(key: string) {
    this.#key = key;
  }

  /** Takes an event; its link's number and hashes. */
  take({ topic, record, value }: Cause): { readonly n: number; readonly before: number; readonly hash: number } {
    const before = this.hash;
    this.n++;
    this.hash = mix(before, this.#term(topic, record, value));
    return { n: this.n, before, hash: this.hash };
  }

  #term(topic: string, { partition, offset }: LogRecord, value: Cause['value']): number {
    if (topic === 'toy.noted') return number(value['note']) * 7 + 1;
    if (topic === 'toy.measured') {
      const amount = number(value['amount']);
      const seen = this.#parts.get(amount % part_count) ?? 0;
      this.#parts.set(amount % part_count, seen + 1);
      return amount + seen;
    }
    const seed = Math.imul(hash32(`chain|${topic}|${partition}`) ^ offset, 0x9e3779b1) >>> 0;
    return number(value['hour']) + Math.floor(generator(hash32(this.#key, seed))() * draws);
  }
}
