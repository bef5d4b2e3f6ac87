/** The engine on Kafka: the log on its topics, state in Redis, each partition of a group owned by one process. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Kafka } from 'kafkajs';
import type { AnyProcessor } from '../../topology/processor.ts';
import { EngineError } from '../errors.ts';
import { journalTopic, type EngineOptions } from '../options.ts';
import type { NewRecord } from '../ports.ts';
import { Runtime } from '../runtime.ts';
import { withAdmin } from './client/admin.ts';
import { kafkaOf, type BrokerOptions } from './client/connection.ts';
import { KafkaLog } from './log/kafka-log.ts';
import type { KafkaLogOptions } from './log/options.ts';
import { Membership } from './ownership/membership.ts';
import { Ownership } from './ownership/ownership.ts';
import { positionsIn } from './redis/positions.ts';
import { isPassing } from './client/passing.ts';
import { RedisLedger } from './redis/ledger.ts';
import { Lease } from './ownership/agreed.ts';
import { whileHeld, type HoldOptions } from './ownership/hold.ts';
import { refuseForgetful } from './redis/check.ts';
import { probeServers, type Probe } from './checks/probe.ts';
import { reached } from './redis/away.ts';
import { connectRedis, type RedisSecrets } from './redis/redis.ts';
import { explained, meant, refusal } from './client/refused.ts';
import { Sockets } from './client/sockets.ts';
import { ensureTopics, type TopicPlan } from './checks/topics.ts';

export interface KafkaEngineOptions extends EngineOptions {
  readonly kafka: BrokerOptions;
  readonly redis_url: string;
  /** How it lets us in, where not everybody may. */
  readonly redis_secrets?: RedisSecrets;
  /** Start also where Redis may evict or forget state. */
  readonly redis_may_forget?: boolean;
  /** Sets several Flywheels apart that share a Redis. */
  readonly namespace: string;
  /**
   * How partitions are shared with other processes of this Flywheel: as members of each group, a member being taken for
   * dead after a time without heartbeat. Null: this process takes all of them, whoever had them.
   */
  readonly sharing: { readonly session_ms: number } | null;
  /** Groups that are worked on here, where partitions are shared; left out: all. */
  readonly groups?: readonly string[];
  /** Copies of each partition of topics that are made; 1 where it is left out. */
  readonly replication?: number;
  /** Who stamps records: the broker that takes them, or the engine's clock where its time is not the world's. */
  readonly stamps: 'broker' | 'clock';
  /** What must be known before records are handed on; see the log. */
  readonly learn?: KafkaLogOptions['learn'];
  readonly onFailure?: (error: unknown, task: { readonly group: string; readonly partition: number }) => void;
  /** Partitions of a group were dealt out anew. */
  readonly onAssigned?: (group: string, partitions: readonly number[]) => void;
  /** A server did not answer and is asked again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface KafkaEngine {
  readonly engine: Runtime;
  /** Begins; where partitions are shared, they come once the brokers have dealt them out. */
  start(): Promise<void>;
  /** Finishes what is under way, lets go of all partitions and disconnects. */
  stop(): Promise<void>;
  /** Partitions of a group that this process has now. */
  owned(group: string): readonly number[];
  /** A part that one process of this Flywheel plays at a time; given up some time after it is no longer renewed. */
  lease(part: string, for_ms: number): Lease;
  /** Runs `work` while no process works on a group, whose partitions are claimed here. @throws `group.elsewhere` */
  hold<T>(group: string, work: () => Promise<T>): Promise<T>;
  /** The brokers and Redis, as they answer now. */
  servers(): Promise<readonly Probe[]>;
}

const answer_within_ms = 30_000;
const take_pause_ms = 200;
/** Between two looks for topics that other processes have made. */
const look_ms = 5_000;
const owner_check_ms = 2_000;

/**
 * All topics that the groups read, write and keep their journals in. Of a topic that is compacted elsewhere the newest
 * record of each thing must stay, and Kafka cannot tell it from the others: all are kept.
 */
function topicsOf({
  topology,
  deadLetters,
  policy,
}: Pick<EngineOptions, 'topology' | 'deadLetters' | 'policy'>): readonly Omit<TopicPlan, 'partitions'>[] {
  const declared = topology.topics.map(({ name, retention: { keep_ms, compactBy } }) =>
    keep_ms === 'forever' || compactBy.length > 0 ? { topic: name } : { topic: name, keep_ms },
  );
  const own = [deadLetters.topic, policy.topic, ...topology.processors.map(({ wiring }) => journalTopic(wiring.group))];
  const names = new Set(declared.map(({ topic }) => topic));
  return [...declared, ...[...new Set(own)].filter((topic) => !names.has(topic)).map((topic) => ({ topic }))];
}

