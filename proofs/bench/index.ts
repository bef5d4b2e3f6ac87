/** `npm run -s bench -- NAME`: how fast this machine takes events, how soon it decides, and what memory that needs. */
import { parseArgs } from 'node:util';
import { machine, printReport, type Measure, type Report } from '../measures.ts';
import { backfill, fullBackfill } from './backfill/backfill.ts';
import { archivist, embedded, full, quick, recall, training } from './embedded.ts';
import { fullGateway, gatewayBench, quickGateway, type GatewaySize } from './gateway.ts';
import { fullLive, liveBench, quickLive, type LiveSize } from './live/live.ts';
import { fullKafka, kafkaBench, latencyBench, quickKafka, type KafkaSizes } from './kafka/kafka.ts';
import { stateMemory } from './kafka/state-memory.ts';
import type { Progress, Sizes } from './sections.ts';
import { onSoakServers } from './soak/servers.ts';
import { default_soak, soak, type SoakSize } from './soak/soak.ts';

type Bench = (options: BenchOptions) => Promise<readonly Measure[]>;

/** A bench of this machine alone. */
const here =
  (run: (sizes: Sizes, onProgress: Progress) => Promise<readonly Measure[]>): Bench =>
  ({ sizes, quick: isQuick, onProgress }) =>
    run(sizes ?? (isQuick ? quick : full), onProgress);

/** A bench of the engine on Kafka. */
const onKafka =
  (run: typeof kafkaBench): Bench =>
  ({ kafka, quick: isQuick, peers = false, onProgress }) =>
    run(kafka ?? (isQuick ? quickKafka : fullKafka), { peers, onProgress });

const benches: Readonly<Record<string, Bench>> = {
  embedded: here(embedded),
  archivist: here(archivist),
  training: here(training),
  memory: here(recall),
  backfill: ({ seed, quick: isQuick, onProgress }) =>
    backfill({ ...fullBackfill, ...(isQuick && { adsets: 5 }), seed }, onProgress),
  gateway: ({ gateway, quick: isQuick, onProgress }) =>
    gatewayBench(gateway ?? (isQuick ? quickGateway : fullGateway), onProgress),
  live: ({ live, quick: isQuick, onProgress }) =>
    liveBench({ ...(isQuick ? quickLive : fullLive), ...live }, onProgress),
  kafka: onKafka(kafkaBench),
  latency: onKafka(latencyBench),
  state: ({ quick: isQuick, onProgress }) => stateMemory({ events: isQuick ? 5_000 : 50_000, onProgress }),
  soak: ({ seed, soak: size = {}, onProgress }) =>
    onSoakServers((servers) => soak(servers, { ...default_soak, ...size, seed }, onProgress)),
};

const help = `npm run -s bench -- NAME [options]

  embedded         throughput, latency and memory of the embedded engine, the archivist included (about five minutes)
  archivist        only events to rows that a query sees
  training         the event loop's delay while a model is trained from 64,000 predictions
  memory           how soon memory answers among 100,000 winners, and whether it finds the nearest
  backfill         28 days of an account of Meta with 500 ads, against a fake Graph API with Meta's limits, killed five times
  gateway          the API beside Fastify alone: reads, writes that wait until they can be read, events in (about five minutes)
  live             200 live listeners and 50 requests/s while 5,000 events/s flow, for ten minutes: nothing lost, memory flat
  kafka            the Kafka engine: throughput, latency, instances (with --peers Kafka Streams too; about twenty minutes)
  latency          of that only the latency (with --peers about seven minutes)
  state            what a key of state takes in Redis, by group (under a minute)
  soak             a long run on Kafka under faults: what is lost, doubled or wrong, and whether memory, open files, Redis
                   keys and outbox stay flat

  --peers          kafka, latency: also the same job in Kafka Streams, built by Maven
  --events n       soak: so many at full speed (default 20000000)
  --minutes n      soak: lasts so long at least, what is left after the events at 2,000 events/s (default 60); live: ends
                   after so long (default 10)
  --fault-every n  soak: seconds between two faults, on average; 0 for none (default 30)
  --out file       soak: keep samples and faults there, a line of JSON each
  --quick          smaller numbers of events (about one minute)
  --json           one JSON object instead of a table
  --seed n         printed with the figures; of the soak's faults; the workload is the same for each (default 1)
  --help           this
`;

export interface BenchOptions {
  readonly seed: number;
  readonly quick: boolean;
  readonly onProgress: Progress;
  /** Overrides how much is measured. */
  readonly sizes?: Sizes;
  readonly kafka?: KafkaSizes;
  readonly gateway?: GatewaySize;
  readonly live?: Partial<LiveSize>;
  readonly peers?: boolean;
  readonly soak?: Partial<SoakSize>;
}

/** Runs a bench without printing. Throws an error that lists the names when there is none of this name. */
export async function bench(name: string, options: BenchOptions): Promise<Report> {
  const run = benches[name];
  if (run === undefined) {
    const known = Object.keys(benches).join(', ');
    throw new Error(`no bench is called ${JSON.stringify(name)}; choose one of: ${known}`);
  }
  const measures = await run(options);
  return {
    command: `bench ${name}${options.peers === true ? ' --peers' : ''}${options.quick ? ' --quick' : ''}`,
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

function numberOf(option: string, text: string): number {
  const found = Number(text);
  if (!(found >= 0)) throw new Error(`${option} ${text} is not a number; give one, such as 10`);
  return found;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      events: { type: 'string', default: String(default_soak.events) },
      'fault-every': { type: 'string', default: String(default_soak.fault_every_s) },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  // Servers and instances are killed when this process exits, which a signal alone does not let it do.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is not an integer; give one, such as 1`);
  const minutes = values.minutes === undefined ? undefined : numberOf('--minutes', values.minutes);
  const report = await bench(positionals[0] ?? 'embedded', {
    seed,
    quick: values.quick,
    peers: values.peers,
    ...(minutes !== undefined && { live: { minutes } }),
    soak: {
      minutes: minutes ?? default_soak.minutes,
      events: numberOf('--events', values.events),
      fault_every_s: numberOf('--fault-every', values['fault-every']),
      out: values.out ?? null,
    },
    onProgress: progress(),
  });
  printReport(report, { json: values.json });
  if (report.measures.some(isFinding)) process.exitCode = 1;
}

/** Of a soak: an effect that was lost, doubled or wrong, and a figure that grows. */
const isFinding = ({ name, value, labels }: Measure): boolean =>
  (name === 'effects' && value > 0) || labels['verdict'] === 'grows';

if (process.argv[1]?.endsWith('proofs/bench/index.ts') === true)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
