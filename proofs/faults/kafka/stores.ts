/**
 * Faults of the servers beside the engine: the registry, ClickHouse and Qdrant go away and come back while the whole
 * program plays simulated accounts on Kafka. The oracle holds rows and points against the records of the log.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CliProcess, runProcess } from '../../../app/cli/testing/process.ts';
import type { Operations } from '../../../app/operations/operations.ts';
import { remoteOperations } from '../../../app/operations/remote.ts';
import { lockOwner } from '../../../engine/embedded/lock.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { memoryIndexRequested } from '../../../schemas/index.ts';
import { startClickHouseServer, type ClickHouseServer } from '../../../testing/clickhouse-server/server.ts';
import { compare, downAt, isSettled, qdrant_key, storesOf } from '../../../testing/on-servers/run.ts';
import { qdrantServer, type QdrantServer } from '../../../testing/qdrant-server/server.ts';
import { startRegistry, type RegistryServer } from '../../../testing/services/registry.ts';
import { between, until } from './kind.ts';
import type { Servers } from './servers.ts';
import { Tally } from './tally.ts';

const start_within_ms = 120_000;
const settle_within_ms = 120_000;
const soon_ms = 60_000;

/** The program on all of its servers. */
export class Stores {
  readonly clickhouse: ClickHouseServer;
  readonly qdrant: QdrantServer;
  readonly registry: RegistryServer;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #seed: number;
  #program: CliProcess | undefined;
  #url = '';
  /** How instances ended, where not with 0. */
  readonly endings: string[] = [];

  private constructor(
    given: Pick<Stores, 'clickhouse' | 'qdrant' | 'registry'>,
    { folder, environment, seed }: { folder: string; environment: Readonly<Record<string, string>>; seed: number },
  ) {
    ({ clickhouse: this.clickhouse, qdrant: this.qdrant, registry: this.registry } = given);
    this.#folder = folder;
    this.#environment = environment;
    this.#seed = seed;
  }

  static async open({ folder: home, kafka, redis }: Servers, seed: number): Promise<Stores> {
    const namespace = `s${randomUUID().slice(0, 8)}`;
    const folder = join(home, namespace);
    mkdirSync(folder, { recursive: true });
    const [clickhouse, qdrant, registry] = await Promise.all([
      startClickHouseServer({ folder: join(folder, 'clickhouse') }),
      qdrantServer({ key: qdrant_key }),
      startRegistry(join(folder, 'registry')),
    ]);
    const environment = {
      ...storesOf(clickhouse, qdrant),
      FLYWHEEL_ENGINE: 'kafka',
      FLYWHEEL_KAFKA_BROKERS: kafka.brokers.join(','),
      FLYWHEEL_REDIS_URL: redis.url,
      FLYWHEEL_REGISTRY_URL: registry.url,
      FLYWHEEL_NAMESPACE: namespace,
      FLYWHEEL_KAFKA_TOPIC_PREFIX: `${namespace}.`,
      FLYWHEEL_KAFKA_SESSION_MS: '6000',
      FLYWHEEL_PARTITIONS: '2',
      FLYWHEEL_SOURCE: 'simulated',
      FLYWHEEL_PORT: '0',
      FLYWHEEL_DATA_FOLDER: join(folder, 'data'),
    };
    const stores = new Stores({ clickhouse, qdrant, registry }, { folder, environment, seed });
    const { code, stderr } = await runProcess(['provision', '--apply'], environment);
    if (code !== 0) throw new Error(`provision ended with ${String(code)}: ${stderr}`);
    await stores.start();
    return stores;
  }

  async start(): Promise<void> {
    this.#program = new CliProcess(['start', '--speed', 'max', '--seed', String(this.#seed)], this.#environment);
    this.#url = (await this.#program.until(/page +(http\S+)/, start_within_ms))[1] ?? '';
  }

  async stop(): Promise<void> {
    this.#program?.kill('SIGTERM');
    const ended = await this.#program?.ended;
    if (ended !== undefined && ended.code !== 0)
      this.endings.push(`${String(ended.code)}: ${ended.stderr.slice(-500)}`);
    this.#program = undefined;
  }

