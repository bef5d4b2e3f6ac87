/** What every proof prints: figures with their labels, units and intervals, and the machine they were measured on. */
import { cpus, totalmem, platform, release } from 'node:os';
import Table from 'cli-table3';

export interface Measure {
  /** Name of what was measured, for example `throughput`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
  /** Ends of the 95 % interval, where there is one. */
  readonly low?: number;
  readonly high?: number;
  /** Runs, events or pairs behind the value. */
  readonly n?: number;
  /** What the value is held against, where there is such a figure; `unit` says in what. */
  readonly target?: number;
}

export interface Report {
  readonly command: string;
  readonly seed: number;
  readonly machine: string;
  readonly measures: readonly Measure[];
}

/** Processor, memory and runtime in one line. */
export function machine(): string {
  const [cpu] = cpus();
  const memory_gib = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${cpu?.model.trim() ?? 'unknown processor'}, ${memory_gib} GiB, ${platform()} ${release()}, Node ${process.versions.node}`;
}

const shown = (value: number | undefined): string => {
  if (value === undefined) return '';
  if (Number.isInteger(value) || Math.abs(value) >= 1_000)
    return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return value.toPrecision(3);
};

/** One JSON object, or a table for people. */
export function printReport(report: Report, options: { readonly json: boolean }): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const targets = report.measures.some(({ target }) => target !== undefined);
  const table = new Table({
    head: ['measure', 'labels', 'value', 'low', 'high', 'n', 'unit', ...(targets ? ['target'] : [])],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'left', 'right'],
    style: { head: [], border: [] },
  });
  for (const { name, labels, value, low, high, n, unit, target } of report.measures) {
    const label = Object.entries(labels)
      .map(([key, text]) => `${key}=${text}`)
      .join(' ');
    const figures = [name, label, shown(value), shown(low), shown(high), shown(n), unit];
    table.push(targets ? [...figures, shown(target)] : figures);
  }
  process.stdout.write(`${report.command} (seed ${report.seed})\n${report.machine}\n${table.toString()}\n`);
}
