/** Records that wait, sent together and one batch after the other: what comes meanwhile makes the next one larger. */
import type { LogRecord, NewRecord } from '../../engine/ports.ts';

export interface Waiting {
  readonly record: NewRecord;
  readonly bytes: number;
  readonly resolve: (stored: LogRecord) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchLimits {
  readonly linger_ms: number;
  readonly batch_bytes: number;
  readonly queue_bytes: number;
}

/** Bytes of a record beside key and value: name and framing. */
const overhead_bytes = 160;

export class Batches {
  readonly #limits: BatchLimits;
  readonly #deliver: (batch: readonly Waiting[]) => Promise<readonly LogRecord[]>;
  #queue: Waiting[] = [];
  #queued_bytes = 0;
  #sending_bytes = 0;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #waitingForRoom: (() => void)[] = [];

  constructor(limits: BatchLimits, deliver: (batch: readonly Waiting[]) => Promise<readonly LogRecord[]>) {
    this.#limits = limits;
    this.#deliver = deliver;
  }

  /** Bytes that are not delivered yet. */
  get bytes(): number {
    return this.#queued_bytes + this.#sending_bytes;
  }

  add(record: NewRecord): Promise<LogRecord> {
    const bytes = record.value.length + record.key.length + overhead_bytes;
    const added = new Promise<LogRecord>((resolve, reject) => {
      this.#queue.push({ record, bytes, resolve, reject });
    });
    this.#queued_bytes += bytes;
    if (this.#queued_bytes >= this.#limits.batch_bytes) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), this.#limits.linger_ms);
    return added;
  }

  room(): Promise<void> {
    if (this.bytes <= this.#limits.queue_bytes) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForRoom.push(resolve));
  }

  /** Sends at once what waits; resolves when nothing does any more. */
  async flush(): Promise<void> {
    this.#start();
    await this.#running;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#next();
      try {
        const stored = await this.#deliver(batch);
        for (const [i, { resolve, reject }] of batch.entries()) {
          const record = stored[i];
          if (record === undefined) reject(new Error('the broker gave no offset'));
          else resolve(record);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      this.#sending_bytes = 0;
      if (this.bytes <= this.#limits.queue_bytes) for (const go of this.#waitingForRoom.splice(0)) go();
    }
  }

  /** The oldest records that fit one send; at least one. */
  #next(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && bytes + waiting.bytes > this.#limits.batch_bytes) break;
      bytes += waiting.bytes;
      count++;
    }
    this.#queued_bytes -= bytes;
    this.#sending_bytes = bytes;
    return this.#queue.splice(0, count);
  }
}
