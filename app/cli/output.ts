/** Where a command writes: data to stdout, everything about it to stderr, colour only where it is seen. */
import pc from 'picocolors';
import Table from 'cli-table3';

type Colours = ReturnType<typeof pc.createColors>;

export interface Output {
  /** A line of data. */
  line(text?: string): void;
  /** A line about the data: progress, hints, warnings. */
  note(text: string): void;
  json(value: unknown): void;
  readonly colour: Colours;
  /** Whether stdout is a terminal, and how wide; null where it is not. */
  readonly columns: number | null;
  /** Whether stderr is a terminal, where progress may be drawn. */
  readonly live: boolean;
}

/** The process's own streams. NO_COLOR and FORCE_COLOR are honoured; where neither is set, a terminal is coloured. */
export function processOutput(): Output {
  // `flywheel query … | head` closes the pipe early: what is written afterwards is nobody's loss.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  // Node leaves `isTTY` undefined on a pipe, whatever its type says.
  const terminal = Boolean(process.stdout.isTTY);
  return {
    line: (text = '') => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    json: (value) => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    // A CI server is no terminal: a pipe there carries text that another program reads, as everywhere.
    colour: pc.createColors(pc.isColorSupported && (terminal || Boolean(process.env['FORCE_COLOR']))),
    columns: terminal ? process.stdout.columns : null,
    live: Boolean(process.stderr.isTTY),
  };
}

const no_borders = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '',
  'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
}; // prettier-ignore

export interface ColumnSpec {
  readonly head: string;
  readonly right?: boolean;
}

/** A table without rules: heads dimmed, numbers to the right. */
export function printTable(out: Output, heads: readonly ColumnSpec[], rows: readonly (readonly string[])[]): void {
  const table = new Table({
    head: heads.map(({ head }) => out.colour.dim(head)),
    colAligns: heads.map(({ right }) => (right === true ? 'right' : 'left')),
    chars: no_borders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  for (const line of table.toString().split('\n')) out.line(line.trimEnd());
}

/** The text cut to `width` characters, with a mark where it was cut. */
export const cut = (text: string, width: number): string => {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length <= width ? flat : `${flat.slice(0, Math.max(0, width - 1))}…`;
};

/** Cut and filled to exactly `width`. */
export const cell = (text: string, width: number): string => cut(text, width).padEnd(width);
