/** Puts a Flywheel together from its ports: what operations need is opened, kept and closed in one place. */
import { randomBytes } from 'node:crypto';
import type { Runtime } from '../engine/runtime.ts';
import { KeyRing } from './access/keys.ts';
import type { Oidc } from './access/oidc.ts';
import { Backtests, backtestProcess } from './backtest/jobs.ts';
import { webhookSettings } from './config/meta.ts';
import type { Config } from './config/settings.ts';
import type { Flywheel } from './flywheel.ts';
import type { Buckets } from './gateway/limits/buckets.ts';
import type { Replies } from './gateway/once.ts';
import type { Webhook } from './gateway/webhook.ts';
import type { RunningEngine } from './running-engine.ts';
import { GroupWatch } from './observe/group-watch.ts';
import type { Logger } from './observe/logger.ts';
import type { Measures } from './observe/measures.ts';
import type { OperationsContext, SourceControl, SqlReader } from './operations/context.ts';
import { DecisionFeed } from './operations/decisions/feed.ts';
import { isLeftAlone } from './operations/decisions/row.ts';
import { Directory } from './operations/names/directory.ts';
import { ExperimentList, type ExperimentSource } from './operations/experiments/list.ts';
import { localOperations, type LocalOperations } from './operations/local.ts';
import type { DecisionRow } from './operations/operations.ts';
import { RateMeter } from './operations/running/rates.ts';
import { sampleRates } from './operations/running/status.ts';
import type { MemoryOutside } from '../processors/rag-memory/outside.ts';
import type { AdBudgets, AdPlatform } from '../ports/ad-platform/port.ts';

/** A source as the program runs it. */
export interface RunningSource extends SourceControl {
  /** What a new log's policy has to say for this source, by section; the rest stays as built in. */
  readonly policy?: object;
  /** The ad platform that its ads run on, for groups that ask it; left out where there is none. */
  readonly platform?: Pick<AdPlatform, 'adHours' | keyof AdBudgets> | undefined;
  /** Whether the platform is outside of the program, so that an instance which does not play the source may ask it too. */
  readonly asked_by_all?: boolean;
  /** Told that something of an account changed on its platform; left out where a source is told nothing. */
  notice?(account_id: string): void;
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
  readonly context: OperationsContext;
  readonly operations: LocalOperations;
  /** What surrounds the engine; left out in a double. */
  readonly running?: RunningEngine;
  /** Measures of the engine; left out in a double. */
  readonly measures?: Measures;
  readonly decisions: DecisionFeed;
  readonly host: string;
  readonly port: number;
  /** Whoever shows it may use the API; written to the folder's lock for this user's commands. */
  readonly token: string;
  /** Told of requests that failed by a defect of ours. */
  readonly logger: Logger;
  /** Who may ask beside this user, and what instances share; left out: nobody, and nothing. */
  readonly access?: Access;
  /** What Meta may tell without a key; left out where no webhook is set up. */
  readonly webhook?: Webhook;
}

/** Who may ask beside this user and the holders of keys, and what several instances of the gateway share. */
export interface Access {
  readonly oidc: Oidc | null;
  /** Origins of other pages that may ask. */
  readonly origins: readonly string[];
  /** Null where there is one instance. */
  readonly shared: { readonly buckets: Buckets; readonly replies: Replies } | null;
  close(): Promise<void>;
}

export interface Parts {
  readonly config: Config;
  readonly version: string;
  readonly running: RunningEngine;
  readonly analytics: Analytics;
  readonly source: RunningSource;
  /** How long steps take, where that is measured. */
  readonly measures?: Measures;
  readonly experiments: ExperimentSource;
  readonly memory: MemoryOutside;
  readonly access?: Access;
  /** What a log must hold before any group reads it. */
  prepare?(engine: Runtime): Promise<void>;
  /** Ends what `prepare` left running, before the engine stops. */
  release?(): Promise<void>;
  readonly logger: Logger;
  serve(what: ServeWith): Promise<Serving>;
  now_ms(): number;
}

/** Topics that page and terminal are told of as they grow, whether or not a group here reads them. */
const heard_topics = [
  'ad.created', 'experiment.declared', 'evidence.changed', 'winner.detected', 'winner.withdrawn', 'allocation.proposed',
  'policy.changed', 'tick.hourly', 'memory.index.requested', 'api.key.changed', 'budget.change.progressed', 
  'alert.raised', 'alert.resolved', 'alert.command',
]; // prettier-ignore

