/** `npm run faults`: kills the embedded engine and does worse to the one on Kafka, and compares what is left. */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { steps } from '../../engine/commit-path/faults.ts';
import { generator } from '../../engine/commit-path/seed.ts';
import { machine, printReport, type Measure } from '../measures.ts';
import { kafkaFaults, keptFaults } from './kafka/suite.ts';
import { moneyOnKafka } from './money/kafka-suite.ts';
import { moneyFaults, type MoneyPlatform } from './money/suite.ts';
import { faultRun, type FaultResult, type Kill } from './run.ts';

export interface FaultOptions {
  readonly seed: number;
  readonly kills: number;
  readonly onProgress?: (text: string) => void;
}

/** Kills per run: enough to meet each step, few enough that a failing run can be read. */
const kills_per_run = 12;

/**
 * Each step in turn, going on from the `planned` kills of the runs before, and as often a random moment; `forget` now
 * and then where order is not fixed by the clock.
 */
function plan(planned: number, kills: number, random: () => number, forgetting: boolean): readonly Kill[] {
  return Array.from({ length: kills }, (_, n): Kill => {
    const i = planned + n;
    const at = i % 2 === 0 ? (steps[(i / 2) % steps.length] ?? 'random') : 'random';
    return { at, forget: forgetting && random() < 0.4 };
  });
}

/** Kills until the number is reached: half the runs compared with an uninterrupted one, half with forgetful ledgers. */
export async function faults(
  options: FaultOptions,
): Promise<{ readonly measures: readonly Measure[]; readonly ok: boolean }> {
  const random = generator(options.seed);
  const counts = { planned: 0, kills: 0, forgotten: 0, runs: 0, unequal: 0, breaks: 0, differences: 0 };
  const hits = new Map<string, number>();
  while (counts.kills < options.kills) {
    const seed = Math.floor(random() * 2 ** 31);
    const exact = counts.runs % 2 === 0;
    const common = { seed, turns: 400, bug: 'none' } as const;
    const number = Math.min(kills_per_run, options.kills - counts.kills + (options.kills % 2));
    const kills = plan(counts.planned, number, random, !exact);
    counts.planned += kills.length;
    const result: FaultResult = await faultRun({ ...common, clock: exact ? 'turn' : 'coarse', kills });
    for (const [at, n] of result.hits) hits.set(at, (hits.get(at) ?? 0) + n);
    counts.kills += [...result.hits.values()].reduce((sum, n) => sum + n, 0);
    counts.forgotten += result.forgotten;
    counts.breaks += result.seen.breaks;
    counts.differences += result.differences;
    counts.runs++;
    if (exact) {
      const expected = await faultRun({ ...common, clock: 'turn', kills: [] });
      if (!isDeepStrictEqual(result.seen, expected.seen)) counts.unequal++;
    }
    options.onProgress?.(
      `${counts.kills} of ${options.kills} kills, ${counts.unequal + counts.breaks + counts.differences} differences`,
    );
  }
  // A step at which no kill hit shows nothing.
  const missed = options.kills >= 4 * steps.length ? steps.filter((step) => !hits.has(step)) : [];
  if (missed.length > 0) options.onProgress?.(`no kill hit at: ${missed.join(', ')}`);
  return {
    ok: counts.unequal + counts.breaks + counts.differences + missed.length === 0,
    measures: figures(counts, hits),
  };
}

interface Counts {
  readonly runs: number;
  readonly forgotten: number;
  readonly unequal: number;
  readonly breaks: number;
  readonly differences: number;
}

function figures(counts: Counts, hits: ReadonlyMap<string, number>): readonly Measure[] {
  const measure = (
    name: string,
    value: number,
    unit: string,
    labels: Readonly<Record<string, string>> = {},
  ): Measure => ({ name, labels, value, unit, n: counts.runs });
  return [
    ...[...hits].map(([at, n]) => measure('kills', n, 'kills', { at })),
    measure('ledger_forgotten', counts.forgotten, 'times'),
    measure('unequal_runs', counts.unequal, 'runs'),
    measure('broken_links', counts.breaks, 'links'),
    measure('rebuild_differences', counts.differences, 'keys'),
  ];
}

