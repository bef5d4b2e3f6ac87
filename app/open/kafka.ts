/** The engine on Kafka as the app runs it: one instance of several that share partitions, state and sources. */
import type { RecordedHistory } from '../../engine/backtest/recorded.ts';
import type { EngineOptions } from '../../engine/options.ts';
import { FolderLock } from '../../engine/embedded/lock.ts';
import type { BrokerOptions } from '../../engine/kafka/client/connection.ts';
import { openKafka, type KafkaEngine, type KafkaEngineOptions } from '../../engine/kafka/kafka.ts';
import { openKafkaHistory } from '../../engine/kafka/history.ts';
import { stampsOf } from '../../engine/kafka/checks/stamps.ts';
import { tickHourly } from '../../schemas/index.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { brokerSettings, redisSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import type { Logger } from '../observe/logger.ts';
import type { Measures } from '../observe/measures.ts';
import type { RunningEngine } from '../running-engine.ts';
import type { SettableClock } from '../sources/source-clock.ts';

export interface OpenKafkaOptions extends EngineOptions {
  readonly config: Config;
  readonly clock: SettableClock;
  readonly logger: Logger;
  /** Whether groups are worked on here, or only looked at. */
  readonly working: boolean;
  readonly learn?: KafkaEngineOptions['learn'];
  readonly measures: Measures;
}

/** Connects, takes the data folder and makes missing topics. Rejects where a server does not answer or fit. */
export async function openOnKafka(options: OpenKafkaOptions): Promise<RunningEngine> {
  // The folder holds the log file, the page's address for commands and, without a server for them, the analytics.
  const lock = FolderLock.take(options.config.data_folder, Date.now());
  try {
    return await opened(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** What is on the brokers, to read it: no group is worked on, and instances may go on. */
export async function openHistoryOnKafka({
  config,
  ...options
}: Pick<OpenKafkaOptions, 'config' | 'learn'> & EngineOptions): Promise<RecordedHistory> {
  const kafka = { ...brokerSettings(config), client_id: `flywheel-${config.namespace}` };
  const { url, ...redis_secrets } = redisSettings(config);
  const stamps = await stampsFor({ ...config, source: 'none' }, kafka);
  return openKafkaHistory({ ...options, kafka, redis_url: url, redis_secrets, namespace: config.namespace, stamps });
}

async function opened(
  { config, logger, working, measures, ...options }: OpenKafkaOptions,
  lock: FolderLock,
): Promise<RunningEngine> {
  const kafka = { ...brokerSettings(config), client_id: `flywheel-${config.namespace}` };
  const { url, ...redis_secrets } = redisSettings(config);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => (fail = resolve));
  const trouble = troubleLog(logger);
  const stamps = await stampsFor(config, kafka);
  const running = await openKafka({
    ...options,
    kafka,
    redis_url: url,
    redis_secrets,
    redis_may_forget: config.redis_may_forget,
    namespace: config.namespace,
    replication: config.kafka_replication,
    sharing: { session_ms: config.kafka_session_ms },
    ...groupsOf(config, working),
    stamps,
    onFailure: (error, task) => {
      logger.error({ ...task, error: String(error) }, task.partition < 0 ? 'consumer ended' : 'group stopped');
      if (task.partition < 0) fail(error instanceof Error ? error : new Error(String(error)));
    },
    onAssigned: (group, partitions) => {
      measures.rebalanced(group);
      logger.info({ group, partitions }, 'partitions dealt out');
    },
    onTrouble: trouble,
  });
  if (stamps === 'clock') followTicks(running, options.clock);
  return runningOf(running, lock, failed);
}

/** Who stamps records: a simulation or replay has a time of its own, in which all its topics are. */
async function stampsFor({ source }: Config, kafka: BrokerOptions): Promise<'broker' | 'clock'> {
  const there = await stampsOf(kafka, tickHourly.name);
  if (source === 'none') return there ?? 'broker';
  if (there === 'broker') throw new FlywheelError('source.real_time', { source });
  return 'clock';
}

const groupsOf = ({ groups }: Config, working: boolean): { groups?: readonly string[] } =>
  !working ? { groups: [] } : groups === null ? {} : { groups };

function runningOf(running: KafkaEngine, lock: FolderLock, failed: Promise<Error>): RunningEngine {
  return {
    kind: 'kafka',
    engine: running.engine,
    start: () => running.start(),
    stop: async () => {
      try {
        await running.stop();
      } finally {
        lock.release();
      }
    },
    announce: (address, token) => lock.announce(address, token),
    owned: (group) => running.owned(group),
    servers: () => running.servers(),
    failed,
    lease: (part, for_ms) => running.lease(part, for_ms),
    hold: (group, work) => running.hold(group, work),
  };
}

/** Topics that are stamped by clocks are in the time of a simulation or replay, which its ticks tell everybody. */
function followTicks({ engine }: KafkaEngine, clock: SettableClock): void {
  let newest_ms = 0;
  engine.log.onAppend((records) => {
    for (const { topic, appended_ms, name } of records) {
      if (topic !== tickHourly.name || name !== undefined || appended_ms <= newest_ms) continue;
      newest_ms = appended_ms;
      clock.set(appended_ms + aftermath_ms);
    }
  });
}

/** What follows from an hour is stamped this much after it. */
const aftermath_ms = 1_000;

const quiet_ms = 10_000;

/** A server that is away is tried again several times a second: it is said once in a while. */
function troubleLog(logger: Logger): (error: unknown) => void {
  let said_ms = -quiet_ms;
  let left_out = 0;
  return (error) => {
    const now_ms = performance.now();
    if (now_ms - said_ms < quiet_ms) return void left_out++;
    logger.warn({ error: error instanceof Error ? error.message : String(error), left_out }, 'a server did not answer');
    said_ms = now_ms;
    left_out = 0;
  };
}
