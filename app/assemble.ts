/** Puts a Flywheel together from its ports: what operations need is opened, kept and closed in one place. */
import { randomBytes } from 'node:crypto';
import type { Runtime } from '../engine/runtime.ts';
import type { Embedded } from '../engine/embedded/embedded.ts';
import type { Config } from './config/settings.ts';
import type { Flywheel } from './flywheel.ts';
import type { Logger } from './observe/logger.ts';
import type { OperationsContext, SourceControl, SqlReader } from './operations/context.ts';
import { DecisionFeed } from './operations/decision-feed.ts';
import { Directory } from './operations/directory.ts';
import { ExperimentList, type ExperimentSource } from './operations/experiment-list.ts';
import { localOperations, type LocalOperations } from './operations/local.ts';
import type { DecisionRow } from './operations/operations.ts';
import { RateMeter } from './operations/rates.ts';
import { sampleRates } from './operations/status.ts';
import type { MemoryOutside } from '../processors/rag-memory/outside.ts';
import type { AdPlatform } from '../ports/ad-platform/port.ts';
import { holdsReplay } from './sources/replay.ts';

/** A source as the program runs it. */
export interface RunningSource extends SourceControl {
  /** What a new log's policy has to say for this source, by section; the rest stays as built in. */
  readonly policy?: object;
  /** The ad platform that its ads run on, for groups that ask it; left out where there is none. */
  readonly platform?: Pick<AdPlatform, 'adHours'>;
  /** Feeds the engine; resolves when the source ends or was stopped, rejects when it fails. */
  play(): Promise<void>;
  stop(): Promise<void>;
}

/** The analytics store: opened before the engine delivers rows to it, closed after. */
export interface Analytics {
  readonly reader: SqlReader;
  close(): Promise<void>;
}

export interface Serving {
  readonly url: string;
  close(): Promise<void>;
}

/** What the page and API are made of. */
export interface ServeWith {
  readonly operations: LocalOperations;
  readonly decisions: DecisionFeed;
  readonly host: string;
  readonly port: number;
  /** Whoever shows it may use the API; written to the folder's lock for this user's commands. */
  readonly token: string;
  /** Told of requests that failed by a defect of ours. */
  readonly logger: Logger;
}

export interface Parts {
  readonly config: Config;
  readonly version: string;
  readonly embedded: Embedded;
  readonly analytics: Analytics;
  readonly source: RunningSource;
  readonly experiments: ExperimentSource;
  readonly memory: MemoryOutside;
  /** What a log must hold before any group reads it. */
  prepare?(engine: Runtime): Promise<void>;
  /** Ends what `prepare` left running, before the engine stops. */
  release?(): Promise<void>;
  readonly logger: Logger;
  serve(what: ServeWith): Promise<Serving>;
  now_ms(): number;
}

const second_ms = 1_000;
/** Between two looks at what retention takes. */
const trim_ms = 10 * 60 * second_ms;

export async function assemble(parts: Parts): Promise<Flywheel> {
  const directory = new Directory();
  const experiments = new ExperimentList(parts.experiments);
  return new Assembled(parts, await contextOf(parts, directory, experiments));
}

class Assembled implements Flywheel {
  readonly engine: Flywheel['engine'];
  readonly operations: LocalOperations;
  readonly decisions: DecisionFeed;
  readonly source: SourceControl;
  readonly #parts: Parts;
  readonly #context: OperationsContext;
  #timers: readonly NodeJS.Timeout[] = [];
  #serving: Serving | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: Parts, context: OperationsContext) {
    this.#parts = parts;
    this.#context = context;
    this.engine = context.engine;
    this.source = parts.source;
    this.operations = localOperations(context);
    this.decisions = new DecisionFeed(context.engine, context.directory);
  }

  async start(): Promise<void> {
    const { logger, config, embedded } = this.#parts;
    await this.#context.directory.open(this.engine);
    await this.#context.experiments.open(this.engine);
    await this.#parts.prepare?.(this.engine);
    this.decisions.open();
    this.decisions.subscribe((rows) => logDecisions(logger, rows));
    await this.engine.start();
    this.#timers = beats(this.#context, embedded, logger);
    logger.info({ data_folder: config.data_folder, resumed_at: this.#context.about.resumed_at }, 'started');
  }

  async serve(): Promise<{ readonly url: string }> {
    this.#serving ??= await serveParts(this.#parts, this.operations, this.decisions);
    return { url: this.#serving.url };
  }

  play(): Promise<void> {
    return this.#parts.source.play();
  }

  drain(): Promise<void> {
    return this.engine.drain();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { source, analytics, logger } = this.#parts;
    for (const timer of this.#timers) clearInterval(timer);
    await source.stop();
    await this.#serving?.close();
    await this.#parts.release?.();
    for (const kept of [this.decisions, this.#context.experiments, this.#context.directory]) kept.close();
    await this.engine.stop();
    await analytics.close();
    logger.info('stopped');
    logger.flush();
  }
}

/** What is done now and then while the engine runs. */
function beats(context: OperationsContext, embedded: Embedded, logger: Logger): readonly NodeJS.Timeout[] {
  const timers = [
    setInterval(() => void sampleRates(context), second_ms),
    setInterval(() => void trimLog(embedded, logger), trim_ms),
  ];
  for (const timer of timers) timer.unref();
  return timers;
}

/** Serves page and API under a new token, which the folder's lock tells this user's commands. */
async function serveParts(
  { config, embedded, logger, serve }: Parts,
  operations: LocalOperations,
  decisions: DecisionFeed,
): Promise<Serving> {
  const token = randomBytes(24).toString('base64url');
  const serving = await serve({ operations, decisions, host: config.host, port: config.port, token, logger });
  embedded.lock.announce(serving.url, token);
  logger.info({ url: serving.url }, 'serving');
  return serving;
}

async function contextOf(parts: Parts, directory: Directory, experiments: ExperimentList): Promise<OperationsContext> {
  const { embedded, config } = parts;
  const topics = await embedded.engine.topics();
  const records = topics.reduce((sum, { ranges }) => sum + ranges.reduce((inner, { end }) => inner + end, 0), 0);
  return {
    engine: embedded.engine,
    analytics: parts.analytics.reader,
    source: parts.source,
    about: {
      version: parts.version,
      engine: 'embedded',
      data_folder: config.data_folder,
      started_ms: parts.now_ms(),
      configured_speed: config.speed,
      resumed_at: records === 0 ? null : records,
    },
    directory,
    experiments,
    memory: parts.memory,
    rates: new RateMeter(),
    now_ms: () => parts.now_ms(),
  };
}

/** Announcements are rare and always logged; budget splits only where details are wanted. */
function logDecisions(logger: Logger, rows: readonly DecisionRow[]): void {
  for (const { id, topic, group, account_id, entity, result } of rows)
    logger[topic === 'allocation.proposed' ? 'debug' : 'info']({ account_id, group, id, topic, entity }, result);
}

async function trimLog(embedded: Embedded, logger: Logger): Promise<void> {
  try {
    if (await holdsReplay(embedded.engine)) return;
    for (const trimmed of await embedded.trim()) logger.info(trimmed, 'retention cut the log');
  } catch (error) {
    logger.error({ error: error instanceof Error ? error.message : String(error) }, 'retention could not cut the log');
  }
}