/** Topics by their names on the brokers. */
export function topicPlans(
  options: Pick<KafkaEngineOptions, 'topology' | 'deadLetters' | 'policy' | 'partitions' | 'kafka'>,
): readonly TopicPlan[] {
  const { topic_prefix = '' } = options.kafka;
  const { partitions } = options;
  return topicsOf(options).map(({ topic, ...plan }) => ({ ...plan, topic: topic_prefix + topic, partitions }));
}

async function provisioned(options: KafkaEngineOptions): Promise<void> {
  const { replication } = options;
  const settings = { by_broker: options.stamps === 'broker', ...(replication !== undefined && { replication }) };
  await withAdmin(options.kafka, (admin) => ensureTopics(admin, topicPlans(options), settings));
}

/** Connects and makes missing topics. Rejects where a server does not answer. */
export async function openKafka(options: KafkaEngineOptions): Promise<KafkaEngine> {
  const { onTrouble = () => undefined } = options;
  workedOn(options);
  const redis = connectRedis(options.redis_url, undefined, options.redis_secrets);
  redis.on('error', onTrouble);
  try {
    await reached(redis);
    if (options.redis_may_forget === false) await refuseForgetful(redis);
    await provisioned(options);
    return await opened(options, redis);
  } catch (error) {
    redis.disconnect();
    throw meant(error, options.kafka);
  }
}

async function opened(options: KafkaEngineOptions, redis: Redis): Promise<KafkaEngine> {
  const { namespace, partitions, onTrouble = () => undefined } = options;
  const positions = positionsIn(redis, namespace);
  const { clock, stamps } = options;
  const stamp = stamps === 'broker' ? null : () => clock.now_ms();
  const { learn } = options;
  const log = await KafkaLog.open({
    ...options.kafka,
    partitions,
    topics: topicsOf(options).map(({ topic }) => topic),
    positions,
    stamp,
    onTrouble,
    ...(learn !== undefined && { learn }),
  });
  const journal = (record: NewRecord): Promise<number> => offsetOf(log, record);
  const fenced = options.replace?.noEpoch !== true;
  const ledger = new RedisLedger({ redis, namespace, owner: randomUUID(), answer_within_ms, journal, fenced });
  const looking = setInterval(() => void log.lookForRedrives().catch(onTrouble), look_ms);
  looking.unref();
  const close = async (): Promise<void> => {
    clearInterval(looking);
    await log.close();
    redis.disconnect();
  };
  const given: Opened = { log, ledger, close, onConnected: (listener) => void redis.on('ready', listener) };
  const running = options.sharing === null ? alone(options, given) : shared(options, options.sharing, given);
  const lease = (part: string, for_ms: number): Lease => new Lease(redis, namespace, part, for_ms);
  const hold: KafkaEngine['hold'] = (group, work) =>
    whileHeld({ ...holding(options, group, given), lease: lease(`held ${group}`, held_ms) }, work);
  return { ...running, lease, hold, servers: () => probeServers(log.admin, redis) };
}

/** How long a hold lasts that is no longer renewed. */
const held_ms = 15_000;

function holding(
  { namespace, partitions }: KafkaEngineOptions,
  group: string,
  { log, ledger }: Opened,
): Omit<HoldOptions, 'lease'> {
  const ledgers = Array.from({ length: partitions }, (_, partition) => ledger.task(group, partition));
  return { admin: log.admin, group, consumer_group: memberGroup(namespace, group), renew_ms: held_ms / 3, ledgers };
}

type Running = Omit<KafkaEngine, 'lease' | 'servers' | 'hold'>;

interface Opened {
  readonly log: KafkaLog;
  readonly ledger: RedisLedger;
  readonly close: () => Promise<void>;
  /** Calls when Redis is connected anew. */
  readonly onConnected: (listener: () => void) => void;
}

interface Owning {
  readonly engine: Runtime;
  readonly ownerships: ReadonlyMap<string, Ownership>;
}

/** The engine, and what each group has of it. A partition that `isTakenAgain` after an error is claimed anew. */
function owning(options: KafkaEngineOptions, opened: Opened, isTakenAgain: (error: EngineError) => boolean): Owning {
  const ownerships = new Map<string, Ownership>();
  const { onTrouble = () => undefined } = options;
  const onFailure: KafkaEngineOptions['onFailure'] = (error, task) => {
    const ownership = ownerships.get(task.group);
    if (ownership === undefined || !(error instanceof EngineError && isTakenAgain(error)))
      return options.onFailure?.(error, task);
    onTrouble(error);
    ownership.overtaken(task.partition);
  };
  const { log, ledger, close, onConnected } = opened;
  const engine = new Runtime(options, { log, ledger, close, onFailure, shared: options.sharing !== null });
  for (const { wiring } of workedOn(options))
    ownerships.set(wiring.group, ownershipOf(wiring.group, { options, ledger, engine }));
  log.onBroken((...broken) => engine.broken(...broken));
  onConnected(() => {
    for (const ownership of ownerships.values()) ownership.disconnected();
  });
  return { engine, ownerships };
}

