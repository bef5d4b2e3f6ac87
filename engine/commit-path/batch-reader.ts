/** Step 1 of the commit path: what the next batch takes from the inputs of a task, and in which order. */
import { EngineError } from '../errors.ts';
import { Input, earliest } from './inputs.ts';
import { assertSameCode, linesAfter, type JournalLine, type Range } from './journal.ts';
import type { InputCursor, TaskHead } from '../ledger.ts';
import type { Log, LogRecord } from '../ports.ts';
import { rangeNow } from '../read-range.ts';
import { redriveTopic } from '../dead-letters/sent-back.ts';

export interface Batch {
  readonly records: readonly LogRecord[];
  /** What was taken, in order; goes to the journal. */
  readonly ranges: readonly Range[];
  /** The batch was journaled before its commit was lost: its line is not written again. Null: it is new. */
  readonly redo: JournalLine | null;
}

export interface ReaderContext {
  readonly log: Log;
  readonly group: string;
  readonly partition: number;
  /** Code that batches to be redone must have been taken by; null: any. */
  readonly code: string | null;
  readonly batch_records: number;
  /** Whether older records of a key may be missing in the log of this topic. */
  readonly compacted: (topic: string) => boolean;
  /** Topics read, the policy's included. */
  readonly topics: readonly string[];
  /**
   * Whether a record must be a batch of its own: it may visit more keys than one commit takes, each of the `taken`
   * records before it in the batch adding at most one.
   */
  readonly standsAlone: (topic: string, taken: number) => boolean;
  readonly journal: boolean;
}

/** Where a task gets its batches. */
export type TaskReader = Pick<
  BatchReader,
  'next' | 'cursors' | 'offsets' | 'offsetIn' | 'untake' | 'noticeRedrive' | 'schemaTopic'
>;

export class BatchReader {
  readonly #context: ReaderContext;
  readonly #inputs = new Map<string, Input>();
  readonly #head: TaskHead;
  #redo: readonly JournalLine[] = [];

  private constructor(context: ReaderContext, head: TaskHead) {
    this.#context = context;
    this.#head = head;
  }

