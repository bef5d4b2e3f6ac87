/** Progress of long work, on stderr, only where somebody watches. */
import { MultiBar, type SingleBar } from 'cli-progress';
import type { Output } from './output.ts';

export interface Progress {
  /** `done` of `total`; `note` stands behind the bar. */
  update(done: number, note?: string): void;
  /** Prints a line above the bar. */
  above(line: string): void;
  stop(): void;
}

const silent = (out: Output): Progress => ({
  update: () => undefined,
  above: (line) => out.line(line),
  stop: () => undefined,
});

/** A bar on a terminal, nothing elsewhere. `total` null shows a count without an end. */
export function progressBar(out: Output, label: string, total: number | null, unit: string): Progress {
  if (!out.live) return silent(out);
  const known = total !== null && total > 0;
  const format = known ? `${label} {bar} {percentage} %  {note}` : `${label} {value} ${unit}  {note}`;
  const bars = new MultiBar({
    format,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    fps: 8,
    barsize: 32,
    emptyOnZero: true,
    stopOnComplete: false,
    forceRedraw: true,
  });
  const bar: SingleBar = bars.create(known ? total : 1, 0, { note: '' });
  return {
    update(done, note = '') {
      if (!known) bar.setTotal(Math.max(1, done));
      bar.update(done, { note });
    },
    above: (line) => (out.columns === null ? out.line(line) : bars.log(`${line}\n`)),
    stop: () => bars.stop(),
  };
}
