/** Splits a stream of bytes into lines; a line too long is passed over without being held. */

export interface Line {
  /** The line without its end; null where it was too long to be kept. */
  readonly text: Uint8Array | null;
  /** How many bytes it takes in the stream, its end included. */
  readonly bytes: number;
  /** Whether its end was there: the last line of a file that is still written has none yet. */
  readonly ended: boolean;
}

/** Longest line, bytes: an event is a few hundred. */
export const longest_line_bytes = 1_048_576;

const newline = 10;
const carriageReturn = 13;

export class LineSplitter {
  #open: Uint8Array[] = [];
  #open_bytes = 0;

  /** The lines that end in this chunk. Lines may point into it: use them before it is overwritten. */
  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      this.#add(chunk.subarray(from, end + 1));
      lines.push(this.#close(true));
      from = end + 1;
    }
    if (from < chunk.length) this.#add(chunk.slice(from));
    return lines;
  }

  /** The last line, where it has no end. */
  end(): Line[] {
    return this.#open_bytes === 0 ? [] : [this.#close(false)];
  }

  #add(piece: Uint8Array): void {
    this.#open_bytes += piece.length;
    if (this.#open_bytes > longest_line_bytes) this.#open = [];
    else this.#open.push(piece);
  }

  #close(ended: boolean): Line {
    const bytes = this.#open_bytes;
    const [first] = this.#open;
    const whole = this.#open.length === 1 && first !== undefined ? first : Buffer.concat(this.#open);
    this.#open = [];
    this.#open_bytes = 0;
    return { text: bytes > longest_line_bytes ? null : withoutEnd(whole), bytes, ended };
  }
}

function withoutEnd(line: Uint8Array): Uint8Array {
  let end = line.length;
  if (line[end - 1] === newline) end--;
  if (line[end - 1] === carriageReturn) end--;
  return line.subarray(0, end);
}
