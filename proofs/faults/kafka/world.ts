/** A Flywheel under test: instances that are started again when they die, a load that goes on, and the oracle. */
import { mkdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SourceEvent } from '../../../engine/engine.ts';
import { openKafka, type KafkaEngine } from '../../../engine/kafka/kafka.ts';
import type { NewRecord } from '../../../engine/ports.ts';
import { encodeSourceEvents } from '../../../engine/publish.ts';
import { rebuild, type Rebuilt } from '../../../engine/state/rebuild.ts';
import { removed } from '../../../testing/services/surgery.ts';
import type { TransactionalProducer, TransactionEnd } from '../../../testing/services/transactional.ts';
import { Events } from './events.ts';
import { Instance, type Ending } from './instance.ts';
import { judge } from './judge.ts';
import { faultOptions, first_code, partitions } from './options.ts';
import type { Servers } from './servers.ts';
import type { Tally } from './tally.ts';
import { topologyOf, type Code } from './topology.ts';
import { View } from './view.ts';
import type { Bug, Stamps, WorkerTask } from './protocol.ts';

export const session_ms = 2_500;
/** A world that is not at rest by then hangs. */
const rest_within_ms = 90_000;
const ready_within_ms = 60_000;
/** Where one world has the machine for itself. */
export const between_events_ms = 25;
const restart_after_ms = 100;

const clock = { now_ms: (): number => Date.now() };

const stampsOf = (seed: number): Stamps => (seed % 2 === 0 ? 'coarse' : 'broker');

const idsOf = (events: readonly SourceEvent[]): readonly string[] =>
  events.map(({ value }) => String(Reflect.get(value, 'id')));

export interface WorldOptions {
  readonly seed: number;
  readonly bug?: Bug;
  /** Between two appends of the load, milliseconds. */
  readonly between_ms?: number;
}

/** An engine in this process, straight on the servers, that works on no group. */
const looking = (
  { kafka, redis }: Servers,
  { namespace, stamps, code }: { readonly namespace: string; readonly stamps: Stamps; readonly code: Code },
): Promise<KafkaEngine> =>
  openKafka({
    ...faultOptions,
    topology: topologyOf(code),
    code,
    kafka: { brokers: kafka.brokers, client_id: 'operator', topic_prefix: `${namespace}.` },
    redis_url: redis.url,
    namespace,
    sharing: { session_ms },
    groups: [],
    stamps: stamps === 'broker' ? 'broker' : 'clock',
    clock,
  });

export class World {
  readonly servers: Servers;
  readonly namespace: string;
  readonly folder: string;
  readonly events: Events;
  readonly view: View;
  /** Ids of events whose append was confirmed. */
  readonly published = new Set<string>();
  /** Ids of events that were given up before they counted. */
  readonly given_up = new Set<string>();
  /** How instances ended that nobody had told to. */
  readonly endings: Ending[] = [];
  #instances: Instance[] = [];
  /** What is started again when it dies, by name. */
  readonly #kept = new Map<string, WorkerTask>();
  /** What was found before the end of the round. */
  readonly #looks: Tally[] = [];
  readonly #bug: Bug;
  readonly #between_ms: number;
  readonly #stamps: Stamps;
  readonly #partitionOf: (key: string) => number;
  #started = 0;
  #loading: Promise<void> | undefined;
  #load = false;
  #closed = false;

  private constructor(
    servers: Servers,
    { seed, bug = 'none', between_ms = between_events_ms }: WorldOptions,
    given: { view: View; namespace: string },
  ) {
    this.servers = servers;
    this.namespace = given.namespace;
    this.view = given.view;
    this.folder = join(servers.folder, given.namespace);
    mkdirSync(this.folder, { recursive: true });
    this.events = new Events(seed);
    this.#bug = bug;
    this.#between_ms = between_ms;
    this.#stamps = stampsOf(seed);
    this.#partitionOf = given.view.engine().partitionOf;
  }