  static async open(context: ReaderContext, head: TaskHead): Promise<BatchReader> {
    const reader = new BatchReader(context, head);
    for (const topic of context.topics) {
      reader.#add(topic, topic);
      const redrive = redriveTopic(topic, context.group);
      if ((await rangeNow(context.log, redrive, context.partition)).end > 0) reader.#add(redrive, topic);
    }
    for (const input of reader.#inputs.values()) await input.verify();
    if (!context.journal) return reader;
    const { log, group, partition, code } = context;
    reader.#redo = await linesAfter(log, group, partition, head.run, head.seq);
    if (code !== null) assertSameCode(reader.#redo, group, code);
    reader.#assertFollows();
    return reader;
  }

  /** What is to be redone must begin where the stored state ends. */
  #assertFollows(): void {
    const [first] = this.#redo;
    if (first === undefined) return;
    const began = new Map([...first.ranges].reverse().map(([topic, from]) => [topic, from]));
    const stands = [...began].every(([topic, from]) => (this.#inputs.get(topic)?.offset ?? from) === from);
    if (first.seq === this.#head.seq + 1 && stands) return;
    const { group, partition } = this.#context;
    throw new EngineError(
      'ledger.lost',
      `group ${group}, partition ${partition}: its state stands at batch ${this.#head.seq}, its journal goes on from batch ${first.seq}, and the log no longer holds what lies between`,
      'restore a copy of the data folder; or reset the group, which then begins where the log does',
    );
  }

  #add(topic: string, schemaTopic: string): void {
    const { log, partition, compacted } = this.#context;
    const place = { log, partition, topic, schemaTopic, compacted: compacted(topic) };
    this.#inputs.set(topic, new Input(place, this.#head.inputs[topic]));
  }

  /** A redrive topic came into being while the task runs. */
  noticeRedrive(topic: string): void {
    const { topics, group } = this.#context;
    if (this.#inputs.has(topic)) return;
    const schemaTopic = topics.find((read) => redriveTopic(read, group) === topic);
    if (schemaTopic !== undefined) this.#add(topic, schemaTopic);
  }

  schemaTopic(topic: string): string {
    return this.#inputs.get(topic)?.schemaTopic ?? topic;
  }

  cursors(): Readonly<Record<string, InputCursor>> {
    const cursors: Record<string, InputCursor> = { ...this.#head.inputs };
    for (const [topic, input] of this.#inputs) if (input.offset > 0) cursors[topic] = input.cursor();
    return cursors;
  }

  /** Next offset by topic. */
  offsets(): ReadonlyMap<string, number> {
    const offsets = new Map<string, number>();
    for (const [topic, input] of this.#inputs) offsets.set(topic, input.offset);
    return offsets;
  }

  /** Next offset in a topic; none is needed of one that is not read. */
  offsetIn(topic: string): number {
    return this.#inputs.get(topic)?.offset ?? Infinity;
  }

  /** The record taken last goes back: its `everyKey` visit is not finished. */
  untake(topic: string): void {
    this.#inputs.get(topic)?.untake();
  }

  /** The next batch; undefined when the inputs have nothing. */
  async next(): Promise<Batch | undefined> {
    const line = this.#redo[0];
    if (line !== undefined) {
      this.#redo = this.#redo.slice(1);
      return this.#again(line);
    }
    const inputs = [...this.#inputs.values()];
    const records: LogRecord[] = [];
    const ranges: Range[] = [];
    while (records.length < this.#context.batch_records) {
      for (const input of inputs) {
        const filling = input.fill(this.#context.batch_records);
        if (filling !== undefined) await filling;
      }
      const input = earliest(inputs);
      if (input === undefined) break;
      const alone = this.#context.standsAlone(input.schemaTopic, records.length);
      if (alone && records.length > 0) break;
      this.#takeFrom(input, inputs, records, ranges, alone);
      if (alone) break;
    }
    return records.length === 0 ? undefined : { records, ranges, redo: null };
  }

  /** Takes from one input while its head is the earliest of all and already read. */
  #takeFrom(input: Input, inputs: readonly Input[], records: LogRecord[], ranges: Range[], once: boolean): void {
    const from = input.offset;
    // The other heads stand still meanwhile: what is older than all of them needs no look at each.
    const others_ms = oldestBeside(input, inputs);
    for (let next = input.peek(); next !== undefined; next = input.peek()) {
      if (input.offset > from && next.appended_ms >= others_ms && earliest(inputs) !== input) break;
      input.take();
      records.push(next);
      if (once || records.length >= this.#context.batch_records) break;
    }
    ranges.push([input.topic, from, input.offset]);
  }

  /** Takes exactly what a journal line says. */
  async #again(line: JournalLine): Promise<Batch> {
    const records: LogRecord[] = [];
    for (const [topic, from, to] of line.ranges) {
      this.noticeRedrive(topic);
      const input = this.#inputs.get(topic);
      if (input === undefined) continue;
      if (input.offset !== from) throw input.gap(from);
      while (input.offset < to) {
        const filling = input.fill(this.#context.batch_records);
        if (filling !== undefined) await filling;
        const record = input.peek();
        if (record === undefined) {
          // Taking fewer than the journal says would be another batch.
          const short = await input.endsBefore(to);
          if (short !== undefined) throw short;
          break;
        }
        if (record.offset >= to) break;
        input.take();
        records.push(record);
      }
    }
    return { records, ranges: line.ranges, redo: line };
  }
}

/** When the oldest head of the other inputs was appended, UTC epoch milliseconds. */
function oldestBeside(input: Input, inputs: readonly Input[]): number {
  let oldest_ms = Infinity;
  for (const other of inputs) {
    const head = other === input ? undefined : other.peek();
    if (head !== undefined && head.appended_ms < oldest_ms) oldest_ms = head.appended_ms;
  }
  return oldest_ms;
}
