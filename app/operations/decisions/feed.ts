/** Decisions as they are made: what the terminal prints and the page streams. */
import type { LogRecord } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { decision_topics, decisionRow } from './row.ts';
import type { Directory } from '../names/directory.ts';
import type { DecisionRow } from '../operations.ts';

/** `left_out`: how many of the same append are told by their number only. */
export type DecisionListener = (rows: readonly DecisionRow[], left_out: number) => void;

/** Names remembered, so that a decision that is sent twice after a crash is told once. */
const remembered = 20_000;

/** Most allocations decoded of one append: beyond that they are only counted, the log has them all. */
const most_described = 500;

export class DecisionFeed {
  readonly #engine: Runtime;
  readonly #directory: Directory;
  readonly #listeners = new Set<DecisionListener>();
  readonly #told = new Set<string>();
  #stop: (() => void) | undefined;
  /** Decisions seen by topic, those too many to describe included. */
  readonly counts = new Map<string, number>(decision_topics.map((topic) => [topic, 0]));

  constructor(engine: Runtime, directory: Directory) {
    this.#engine = engine;
    this.#directory = directory;
  }

  open(): void {
    this.#stop ??= this.#engine.log.onAppend((records) => this.#appended(records));
  }

  close(): void {
    this.#stop?.();
    this.#listeners.clear();
  }

  /** Calls `listener` with each append's decisions; returns the function that ends it. */
  subscribe(listener: DecisionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #appended(records: readonly LogRecord[]): void {
    const rows: DecisionRow[] = [];
    let [allocations, left_out] = [0, 0];
    for (const record of records) {
      if (!this.counts.has(record.topic) || this.#seen(record)) continue;
      this.counts.set(record.topic, (this.counts.get(record.topic) ?? 0) + 1);
      if (record.topic === 'allocation.proposed' && ++allocations > most_described) {
        left_out++;
        continue;
      }
      if (this.#listeners.size === 0) continue;
      const row = decisionRow(this.#engine.decoded(record), this.#directory);
      if (row !== undefined) rows.push(row);
    }
    if (rows.length > 0) for (const listener of this.#listeners) listener(rows, left_out);
  }

  #seen(record: LogRecord): boolean {
    if (record.name === undefined) return false;
    const id = `${record.topic} ${nameOf(record.name)}`;
    if (this.#told.has(id)) return true;
    this.#told.add(id);
    if (this.#told.size > remembered)
      for (const oldest of this.#told) {
        this.#told.delete(oldest);
        break;
      }
    return false;
  }
}
