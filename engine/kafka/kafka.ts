/** The engine on Kafka: the log on its topics, state in Redis, each partition of a group owned by one process. */
import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors.ts';
import { journalTopic, type EngineOptions } from '../options.ts';
import type { NewRecord } from '../ports.ts';
import { Runtime } from '../runtime.ts';
import { kafkaOf, type BrokerOptions } from './connection.ts';
import { KafkaLog } from './kafka-log.ts';
import { Membership } from './membership.ts';
import { Ownership } from './ownership.ts';
import { positionsIn } from './positions.ts';
import { isPassing } from './passing.ts';
import { RedisLedger } from './redis-ledger.ts';
import { connectRedis } from './redis.ts';
import { ensureTopics, type TopicPlan } from './topics.ts';

export interface KafkaEngineOptions extends EngineOptions {
  readonly kafka: BrokerOptions;
  readonly redis_url: string;
  /** Sets several Flywheels apart that share a Redis. */
  readonly namespace: string;
  /**
   * How partitions are shared with other processes of this Flywheel: as members of each group, a member being taken for
   * dead after a time without heartbeat. Null: this process takes all of them, whoever had them.
   */
  readonly sharing: { readonly session_ms: number } | null;
  /** Who stamps records: the broker that takes them, or the engine's clock where its time is not the world's. */
  readonly stamps: 'broker' | 'clock';
  readonly onFailure?: (error: unknown, task: { readonly group: string; readonly partition: number }) => void;
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
}

const answer_within_ms = 30_000;
const take_pause_ms = 200;
const owner_check_ms = 2_000;

/**
 * All topics that the groups read, write and keep their journals in. Of a topic that is compacted elsewhere the newest
 * record of each thing must stay, and Kafka cannot tell it from the others: all are kept.
 */
function topicsOf({ topology, deadLetters, policy }: EngineOptions): readonly Omit<TopicPlan, 'partitions'>[] {
  const declared = topology.topics.map(({ name, retention: { keep_ms, compactBy } }) =>
    keep_ms === 'forever' || compactBy.length > 0 ? { topic: name } : { topic: name, keep_ms },
  );
  const own = [deadLetters.topic, policy.topic, ...topology.processors.map(({ wiring }) => journalTopic(wiring.group))];
  const names = new Set(declared.map(({ topic }) => topic));
  return [...declared, ...[...new Set(own)].filter((topic) => !names.has(topic)).map((topic) => ({ topic }))];
}

async function provisioned(options: KafkaEngineOptions): Promise<void> {
  const admin = kafkaOf(options.kafka).admin();
  await admin.connect();
  try {
    const { topic_prefix = '' } = options.kafka;
    const { partitions } = options;
    const plans = topicsOf(options).map(({ topic, ...plan }) => ({ ...plan, topic: topic_prefix + topic, partitions }));
    await ensureTopics(admin, plans, { by_broker: options.stamps === 'broker' });
  } finally {
    await admin.disconnect();
  }
}

/** Connects and makes missing topics. Rejects where a server does not answer. */
export async function openKafka(options: KafkaEngineOptions): Promise<KafkaEngine> {
  const { namespace, partitions, onTrouble = () => undefined } = options;
  const redis = connectRedis(options.redis_url);
  redis.on('error', onTrouble);
  await redis.connect();
  await provisioned(options);
  const positions = positionsIn(redis, namespace);
  const { clock, stamps } = options;
  const stamp = stamps === 'broker' ? null : () => clock.now_ms();
  const log = await KafkaLog.open({ ...options.kafka, partitions, positions, stamp, onTrouble });
  const journal = (record: NewRecord): Promise<number> => offsetOf(log, record);
  const fenced = options.replace?.noEpoch !== true;
  const ledger = new RedisLedger({ redis, namespace, owner: randomUUID(), answer_within_ms, journal, fenced });
  const close = async (): Promise<void> => {
    await log.close();
    redis.disconnect();
  };
  const given: Opened = { log, ledger, close, onConnected: (listener) => void redis.on('ready', listener) };
  return options.sharing === null ? alone(options, given) : shared(options, options.sharing, given);
}

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
  for (const { wiring } of options.topology.processors)
    ownerships.set(wiring.group, ownershipOf(wiring.group, { options, ledger, engine }));
  log.onBroken((...broken) => engine.broken(...broken));
  onConnected(() => {
    for (const ownership of ownerships.values()) ownership.disconnected();
  });
  return { engine, ownerships };
}

/** Takes every partition of every group: whoever had them before commits nothing more. */
function alone(options: KafkaEngineOptions, opened: Opened): KafkaEngine {
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
function shared(
  options: KafkaEngineOptions,
  { session_ms }: { readonly session_ms: number },
  opened: Opened,
): KafkaEngine {
  const { engine, ownerships } = owning(options, opened, isPassing);
  const memberships = membershipsOf(options, session_ms, ownerships);
  return {
    engine,
    async start() {
      await engine.start();
      await Promise.all(memberships.map((membership) => membership.join()));
    },
    async stop() {
      opened.log.hurry();
      // First what is under way, while the brokers still keep others away.
      await Promise.all([...ownerships.values()].map((ownership) => ownership.stop()));
      await Promise.all(memberships.map((membership) => membership.leave()));
      await engine.stop();
    },
    owned: (group) => ownerships.get(group)?.owned ?? [],
  };
}

interface Running {
  readonly options: KafkaEngineOptions;
  readonly ledger: RedisLedger;
  readonly engine: Runtime;
}

const ownershipOf = (group: string, { options, ledger, engine }: Running): Ownership =>
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

/** One membership a group, of all topics that it reads. */
function membershipsOf(
  options: KafkaEngineOptions,
  session_ms: number,
  ownerships: ReadonlyMap<string, Ownership>,
): readonly Membership[] {
  const { topology, partitions, policy, namespace } = options;
  const { topic_prefix = '' } = options.kafka;
  const kafka = kafkaOf(options.kafka);
  return topology.processors.map(({ wiring: { group, reads } }) => {
    const topics = new Set([...reads.map(({ name }) => name), policy.topic]);
    return new Membership({
      kafka,
      group: `${namespace}.${group}`,
      topics: [...topics].map((topic) => topic_prefix + topic),
      partitions,
      session_ms,
      onAssigned: (given) => ownerships.get(group)?.want(given),
      onFailure: (error) => options.onFailure?.(error, { group, partition: -1 }),
    });
  });
}

async function offsetOf(log: KafkaLog, record: NewRecord): Promise<number> {
  const [stored] = await log.appended([record]);
  if (stored === undefined) throw new EngineError('kafka.refused', 'a journal line got no offset', 'see the broker');
  return stored.offset;
}