  get operations(): Operations {
    return remoteOperations({ url: this.#url, token: lockOwner(join(this.#folder, 'data'))?.token ?? '' });
  }

  /** Servers that it says are down. */
  async down(): Promise<readonly string[]> {
    return (await downAt(this.#url)).names;
  }

  /** Until events have come since now. */
  async goesOn(): Promise<void> {
    const events = async (): Promise<number> => (await this.operations.status()).summary.events;
    const before = await events();
    await until('events that come', soon_ms, async () => ((await events()) > before ? true : undefined));
  }

  /** A winner that memory is to keep, as its loop would say: those of simulated accounts come late. */
  async remember(): Promise<void> {
    const value = { ...exampleOf(memoryIndexRequested.name), ad_id: `ad-${randomUUID()}`, recallable: true };
    const { accepted } = await this.operations.publish({
      topic: memoryIndexRequested.name,
      ndjson: JSON.stringify(value),
      force: true,
    });
    if (accepted !== 1) throw new Error('a winner was not taken');
  }

  /** All at rest; what is in the log, on the servers and not. */
  async judge(): Promise<Tally> {
    await this.operations.set_speed({ speed: 0 });
    const settled = async (): Promise<true | undefined> =>
      isSettled(await this.operations.status()) ? true : undefined;
    const hangs = (): never => {
      throw new Error('it hangs: something is not handled or not delivered');
    };
    await until('rest', settle_within_ms, settled).catch(hangs);
    const compared = async (): ReturnType<typeof compare> =>
      compare(await this.operations.status(), this.clickhouse, this.qdrant);
    // Memory that waited long for Qdrant asks it again within a minute; what is still absent then is lost.
    await until('points', settle_within_ms, async () => ((await compared()).absent === 0 ? true : undefined)).catch(
      () => undefined,
    );
    const tally = talliedOf(await compared());
    await this.operations.set_speed({ speed: 'max' });
    return tally;
  }

  async close(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.ended;
    await Promise.all([this.clickhouse.program.kill(), this.qdrant.away(), this.registry.program.kill()]);
  }
}

/** What a comparison of log and servers says of each row and point. */
export function talliedOf({ logged, archived, winners, points, absent }: Awaited<ReturnType<typeof compare>>): Tally {
  const tally = new Tally();
  for (const [topic, records] of Object.entries(logged)) {
    const rows = archived[topic] ?? 0;
    tally.effects += rows;
    for (let n = rows; n < records; n++) tally.add('lost', `a row of ${topic}: ${rows} of ${records}`);
    for (let n = records; n < rows; n++) tally.add('duplicated', `a row of ${topic}: ${rows} of ${records}`);
  }
  tally.effects += points;
  for (let n = 0; n < absent; n++) tally.add('lost', 'a point of a winner');
  if (absent === 0 && points !== winners) tally.add('wrong', `${points} points of ${winners} winners`);
  return tally;
}

export interface StoreKind {
  readonly name: string;
  /** Does it once while events come, and resolves when the server is back. Rejects with `Missed` where it did not hit. */
  readonly round: (stores: Stores, random: () => number) => Promise<void>;
}

const told = async (stores: Stores, name: string): Promise<void> => {
  await until(`${name} told as down`, soon_ms, async () => ((await stores.down()).includes(name) ? true : undefined));
};

const clickHouseAway: StoreKind = {
  name: 'ClickHouse away',
  async round(stores, random) {
    // Killed when it has taken rows and before it says so.
    await stores.clickhouse.meet({ kind: 'die', when: random() < 0.5 ? 'after' : 'before' });
    await until('its end', soon_ms, () => (stores.clickhouse.program.ended ? true : undefined));
    await told(stores, 'ClickHouse');
    await stores.goesOn();
    await pause(between(0, 2_000, random));
    await stores.clickhouse.program.start();
    await stores.clickhouse.meet({ kind: 'answer_lost' }, { times: between(1, 2, random) });
    await stores.goesOn();
  },
};

const qdrantAway: StoreKind = {
  name: 'Qdrant away',
  async round(stores, random) {
    stores.qdrant.meet({ kind: 'answer_lost' }, { times: 1, writes: true });
    await stores.remember();
    await pause(between(0, 500, random));
    await stores.qdrant.away();
    await stores.remember();
    await told(stores, 'Qdrant');
    await stores.goesOn();
    await pause(between(0, 2_000, random));
    await stores.qdrant.back();
    await stores.goesOn();
  },
};

const registryAway: StoreKind = {
  name: 'registry away',
  async round(stores, random) {
    stores.registry.program.pause();
    try {
      await told(stores, 'registry');
      await stores.goesOn();
      // Ids of schemas are kept on disk: the next start needs no registry either.
      await stores.stop();
      await stores.start();
      await stores.goesOn();
      await pause(between(0, 1_000, random));
    } finally {
      stores.registry.program.resume();
    }
    await stores.goesOn();
  },
};

export const storeKinds: readonly StoreKind[] = [clickHouseAway, qdrantAway, registryAway];