  static async open(servers: Servers, options: WorldOptions): Promise<World> {
    const stamps = stampsOf(options.seed);
    const namespace = `w${randomUUID().slice(0, 8)}`;
    // It makes the topics; its engine is not started.
    const { stop } = await looking(servers, { namespace, stamps, code: first_code });
    await stop();
    return new World(servers, options, { namespace, view: await View.open(servers, namespace, stamps) });
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  /** Starts an instance that is started again when it dies. */
  async add(given: Partial<WorkerTask> = {}): Promise<Instance> {
    const instance = this.start(given);
    this.#keep(instance);
    if (!(await instance.says(({ event }) => event === 'ready', ready_within_ms)))
      throw new Error(`an instance did not start: ${instance.ending?.failure ?? 'it says nothing'}`);
    return instance;
  }

  /** Starts an instance that nobody looks after. */
  start(given: Partial<WorkerTask> = {}): Instance {
    const { kafkaProxy, redisProxy } = this.servers;
    return new Instance(this.servers.worker, {
      name: `instance-${this.#started++}`,
      brokers: [`127.0.0.1:${kafkaProxy.port}`],
      redis_url: `redis://127.0.0.1:${redisProxy.port}`,
      namespace: this.namespace,
      folder: this.folder,
      code: first_code,
      bug: this.#bug,
      stamps: this.#stamps,
      session_ms,
      ...given,
    });
  }

  #keep(instance: Instance): void {
    this.#instances.push(instance);
    this.#kept.set(instance.task.name, instance.task);
    void instance.ended.then((ending) => {
      if (!this.#instances.includes(instance)) return;
      this.#instances = this.#instances.filter((one) => one !== instance);
      this.endings.push(ending);
      // As whoever looks after processes does.
      setTimeout(() => {
        if (!this.#closed && this.#kept.has(instance.task.name)) this.#keep(this.start(instance.task));
      }, restart_after_ms);
    });
  }

  /** Takes an instance out of the world in an orderly way. */
  async retire(instance: Instance): Promise<Ending> {
    this.#instances = this.#instances.filter((one) => one !== instance);
    this.#kept.delete(instance.task.name);
    instance.tell({ do: 'stop' });
    const forced = setTimeout(() => instance.signal('SIGKILL'), rest_within_ms);
    const ending = await instance.ended;
    clearTimeout(forced);
    return ending;
  }

  /** Takes all instances of a version out of the world, one after another, also those that would be started again. */
  async retireAll(code: Code, pause_ms: () => number = () => 0): Promise<readonly Ending[]> {
    const endings: Ending[] = [];
    for (const task of [...this.#kept.values()].filter((one) => one.code === code)) {
      // One that has just died comes back no more.
      this.#kept.delete(task.name);
      const instance = this.#instances.find((one) => one.task.name === task.name);
      if (instance !== undefined) endings.push(await this.retire(instance));
      await pause(pause_ms());
    }
    return endings;
  }

  /**
   * Makes a group's state again with a version of the code, and puts it in place of what is stored: what
   * `flywheel rebuild GROUP --replace` does. Rejects where instances work on the group.
   */
  async madeAgain(group: string, code: Code): Promise<Rebuilt> {
    const { namespace } = this;
    const { engine, hold, stop } = await looking(this.servers, { namespace, stamps: this.#stamps, code });
    try {
      return await hold(group, () => rebuild(engine, group, { replace: true }));
    } finally {
      await stop();
    }
  }

  async publish(events: readonly SourceEvent[]): Promise<void> {
    await this.append(this.encoded(events));
    for (const id of idsOf(events)) this.published.add(id);
  }

  encoded(events: readonly SourceEvent[]): readonly NewRecord[] {
    return encodeSourceEvents(events, { ...faultOptions, clock }, this.#partitionOf);
  }

  /** Writes events in a transaction of another producer, which decides after a while. */
  async transact(producer: TransactionalProducer, events: readonly SourceEvent[], end: TransactionEnd): Promise<void> {
    const records = this.encoded(events).map((record) => ({ ...record, topic: `${this.namespace}.${record.topic}` }));
    await producer.write(records, end);
    for (const id of idsOf(events)) (end.commits ? this.published : this.given_up).add(id);
  }

  /** Appends until it is confirmed, as a producer does: what was not confirmed may be there twice. */
  async append(records: readonly NewRecord[]): Promise<void> {
    for (;;)
      try {
        await this.view.log.append(records);
        return;
      } catch (error) {
        if (this.#closed) throw error;
        await pause(between_events_ms);
      }
  }

  /** Partition of an account. */
  partitionOf(account_id: string): number {
    return this.#partitionOf(account_id);
  }

  /** Events come from now on, until `quiet`. */
  busy(): void {
    this.#load = true;
    this.#loading ??= this.#publishing();
  }

  async #publishing(): Promise<void> {
    while (this.#load) {
      await this.publish(this.events.some());
      await pause(this.#between_ms);
    }
  }

  async quiet(): Promise<void> {
    this.#load = false;
    await this.#loading;
    this.#loading = undefined;
  }

  /** Until everything that came was handled and sent. Throws what still hangs when it takes too long. */
  async rest(): Promise<void> {
    await this.quiet();
    const until_ms = performance.now() + rest_within_ms;
    for (let calm = 0; calm < 2;) {
      const unrest = await this.view.unrest().catch((error: unknown) => String(error));
      calm = unrest === undefined ? calm + 1 : 0;
      if (performance.now() > until_ms) throw new Error(`it hangs: ${unrest ?? ''}; ${this.#lastWords()}`);
      await pause(unrest === undefined ? 20 : 100);
    }
  }

  #lastWords(): string {
    return [
      ...this.endings.slice(-3).map(({ code, signal, failure }) => `ended ${code ?? signal ?? ''} ${failure ?? ''}`),
      ...this.#instances.map(({ task, said }) => `${task.name}: ${JSON.stringify(said.slice(-2))}`),
    ].join('; ');
  }

  /** Comes to rest within a round, and keeps what the oracle says for the end of it. */
  async look(): Promise<Tally> {
    await this.rest();
    const tally = await this.judge();
    this.#looks.push(tally);
    return tally;
  }

  async judge(): Promise<Tally> {
    const { view, folder, published, given_up } = this;
    const tally = await judge({ view, folder, published, given_up, rebuilt: this.#bug !== 'no journal' });
    for (const look of this.#looks.splice(0)) tally.include(look, 'before the end');
    return tally;
  }

  async close(): Promise<void> {
    await this.quiet().catch(() => undefined);
    this.#closed = true;
    const instances = this.#instances;
    this.#instances = [];
    for (const instance of instances) instance.signal('SIGKILL');
    await Promise.all(instances.map(({ ended }) => ended));
    // Every start of the broker looks through what is there.
    await removed(this.servers.kafka.brokers, `${this.namespace}.`).catch(() => undefined);
    await this.view.close();
  }
}

export { partitions };