const help = `npm run -s faults -- [money | rounds FILE...] [options]

Does to the engine what may happen to it, and compares what is left with what must be.

  embedded   a process of its own is killed with SIGKILL at each named step and at random moments, started again, and its
             state, events and rows compared with those of a run that nobody killed
  kafka      several processes on a real broker and Redis, and a fault at a time: processes killed, stopped, coming and
             going; servers killed, paused, forgetful; records that cannot be read; a log that was cut; the registry,
             ClickHouse and Qdrant away. An oracle knows what every input must have caused, and counts what is lost,
             duplicated and wrong

  money      instead of the engines: random schedules of requests, approvals, stops, faults of the ad platform, deaths of
             the process and two writers at once, for the saga that changes budgets; the platform's own history is judged

  --engine e       embedded, kafka or all (default all); of money: kafka runs two instances on a real broker, against the
                   fake Graph API, and kills one while it writes; without it, the engine in memory
  --platform p     of money: model, an ad platform in memory, or graph, the connector to Meta on a fake Graph API over the
                   wire (default model)
  --rounds n       rounds of each kind of fault on Kafka (default 2); schedules of money (default 1000)
  --fault text     only kinds on Kafka whose name holds this
  --kills n        how often the embedded engine is killed (default 60: about a minute)
  --seed n         of the events and of the moments (default 1)
  --json           one JSON object instead of a table
  --help           this

Exit code 0 when nothing differs and every fault hit, 1 when not, 2 for a wrong option.
`;

interface Options {
  readonly seed: number;
  readonly kills: number;
  readonly rounds: number;
  /** What is run in place of the engines, or added up. */
  readonly what: 'engines' | 'money' | 'rounds';
  readonly files: readonly string[];
  readonly platform: MoneyPlatform;
  /** As it was given. */
  readonly engine: string;
  readonly engines: readonly string[];
  readonly fault: string;
  readonly lanes: number;
  readonly minutes: number;
  readonly out: string | null;
  readonly json: boolean;
}

/** What the command line says; undefined where it asks for help. */
function read(): Options | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: 'all' },
      fault: { type: 'string', default: '' },
      platform: { type: 'string', default: 'model' },
      rounds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      kills: { type: 'string', default: '60' },
      lanes: { type: 'string', default: '1' },
      minutes: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { what, files } = work(positionals);
  const { engine, fault, json, platform, out = null } = values;
  if (platform !== 'model' && platform !== 'graph')
    throw new Error(`--platform ${platform} is none; give model or graph`);
  if (!['embedded', 'kafka', 'all'].includes(engine))
    throw new Error(`--engine ${engine} is none; give embedded, kafka or all`);
  return {
    seed: whole('seed', values.seed, 0),
    kills: whole('kills', values.kills, 1),
    rounds: whole('rounds', values.rounds ?? (what === 'money' && engine !== 'kafka' ? '1000' : '2'), 1),
    lanes: whole('lanes', values.lanes, 1),
    minutes: values.minutes === undefined ? Infinity : whole('minutes', values.minutes, 1),
    ...{ what, files, platform, engine, fault, json, out },
    engines: engine === 'all' ? ['embedded', 'kafka'] : [engine],
  };
}

function work(positionals: readonly string[]): Pick<Options, 'what' | 'files'> {
  const [what = 'engines', ...files] = positionals;
  if (what === 'rounds' && files.length > 0) return { what, files };
  if ((what === 'engines' || what === 'money') && files.length === 0) return { what, files };
  throw new Error(`${positionals.join(' ')} is nothing to run; give money, rounds FILE, or nothing for the engines`);
}

function whole(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${flag} ${text} is not a whole number from ${least} on; give one, such as 60`);
}

interface Result {
  readonly measures: readonly Measure[];
  readonly ok: boolean;
}

async function resultsOf(options: Options): Promise<readonly Result[]> {
  const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
  const { what, engines, rounds, files } = options;
  if (what === 'money')
    return [await (options.engine === 'kafka' ? moneyOnKafka : moneyFaults)({ ...options, onProgress })];
  if (what === 'rounds') {
    const kept = keptFaults(files, rounds);
    onProgress(kept.table);
    return [kept];
  }
  const results: Result[] = [];
  if (engines.includes('embedded')) results.push(await faults({ ...options, onProgress }));
  if (engines.includes('kafka')) results.push(await kafkaFaults({ ...options, onProgress }));
  return results;
}

async function main(): Promise<void> {
  const options = read();
  if (options === undefined) {
    process.stdout.write(help);
    return;
  }
  // Servers and instances are killed when this process exits, which a signal alone does not let it do; each has a listener.
  process.setMaxListeners(0);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const results = await resultsOf(options);
  const measures = results.flatMap((result) => result.measures);
  printReport({ command: 'faults', seed: options.seed, machine: machine(), measures }, { json: options.json });
  if (!results.every(({ ok }) => ok)) process.exitCode = 1;
}

if (process.argv[1]?.endsWith('proofs/faults/index.ts') === true)
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
