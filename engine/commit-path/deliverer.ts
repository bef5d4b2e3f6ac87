/**
 * Delivers a task's outbox: records to the log, rows to the sink, oldest first. Runs beside the commit path; what is
 * delivered is marked with the next commit or, when the task is idle, by itself. Delivering twice is harmless.
 */
import type { Step } from './faults.ts';
import type { OutboxEntry, TaskHead, TaskLedger } from '../ledger.ts';
import type { Log, RowSink } from '../ports.ts';

/** Waits between tries of a sink that is away: doubled from the first to the last. */
const first_retry_ms = 100;
const last_retry_ms = 10_000;

export interface DeliveryPorts {
  readonly log: Log;
  readonly rows: RowSink | undefined;
  readonly ledger: TaskLedger;
  readonly at: (step: Step) => void;
  /** Something was delivered: a task that waited for room goes on. */
  readonly onProgress: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** An outbox entry on its way: records and rows go separately, so that a sink that is away holds up no event. */
interface Underway {
  readonly entry: OutboxEntry;
  appended: boolean;
  sent: boolean;
}

export class Deliverer {
  readonly #ports: DeliveryPorts;
  readonly #queue: Underway[] = [];
  #bytes = 0;
  #isAppending = false;
  #isSending = false;
  /** The last run of each; over where it is not under way. */
  #appending = Promise.resolve();
  #sending = Promise.resolve();
  #stopped = false;
  #impatient = false;
  #wake: (() => void) | undefined;
  #delivered: number;
  #marked: number;
  /** The last batch that had nothing to deliver. */
  #passed = 0;
  #trouble: string | null = null;

  constructor(ports: DeliveryPorts, delivered_seq: number) {
    this.#ports = ports;
    this.#delivered = delivered_seq;
    this.#marked = delivered_seq;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Why the sink does not take rows, in words; null while it does. */
  get trouble(): string | null {
    return this.#trouble;
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  /** The seq up to which all is delivered; asked by a commit, which thereby marks it. */
  takeMark(): number {
    this.#marked = this.#delivered;
    return this.#delivered;
  }

  /** The head of a commit that has nothing to deliver, with nothing on its way before it, says so. */
  headOf(head: TaskHead, outbox: OutboxEntry | undefined): TaskHead {
    return outbox === undefined && this.idle ? { ...head, delivered_seq: head.seq } : head;
  }

  /** What was committed without anything to deliver counts as delivered once all before it is. */
  committed({ seq, delivered_seq }: TaskHead, outbox: OutboxEntry | undefined): void {
    if (outbox !== undefined) return;
    this.#passed = seq;
    if (this.idle) this.#delivered = seq;
    if (delivered_seq === seq) this.#marked = seq;
  }

  add(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) {
      this.#bytes += entry.bytes;
      this.#queue.push({
        entry,
        appended: entry.records.length === 0,
        sent: entry.rows.length === 0 || this.#ports.rows === undefined,
      });
    }
    // Where there is no sink, an entry of rows alone is done as it comes.
    this.#advance();
    if (!this.#isAppending) this.#appending = this.#appendAll().catch(this.#ports.onFailure);
    if (!this.#isSending) this.#sending = this.#sendAll().catch(this.#ports.onFailure);
  }

  /** It ends in the very turn in which it finds nothing left: what is added from then on begins another. */
  async #appendAll(): Promise<void> {
    this.#isAppending = true;
    for (;;) {
      const waiting = this.#queue.filter((u) => !u.appended);
      if (waiting.length === 0 || this.#stopped) break;
      await this.#ports.log.append(waiting.flatMap((u) => u.entry.records));
      for (const underway of waiting) underway.appended = true;
      this.#advance();
    }
    this.#isAppending = false;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (;;) {
      const waiting = this.#queue.filter((u) => !u.sent);
      if (waiting.length === 0 || this.#stopped) break;
      const rows = waiting.flatMap((u) => u.entry.rows);
      if (!(await this.untilSent(() => this.#ports.rows?.send(rows) ?? Promise.resolve()))) break;
      for (const underway of waiting) underway.sent = true;
      this.#advance();
    }
    this.#isSending = false;
  }

  /** Forgets the entries at the head that are wholly outside. */
  #advance(): void {
    let done = 0;
    for (const { entry, appended, sent } of this.#queue) {
      if (!appended || !sent) break;
      done++;
      this.#bytes -= entry.bytes;
      this.#delivered = entry.seq;
    }
    if (done === 0) return;
    this.#ports.at('deliver');
    this.#queue.splice(0, done);
    if (this.idle) this.#delivered = Math.max(this.#delivered, this.#passed);
    this.#ports.onProgress();
  }

  /** Tries until the sink takes it; false when stopped first. */
  async untilSent(send: () => Promise<void>): Promise<boolean> {
    for (let wait_ms = first_retry_ms; !this.#stopped; wait_ms = Math.min(wait_ms * 2, last_retry_ms)) {
      try {
        await send();
        this.#trouble = null;
        return true;
      } catch (error) {
        this.#trouble = error instanceof Error ? error.message : String(error);
        if (this.#impatient) return false;
        await this.#pause(wait_ms * (0.5 + Math.random() / 2));
      }
    }
    return false;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Writes the mark when no commit came to carry it. */
  async mark(): Promise<void> {
    if (this.#delivered <= this.#marked) return;
    this.#marked = this.#delivered;
    await this.#ports.ledger.markDelivered(this.#delivered);
    this.#ports.at('mark');
  }

  /** Tries no further where the sink refuses: a stop must not wait for one that is away. */
  hurry(): void {
    this.#impatient = true;
    this.#wake?.();
  }

  /** Stops trying; what is not delivered stays in the outbox for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await Promise.all([this.#appending, this.#sending]);
  }
}
