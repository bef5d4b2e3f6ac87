/**
 * `npm run -s equal`: simulated events run on a real broker and Redis; then the embedded engine takes the same events in
 * the order of that run's journals. Decisions, rows, points and states of both are compared one by one.
 */
import { parseArgs } from 'node:util';
import { Services } from '../../testing/services/services.ts';
import { machine, printReport, type Measure } from '../measures.ts';
import { compared, type Comparison } from '../../testing/equal/compare.ts';
import { groupsRedone, redone, type Redone } from '../../testing/equal/redone.ts';
import type { CopiedLog } from '../../testing/equal/copied-log.ts';
import { runOnKafka } from './on-kafka.ts';
import { newlyWritten, optionsFor } from './outside.ts';

const help = `npm run -s equal -- [options]

  --events n   simulated events at least (default 100000)
  --seed n     of the simulation (default 1)
  --json       one JSON object instead of a table
  --help       this

Ends with 1 where anything differs. Servers are started here, or taken from TEST_KAFKA and TEST_REDIS.
`;

export interface EqualOptions {
  readonly events: number;
  readonly seed: number;
  readonly brokers: readonly string[];
  readonly redis_url: string;
  readonly onProgress: (text: string) => void;
}

export interface Outcome extends Comparison {
  readonly events: number;
  readonly batches: number;
  readonly kafka_s: number;
  readonly embedded_s: number;
}

const seconds = async <T>(work: () => Promise<T>): Promise<readonly [T, number]> => {
  const from_ms = performance.now();
  const result = await work();
  return [result, (performance.now() - from_ms) / 1_000];
};

const { topology } = optionsFor(newlyWritten(), () => null);

/** Groups of which both runs are compared. */
export const redoing = groupsRedone(topology);

/** The embedded engine on a copy of the log of the other run. */
export function embeddedOn(log: CopiedLog): Promise<Redone> {
  const written = newlyWritten();
  return redone(
    log,
    optionsFor(written, () => null),
    written,
  );
}

/** Runs both and compares them. */
export async function equal({ onProgress, ...options }: EqualOptions): Promise<Outcome> {
  onProgress('on Kafka');
  const [run, kafka_s] = await seconds(() => runOnKafka(options));
  onProgress('in the order of its journals, embedded');
  const [again, embedded_s] = await seconds(() => embeddedOn(run.log));
  onProgress('comparing');
  const { events, batches } = run;
  return { events, batches, kafka_s, embedded_s, ...(await compared(run, again, redoing)) };
}

const measuresOf = ({ counts, different, events, batches, kafka_s, embedded_s }: Outcome): readonly Measure[] => [
  { name: 'events', labels: {}, value: events, unit: 'simulated events' },
  { name: 'batches', labels: {}, value: batches, unit: 'lines of journals' },
  ...Object.entries(counts).map(([what, value]) => ({ name: 'compared', labels: { what }, value, unit: what })),
  ...Object.entries(different).map(([what, value]) => ({
    name: 'different',
    labels: { what },
    value,
    unit: what,
    target: 0,
  })),
  { name: 'time', labels: { engine: 'kafka' }, value: kafka_s, unit: 's' },
  { name: 'time', labels: { engine: 'embedded, redo' }, value: embedded_s, unit: 's' },
];

function whole(option: string, text: string): number {
  const found = Number(text);
  if (!Number.isSafeInteger(found) || found < 0)
    throw new Error(`--${option} ${text} is not a whole number; give one, such as 1000`);
  return found;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const [events, seed] = [whole('events', values.events), whole('seed', values.seed)];
  const services = new Services();
  try {
    const [brokers, redis_url] = await Promise.all([services.kafka(), services.redis()]);
    const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
    const outcome = await equal({ events, seed, brokers, redis_url, onProgress });
    const report = { command: `equal --events ${events}`, seed, machine: machine(), measures: measuresOf(outcome) };
    printReport(report, { json: values.json });
    for (const line of outcome.examples) process.stderr.write(`${line}\n`);
    if (Object.values(outcome.different).some((count) => count > 0)) process.exitCode = 1;
  } finally {
    await services.stop();
  }
}

if (process.argv[1]?.endsWith('proofs/equal/index.ts') === true)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 2;
  });
