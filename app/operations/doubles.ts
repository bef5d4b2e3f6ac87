/** A small Flywheel for tests: the real engine in memory, real schemas, two groups that are easy to foresee. */
import { Driver } from '../../engine/driver/driver.ts';
import type { EngineOptions } from '../../engine/options.ts';
import {
  adCreated,
  adMetrics,
  apiKeyChanged,
  auditRecorded,
  deadLetter,
  evidenceChanged,
  experimentDeclared,
  policyChanged,
  policyProposed,
  tickHourly,
  winnerDetected,
  winnerWithdrawn,
} from '../../schemas/index.ts';
import type { EvidenceChanged, WinnerDetected } from '../../schemas/index.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { createCodec } from '../../schemas/codec.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { everyKey, processor, wire, type Decide } from '../../topology/processor.ts';
import type { Topology } from '../../topology/topology.ts';
import type { OperationsContext, SourceControl, SqlReader } from './context.ts';
import { deadLetterEvent } from './dead-letters/event.ts';
import { KeyRing } from '../access/keys.ts';
import { Directory } from './names/directory.ts';
import { ExperimentList, type Evidence, type ExperimentSource } from './experiments/list.ts';
import { localOperations, type LocalOperations } from './local.ts';
import type { QueryResult, SourceStatus } from './operations.ts';
import type { MemoryOutside } from '../../processors/rag-memory/outside.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import { RateMeter } from './running/rates.ts';

interface Totals {
  readonly clicks: number;
  readonly ticks: number;
}

/** Clicks at which the double announces a winner. */
export const winning_clicks = 100;

const counting = wire({
  group: 'count',
  description: 'Adds up the link clicks of an experiment; throws on more than 900 impressions in a window.',
  partitionBy: 'account_id',
  reads: [adMetrics, tickHourly],
  emits: [evidenceChanged],
  writes: [],
  state: { version: 1, initial: (): Totals => ({ clicks: 0, ticks: 0 }) },
  stateKey: { 'ad.metrics': (event) => event.experiment_id ?? '', 'tick.hourly': everyKey },
});

const evidenceExample: EvidenceChanged = evidence();

function evidence(): EvidenceChanged {
  const codec = createCodec({ topics: [evidenceChanged] });
  const decoded = codec.decode(
    'evidence.changed',
    codec.encode('evidence.changed', exampleOf('evidence.changed')),
    Date.UTC(2030, 0),
  );
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.value as EvidenceChanged;
}

const count: Decide<typeof counting> = {
  'ad.metrics': (state, event, { key, stateKey, at_ms, policy }) => {
    if (event.impressions > 900) throw new Error(`no account has ${event.impressions} impressions an hour`);
    const clicks = state.clicks + event.link_clicks;
    const value = {
      ...evidenceExample,
      account_id: key,
      experiment_id: stateKey,
      e_value: clicks,
      at_ms,
      policy_version: policy.version,
    };
    return { state: { ...state, clicks }, emit: [evidenceChanged.event(value)] };
  },
  'tick.hourly': (state) => ({ state: { ...state, ticks: state.ticks + 1 } }),
};

const promoting = wire({
  group: 'promote',
  description: 'Announces an experiment of a hundred clicks, once.',
  partitionBy: 'account_id',
  reads: [evidenceChanged],
  emits: [winnerDetected],
  writes: [],
  state: { version: 1, initial: () => ({ announced: [''] }) },
  stateKey: { 'evidence.changed': () => '' },
});

const winnerExample = exampleOf('winner.detected') as unknown as WinnerDetected;

const promote: Decide<typeof promoting> = {
  'evidence.changed': (state, event, { key, at_ms, policy }) => {
    if (event.e_value < winning_clicks || state.announced.includes(event.experiment_id)) return { state };
    const value = {
      ...winnerExample,
      account_id: key,
      experiment_id: event.experiment_id,
      at_ms,
      policy_version: policy.version,
    };
    return { state: { announced: [...state.announced, event.experiment_id] }, emit: [winnerDetected.event(value)] };
  },
};

const topics = [
  adCreated,
  adMetrics,
  apiKeyChanged,
  auditRecorded,
  deadLetter,
  evidenceChanged,
  experimentDeclared,
  policyChanged,
  policyProposed,
  tickHourly,
  winnerDetected,
  winnerWithdrawn,
];
export const doubleTopology: Topology = {
  topics,
  processors: [processor(counting, count), processor(promoting, promote)],
};

export const doubleOptions: Omit<EngineOptions, 'clock'> = {
  topology: doubleTopology,
  codec: createCodec({ topics }),
  partitions: 2,
  code: 'double-1',
  policy: {
    topic: policyChanged.name,
    parse: (value) => ({ version: String(Reflect.get(value, 'version')) }),
    initial: { version: 'built-in' },
  },
  deadLetters: { topic: deadLetter.name, event: deadLetterEvent },
};

export interface Double {
  readonly driver: Driver;
  readonly context: OperationsContext;
  readonly operations: LocalOperations;
}

const noAnalytics: SqlReader = {
  query: (): Promise<QueryResult> => Promise.resolve({ columns: [], rows: [], elapsed_ms: 0, truncated: false }),
  materialise: () => Promise.resolve(),
};

const noSource: SourceStatus = {
  kind: 'none',
  name: 'none',
  speed: 0,
  clock_ms: null,
  progress: null,
  events_total: 0,
  finished: true,
  accounts: [],
};
export const stillSource: SourceControl = { status: () => noSource, setSpeed: () => undefined, trueRate: () => null };

async function* nothing(): AsyncGenerator<Evidence> {}

/** Nothing is known before the first evidence. */
export const noExperiments: ExperimentSource = {
  latest: nothing,
  policy: () => Promise.resolve(defaultPolicy),
};

/** Memory without winners. */
export const noMemory: MemoryOutside = {
  embeddings: hashedEmbeddings,
  vectors: new InProcessVectors(hashedEmbeddings.dimensions),
  lacking: () => null,
  later: () => undefined,
};

/** A started double; the clock stands at `start_ms`. Its groups are easy to foresee, or those of a driver that is given. */
export async function startDouble(
  start_ms: number,
  analytics: SqlReader = noAnalytics,
  driver: Driver = new Driver({ ...doubleOptions, start_ms }),
  memory: MemoryOutside = noMemory,
): Promise<Double> {
  await driver.start();
  const directory = new Directory();
  const experiments = new ExperimentList(noExperiments);
  await directory.open(driver.engine);
  await experiments.open(driver.engine);
  const keys = new KeyRing(() => driver.clock.now_ms());
  await keys.open(driver.engine);
  const context: OperationsContext = {
    engine: driver.engine,
    running: null,
    analytics,
    source: stillSource,
    about: {
      version: '0',
      engine: 'driver',
      data_folder: 'memory',
      started_ms: start_ms,
      configured_speed: 1,
      resumed_at: null,
    },
    directory,
    experiments,
    memory,
    keys,
    rates: new RateMeter(),
    meter: null,
    backtests: null,
    now_ms: () => driver.clock.now_ms(),
  };
  return { driver, context, operations: localOperations(context) };
}
