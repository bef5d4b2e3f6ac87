/** `npm run -s bench -- embedded`: how fast this machine takes events, how soon it decides, and what memory that needs. */
import { parseArgs } from 'node:util';
import { machine, printReport, type Measure, type Report } from '../measures.ts';
import { archivist, embedded, full, quick, training } from './embedded.ts';
import type { Progress, Sizes } from './sections.ts';

const benches: Readonly<Record<string, (sizes: Sizes, onProgress: Progress) => Promise<readonly Measure[]>>> = {
  embedded,
  archivist,
  training,
};

const help = `npm run -s bench -- NAME [options]

  embedded         throughput, latency and memory of the embedded engine, the archivist included (about five minutes)
  archivist        only events to rows that a query sees
  training         the event loop's delay while a model is trained from 64,000 predictions

  --quick          smaller numbers of events (about one minute)
  --json           one JSON object instead of a table
  --seed n         printed with the figures; the workload is the same for each (default 1)
  --help           this
`;

export interface BenchOptions {
  readonly seed: number;
  readonly quick: boolean;
  readonly onProgress: Progress;
  /** Overrides how much is measured. */
  readonly sizes?: Sizes;
}

/** Runs a bench without printing. Throws an error that lists the names when there is none of this name. */
export async function bench(name: string, options: BenchOptions): Promise<Report> {
  const run = benches[name];
  if (run === undefined) {
    const known = Object.keys(benches).join(', ');
    throw new Error(`no bench is called ${JSON.stringify(name)}; choose one of: ${known}`);
  }
  const measures = await run(options.sizes ?? (options.quick ? quick : full), options.onProgress);
  return {
    command: `bench ${name}${options.quick ? ' --quick' : ''}`,
    seed: options.seed,
    machine: machine(),
    measures,
  };
}

/** What is being measured, on stderr, each once. */
function progress(): Progress {
  let last = '';
  return (text) => {
    if (text !== last) process.stderr.write(`${text}\n`);
    last = text;
  };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is not an integer; give one, such as 1`);
  const report = await bench(positionals[0] ?? 'embedded', { seed, quick: values.quick, onProgress: progress() });
  printReport(report, { json: values.json });
}

if (process.argv[1]?.endsWith('proofs/bench/index.ts') === true)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