/** Takes every partition of every group: whoever had them before commits nothing more. */
function alone(options: KafkaEngineOptions, opened: Opened): Running {
  const { partitions } = options;
  // Another that takes everything as well is no neighbour: one of the two should not be.
  const { engine, ownerships } = owning(options, opened, ({ code }) => code === 'ledger.disconnected');
  const all = Array.from({ length: partitions }, (_, partition) => partition);
  return {
    engine,
    async start() {
      const tasks = [...ownerships.keys()].flatMap((group) =>
        all.map((partition) => opened.ledger.task(group, partition)),
      );
      await Promise.all(tasks.map((task) => task.take()));
      await engine.start();
      for (const ownership of ownerships.values()) ownership.began(all);
    },
    async stop() {
      opened.log.hurry();
      await Promise.all([...ownerships.values()].map((ownership) => ownership.stop()));
      await engine.stop();
    },
    owned: () => all,
  };
}

/** Takes the partitions that the brokers deal out, and gives up those that others get. */
function shared(options: KafkaEngineOptions, { session_ms }: { readonly session_ms: number }, opened: Opened): Running {
  const { engine, ownerships } = owning(options, opened, isPassing);
  const sockets = new Sockets();
  const memberships = membershipsOf(options, kafkaOf(options.kafka, sockets), { session_ms, ownerships });
  return {
    engine,
    async start() {
      await engine.start();
      await explained(options.kafka, () => Promise.all(memberships.map((membership) => membership.join())));
    },
    async stop() {
      opened.log.hurry();
      // First what is under way, while the brokers still keep others away.
      await Promise.all([...ownerships.values()].map((ownership) => ownership.stop()));
      const leaving = (): Promise<unknown> => Promise.all(memberships.map((membership) => membership.leave()));
      await sockets.endAfter(leaving, Membership.leave_within_ms);
      await engine.stop();
    },
    owned: (group) => ownerships.get(group)?.owned ?? [],
  };
}

interface Parts {
  readonly options: KafkaEngineOptions;
  readonly ledger: RedisLedger;
  readonly engine: Runtime;
}

const ownershipOf = (group: string, { options, ledger, engine }: Parts): Ownership =>
  new Ownership({
    group,
    ledger,
    take: (...place) => engine.take(...place),
    giveUp: (...place) => engine.giveUp(...place),
    onTrouble: options.onTrouble ?? (() => undefined),
    onFailure: (error, partition) => options.onFailure?.(error, { group, partition }),
    pause_ms: take_pause_ms,
    check_ms: owner_check_ms,
  });

/** @throws EngineError `group.unknown` where a group is named that does not exist. */
function workedOn({ topology, groups }: KafkaEngineOptions): readonly AnyProcessor[] {
  if (groups === undefined) return topology.processors;
  const unknown = groups.find((name) => !topology.processors.some(({ wiring }) => wiring.group === name));
  if (unknown === undefined) return topology.processors.filter(({ wiring }) => groups.includes(wiring.group));
  const known = topology.processors.map(({ wiring }) => wiring.group).join(', ');
  throw new EngineError('group.unknown', `there is no group ${unknown}`, `use one of ${known}`);
}

/** Name of a group on the brokers. */
const memberGroup = (namespace: string, group: string): string => `${namespace}.${group}`;

/** One membership a group, of all topics that it reads. */
function membershipsOf(
  options: KafkaEngineOptions,
  kafka: Kafka,
  { session_ms, ownerships }: { readonly session_ms: number; readonly ownerships: ReadonlyMap<string, Ownership> },
): readonly Membership[] {
  const { partitions, policy, namespace } = options;
  const { topic_prefix = '' } = options.kafka;
  return workedOn(options).map(({ wiring: { group, reads } }) => {
    const topics = new Set([...reads.map(({ name }) => name), policy.topic]);
    return new Membership({
      kafka,
      group: memberGroup(namespace, group),
      topics: [...topics].map((topic) => topic_prefix + topic),
      partitions,
      session_ms,
      onAssigned: (given) => {
        options.onAssigned?.(group, given);
        ownerships.get(group)?.want(given);
      },
      onTrouble: options.onTrouble ?? (() => undefined),
      onFailure: (error) => options.onFailure?.(refusal(error, options.kafka), { group, partition: -1 }),
    });
  });
}

async function offsetOf(log: KafkaLog, record: NewRecord): Promise<number> {
  const [stored] = await log.journaled([record]);
  if (stored === undefined) throw new EngineError('kafka.refused', 'a journal line got no offset', 'see the broker');
  return stored.offset;
}