const second_ms = 1_000;
/** Between two looks at how far behind groups are. */
const watch_ms = 60 * second_ms;
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
    const { logger, config, running } = this.#parts;
    await this.engine.log.follow?.(heard_topics);
    await this.#context.directory.open(this.engine);
    await this.#context.experiments.open(this.engine);
    await this.#context.keys.open(this.engine);
    await this.#parts.prepare?.(this.engine);
    this.decisions.open();
    this.decisions.subscribe((rows) => logDecisions(logger, rows));
    await running.start();
    this.#timers = beats(this.#context, running, logger);
    logger.info({ data_folder: config.data_folder, resumed_at: this.#context.about.resumed_at }, 'started');
  }

  async hold<T>(group: string, work: () => Promise<T>): Promise<T> {
    this.engine.processor(group);
    const { hold } = this.#parts.running;
    return hold === undefined ? work() : hold(group, work);
  }

  async serve(): Promise<{ readonly url: string }> {
    this.#serving ??= await serveParts(this.#parts, this.#context, this.operations, this.decisions);
    return { url: this.#serving.url };
  }

  play(): Promise<void> {
    return this.#parts.source.play();
  }

  drain(): Promise<void> {
    return this.engine.drain();
  }

  get failed(): Promise<Error> {
    return this.#parts.running.failed;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { source, analytics, logger, running } = this.#parts;
    for (const timer of this.#timers) clearInterval(timer);
    await source.stop();
    await this.#serving?.close();
    await this.#parts.release?.();
    await this.#parts.access?.close();
    const { experiments, directory, keys } = this.#context;
    for (const kept of [this.decisions, experiments, directory, keys]) kept.close();
    await running.stop();
    await analytics.close();
    logger.info('stopped');
    logger.flush();
  }
}

/** What is done now and then while the engine runs. */
function beats(context: OperationsContext, running: RunningEngine, logger: Logger): readonly NodeJS.Timeout[] {
  const watch = new GroupWatch();
  const timers = [
    // Servers may be away: the next sample tells.
    setInterval(() => void sampleRates(context).catch(() => undefined), second_ms),
    setInterval(() => void trimLog(running, logger), trim_ms),
    setInterval(() => void watchGroups(context, watch).catch(() => undefined), watch_ms),
  ];
  for (const timer of timers) timer.unref();
  return timers;
}

/** Makes an event of a group that is behind or stands, for rules to look at. */
async function watchGroups({ engine, source, now_ms }: OperationsContext, watch: GroupWatch): Promise<void> {
  const real_ms = now_ms();
  const events = watch.look(await engine.statuses(), real_ms, source.status().clock_ms ?? real_ms);
  if (events.length > 0) await engine.publish({ source: 'observer', position: null, events });
}

/** Serves page and API under a new token, which the folder's lock tells this user's commands. */
async function serveParts(
  { config, running, logger, serve, measures, access, source }: Parts,
  context: OperationsContext,
  operations: LocalOperations,
  decisions: DecisionFeed,
): Promise<Serving> {
  const token = randomBytes(24).toString('base64url');
  const { host, port } = config;
  const told = webhookSettings(config);
  const webhook = told && { ...told, notice: (account_id: string) => source.notice?.(account_id) };
  const given = { ...(measures && { measures }), ...(access && { access }), ...(webhook && { webhook }) };
  const serving = await serve({ context, operations, running, decisions, host, port, token, logger, ...given });
  running.announce(serving.url, token);
  logger.info({ url: serving.url }, 'serving');
  return serving;
}

async function contextOf(parts: Parts, directory: Directory, experiments: ExperimentList): Promise<OperationsContext> {
  const { running, config } = parts;
  const topics = await running.engine.topics();
  const records = topics.reduce((sum, { ranges }) => sum + ranges.reduce((inner, { end }) => inner + end, 0), 0);
  return {
    engine: running.engine,
    running,
    analytics: parts.analytics.reader,
    source: parts.source,
    about: {
      version: parts.version,
      engine: running.kind,
      data_folder: config.data_folder,
      started_ms: parts.now_ms(),
      configured_speed: config.speed,
      resumed_at: records === 0 ? null : records,
    },
    directory,
    experiments,
    memory: parts.memory,
    // Whether a key has ended is a matter of real time, whatever the source's clock says.
    keys: new KeyRing(() => parts.now_ms()),
    rates: new RateMeter(),
    meter: parts.measures ?? null,
    backtests: running.kind === 'embedded' ? new Backtests(backtestProcess(config.data_folder)) : null,
    now_ms: () => parts.now_ms(),
  };
}

/** Announcements are rare and always logged; budget splits only where details are wanted. */
function logDecisions(logger: Logger, rows: readonly DecisionRow[]): void {
  for (const { id, topic, group, account_id, entity, result } of rows)
    logger[topic === 'allocation.proposed' || isLeftAlone({ topic, result }) ? 'debug' : 'info'](
      { account_id, group, id, topic, entity },
      result,
    );
}

async function trimLog(running: RunningEngine, logger: Logger): Promise<void> {
  try {
    for (const trimmed of (await running.trim?.()) ?? []) logger.info(trimmed, 'retention cut the log');
  } catch (error) {
    logger.error({ error: error instanceof Error ? error.message : String(error) }, 'retention could not cut the log');
  }
}
