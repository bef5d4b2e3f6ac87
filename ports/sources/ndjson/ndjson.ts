/**
 * Events from files of JSON lines. Each line is checked by itself: a bad one is reported with its number, the good
 * ones go on in batches, each with the position behind it.
 */
import { createReadStream } from 'node:fs';
import type { Topic } from '../../../topology/topic.ts';
import { lineCheck, type LineCheck, type RejectedLine } from './check-line.ts';
import { LineSplitter, type Line } from './lines.ts';
import { advance, checksumOf, fileStart, parsePosition, printPosition, type FilePosition } from './position.ts';

export interface NdjsonBatch {
  readonly events: readonly { readonly topic: string; readonly value: object }[];
  readonly rejected: readonly RejectedLine[];
  /** Where to go on behind this batch: the source's position, to commit with the events. */
  readonly position: string;
  /** Bytes and lines from the start of the stream to the end of this batch. */
  readonly bytes: number;
  readonly lines: number;
}

export interface NdjsonOptions {
  readonly topic: Topic;
  /** The clock that times of events are held against, UTC epoch milliseconds. */
  readonly now_ms: () => number;
  /** Where the stream begins, for line numbers and positions; default: the start of a file. */
  readonly start?: FilePosition;
  /** Lines of a batch at most. */
  readonly batch_lines?: number;
  /** Bytes of a batch at most; a longer line is a batch of its own. */
  readonly batch_bytes?: number;
}

/** Lines that are checked, encoded and appended at once. */
const default_batch_lines = 1_000;

/** Batches of a stream of JSON lines, as they arrive: never more than one chunk of it is held. */
export async function* readNdjson(
  stream: AsyncIterable<Uint8Array>,
  options: NdjsonOptions,
): AsyncGenerator<NdjsonBatch, void> {
  const reader = new BatchReader(options);
  const splitter = new LineSplitter();
  for await (const chunk of stream) yield* reader.take(chunk, splitter.push(chunk));
  yield* reader.take(new Uint8Array(0), splitter.end());
}

/** Batches of one piece of text that begins at the start of a line; its last line needs no end. */
export function* readNdjsonText(text: Uint8Array, options: NdjsonOptions): Generator<NdjsonBatch, void> {
  const reader = new BatchReader(options);
  const splitter = new LineSplitter();
  yield* reader.take(text, [...splitter.push(text), ...splitter.end()]);
}

/** Turns lines into batches and keeps the position behind them. */
class BatchReader {
  readonly #topic: string;
  readonly #check: LineCheck;
  readonly #now_ms: () => number;
  readonly #batch_lines: number;
  readonly #batch_bytes: number;
  #position: FilePosition;
  /** Bytes that lines were not yet taken from. */
  #pending: Uint8Array[] = [];

  constructor(options: NdjsonOptions) {
    this.#topic = options.topic.name;
    this.#check = lineCheck(options.topic);
    this.#now_ms = options.now_ms;
    this.#batch_lines = options.batch_lines ?? default_batch_lines;
    this.#batch_bytes = options.batch_bytes ?? Infinity;
    this.#position = options.start ?? fileStart;
  }

  *take(chunk: Uint8Array, lines: readonly Line[]): Generator<NdjsonBatch, void> {
    if (chunk.length > 0) this.#pending.push(lines.length === 0 ? chunk.slice() : chunk);
    for (let from = 0; from < lines.length;) {
      const to = this.#endOfBatch(lines, from);
      yield this.#batch(lines.slice(from, to));
      from = to;
    }
    // What remains is the beginning of a line; the chunk it points into may be overwritten.
    this.#pending = this.#pending.map((piece) => piece.slice());
  }

  #endOfBatch(lines: readonly Line[], from: number): number {
    let bytes = 0;
    for (let to = from; to < lines.length; to++) {
      bytes += lines[to]?.bytes ?? 0;
      if (to > from && (to - from >= this.#batch_lines || bytes > this.#batch_bytes)) return to;
    }
    return lines.length;
  }

  #batch(lines: readonly Line[]): NdjsonBatch {
    const events: { topic: string; value: object }[] = [];
    const rejected: RejectedLine[] = [];
    const at_ms = this.#now_ms();
    let bytes = 0;
    for (const [i, line] of lines.entries()) {
      bytes += line.bytes;
      const checked = this.#check(line.text, this.#position.line + i + 1, at_ms);
      if (checked.kind === 'event') events.push({ topic: this.#topic, value: checked.value });
      else if (checked.kind === 'rejected') rejected.push(checked.rejected);
    }
    this.#advance(bytes, lines.filter(({ ended }) => ended).length);
    const { byte, line } = this.#position;
    return { events, rejected, position: printPosition(this.#position), bytes: byte, lines: line };
  }

  #advance(bytes: number, lines: number): void {
    let left = bytes;
    while (left > 0) {
      const piece = this.#pending[0];
      if (piece === undefined) throw new Error('lines were longer than the bytes they came from');
      const taken = piece.subarray(0, left);
      this.#position = advance(this.#position, taken, 0);
      left -= taken.length;
      if (taken.length === piece.length) this.#pending.shift();
      else this.#pending[0] = piece.subarray(taken.length);
    }
    this.#position = { ...this.#position, line: this.#position.line + lines };
  }
}

/** Where the reading of a file goes on. */
export interface Resumption {
  readonly start: FilePosition;
  /** The file was published before and has changed since in what was taken: it is read from its start again. */
  readonly changed: boolean;
}

/** Whether a file still begins with what was taken from it, so that it can go on behind it. */
export async function resumeFile(path: string, stored: string | undefined): Promise<Resumption> {
  const position = stored === undefined ? undefined : parsePosition(stored);
  if (position === undefined) return { start: fileStart, changed: stored !== undefined };
  const same = (await checksumOf(createReadStream(path), position.byte)) === position.crc;
  return same ? { start: position, changed: false } : { start: fileStart, changed: true };
}

/** Batches of a file from a position on. */
export const readNdjsonFile = (path: string, options: NdjsonOptions): AsyncGenerator<NdjsonBatch, void> =>
  readNdjson(createReadStream(path, { start: options.start?.byte ?? 0 }), options);

/** The name under which the position of a file is kept. One file may feed several topics. */
export const sourceOfFile = (topic: string, path: string): string => `ndjson:${topic}:${path}`;
