/** What a task writes down beside state: policy in force, parked keys, an unfinished tick, counters. */
import type { TaskHead, TickProgress } from '../ledger.ts';

export class Books {
  policy: object | null;
  tick: TickProgress | null;
  readonly parked: Map<string, number>;
  events: number;
  emitted: number;
  rows: number;
  dead_letters: number;
  last_event_ms: number | null;

  constructor(head: TaskHead) {
    this.policy = head.policy;
    this.tick = head.tick;
    this.parked = new Map(Object.entries(head.parked));
    this.events = head.events_total;
    this.emitted = head.emitted_total;
    this.rows = head.rows_total;
    this.dead_letters = head.dead_letters_total;
    this.last_event_ms = head.last_event_ms;
  }

  park(key: string): void {
    this.parked.set(key, (this.parked.get(key) ?? 0) + 1);
  }

  /** One of the key's dead letters came back; the key is free when none is left. */
  unpark(key: string): void {
    const left = (this.parked.get(key) ?? 0) - 1;
    if (left > 0) this.parked.set(key, left);
    else this.parked.delete(key);
  }

  /** The part of a head that this object holds. */
  entries(): Omit<TaskHead, 'run' | 'seq' | 'delivered_seq' | 'inputs' | 'watermarks'> {
    return {
      policy: this.policy,
      tick: this.tick,
      parked: Object.fromEntries(this.parked),
      events_total: this.events,
      emitted_total: this.emitted,
      rows_total: this.rows,
      dead_letters_total: this.dead_letters,
      last_event_ms: this.last_event_ms,
    };
  }
}
