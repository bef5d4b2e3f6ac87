/**
 * The whole program on Kafka, Redis, a registry, a ClickHouse and a Qdrant. What came of its simulated events is then
 * compared, one by one, with what the embedded engine makes of them in the order of that run's journals.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockOwner } from '../../engine/embedded/lock.ts';
import { openKafka } from '../../engine/kafka/kafka.ts';
import type { EngineOptions } from '../../engine/options.ts';
import { openClickHouseServer } from '../../ports/analytics/clickhouse/server.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import { qdrantVectors } from '../../ports/vectors/qdrant/qdrant.ts';
import { topology, topologyOf, type Outside } from '../../processors/index.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { memoryIndexRequested } from '../../schemas/index.ts';
import { startClickHouseServer, type ClickHouseServer } from '../../testing/clickhouse-server/server.ts';
import { differencesOf, decisionsOf, pointsOf } from '../../testing/equal/compare.ts';
import { logOf } from '../../testing/equal/copied-log.ts';
import { groupsRedone, redone, type Redone } from '../../testing/equal/redone.ts';
import { statesOf } from '../../testing/equal/states.ts';
import { collection, compare, database, isSettled, qdrant_key, storesOf } from '../../testing/on-servers/run.ts';
import { qdrantServer, type QdrantServer } from '../../testing/qdrant-server/server.ts';
import { Services } from '../../testing/services/services.ts';
import { tablesOf } from '../../topology/fold.ts';
import { CliProcess, runProcess } from '../cli/testing/process.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/settings.ts';
import { engineOptions } from '../engine-options.ts';
import { remoteOperations } from '../operations/remote.ts';
import { version } from '../version.ts';
import { noiseKeyOf } from './engine.ts';
import { registryIds } from './registry.ts';

const services = new Services();
const home = mkdtempSync(join(tmpdir(), 'flywheel-five-'));
const folder = join(home, 'data');
let clickhouse: ClickHouseServer;
let qdrant: QdrantServer;
let environment: Readonly<Record<string, string>>;
let config: Config;

beforeAll(async () => {
  const namespace = `t${randomUUID().slice(0, 8)}`;
  const [brokers, redis, registry, ...stores] = await Promise.all([
    services.kafka(),
    services.redis(),
    services.registry(),
    startClickHouseServer({ folder: join(home, 'clickhouse') }),
    qdrantServer({ key: qdrant_key }),
  ]);
  [clickhouse, qdrant] = stores;
  environment = {
    ...storesOf(clickhouse, qdrant),
    FLYWHEEL_ENGINE: 'kafka',
    FLYWHEEL_KAFKA_BROKERS: brokers.join(','),
    FLYWHEEL_REDIS_URL: redis,
    FLYWHEEL_REGISTRY_URL: registry,
    FLYWHEEL_NAMESPACE: namespace,
    FLYWHEEL_KAFKA_TOPIC_PREFIX: `${namespace}.`,
    FLYWHEEL_KAFKA_SESSION_MS: '6000',
    FLYWHEEL_PARTITIONS: '2',
    FLYWHEEL_SOURCE: 'simulated',
    FLYWHEEL_PORT: '0',
    FLYWHEEL_DATA_FOLDER: folder,
  };
  ({ config } = loadConfig({ flags: {}, environment, file: null, topics: topology.topics.map(({ name }) => name) }));
}, 180_000);
afterAll(async () => {
  await Promise.all([services.stop(), clickhouse.program.kill(), qdrant.away()]);
  rmSync(home, { recursive: true, force: true });
});

const soon = { timeout: 180_000, interval: 200 };
const fewest_events = 1_000;

/** Plays simulated accounts until there are enough events, and ends when all of them are handled. */
async function played(): Promise<void> {
  expect((await runProcess(['provision', '--apply'], environment)).code).toBe(0);
  const program = new CliProcess(['start', '--speed', 'max', '--seed', '7'], environment);
  try {
    const url = (await program.until(/page +(http\S+)/, 120_000))[1] ?? '';
    const operations = remoteOperations({ url, token: lockOwner(folder)?.token ?? '' });
    await expect.poll(async () => (await operations.status()).summary.events, soon).toBeGreaterThan(fewest_events);
    await operations.set_speed({ speed: 0 });
    // Winners that memory is to keep, as their loop would say: those of simulated accounts come late.
    const wishes = ['one', 'two'].map((ad_id) => JSON.stringify({ ...exampleOf(memoryIndexRequested.name), ad_id }));
    await operations.publish({ topic: memoryIndexRequested.name, ndjson: wishes.join('\n'), force: true });
    await expect.poll(async () => isSettled(await operations.status()), soon).toBe(true);
    const { logged, archived, winners, points, absent } = await compare(await operations.status(), clickhouse, qdrant);
    expect(archived).toEqual(logged);
    expect({ points, absent }).toEqual({ points: winners, absent: 0 });
    expect(points).toBeGreaterThanOrEqual(2);
  } finally {
    program.kill('SIGTERM');
  }
  const { code, stderr } = await program.ended;
  expect({ code, said: /error .*|left open.*/.exec(stderr)?.[0] ?? null }).toEqual({ code: 0, said: null });
}

const nobody = (): Promise<never> => Promise.reject(new Error('nobody is asked'));

/** Options as the program has them, with memory in this process and nobody else to ask. */
async function optionsFor(memory: Outside['memory']): Promise<Omit<EngineOptions, 'clock' | 'rows'>> {
  const training = { trainer: { train: nobody }, data: { examples: nobody, history: nobody, model: nobody } };
  const budgets = { platform: () => null, stopped: nobody };
  const outside = { notify: { channels: () => ({}) }, memory, budgets, actuals: { platform: () => null }, training };
  const whole = topologyOf(outside, await noiseKeyOf(config));
  return engineOptions(config, whole, version, await registryIds(config, topology));
}

/** Rows of each table that only one of the two has. */
async function rowsApart({ rows }: Redone): Promise<Readonly<Record<string, unknown>>> {
  const { url, username, password } = clickhouse;
  const embedded = openClickHouseServer({ url, username, password, database: 'embedded' });
  try {
    const tables = tablesOf(topology);
    await embedded.provision(tables);
    await embedded.send(rows);
    const apart: Record<string, unknown> = {};
    for (const { name } of tables) {
      const [ours, theirs] = [`\`${database}\`.\`${name}\``, `embedded.\`${name}\``];
      const only = (a: string, b: string): string =>
        `(SELECT count() FROM (SELECT * FROM ${a} EXCEPT SELECT * FROM ${b}))`;
      const answer = await embedded.query(
        `SELECT toInt32(count()), toInt32(${only(ours, theirs)}), toInt32(${only(theirs, ours)}) FROM ${ours}`,
      );
      const [total, missing, more] = answer.rows[0] ?? [];
      if (total !== 0 || missing !== 0 || more !== 0) apart[name] = [missing, more];
    }
    return apart;
  } finally {
    await embedded.close();
  }
}

describe('the program on Kafka, Redis, a registry, a ClickHouse and a Qdrant', { timeout: 400_000 }, () => {
  it('decides, writes and keeps what the embedded engine does with the same simulated events', async () => {
    await played();

    const vectors = new InProcessVectors(hashedEmbeddings.dimensions);
    const memory = { embeddings: hashedEmbeddings, vectors, lacking: () => null, later: () => undefined };
    const options = await optionsFor(memory);
    const { namespace } = config;
    const { engine, stop } = await openKafka({
      ...options,
      kafka: { brokers: config.kafka_brokers ?? [], client_id: 'test', topic_prefix: config.kafka_topic_prefix },
      redis_url: environment['FLYWHEEL_REDIS_URL'] ?? '',
      namespace,
      sharing: { session_ms: 6_000 },
      groups: [],
      stamps: 'clock',
      clock: { now_ms: () => Date.now() },
    });
    const log = await logOf(engine);
    const states = await statesOf(engine);
    await stop();

    const again = await redone(log, options, { rows: [], vectors });
    const groups = groupsRedone(options.topology);
    const decisions = decisionsOf([...log.values()].flat(), groups);
    expect(decisions.size).toBeGreaterThan(100);
    expect(differencesOf('decisions', decisions, decisionsOf(again.emitted, groups))).toEqual([]);
    expect(states.size).toBeGreaterThan(100);
    expect(differencesOf('states', states, again.states)).toEqual([]);
    const apart = await rowsApart(again);
    expect(Object.keys(apart).length).toBeGreaterThan(10);
    expect(apart).toEqual(Object.fromEntries(Object.keys(apart).map((name) => [name, [0, 0]])));

    const accounts = [...new Set([...log.values()].flat().map(({ key }) => key))];
    const { model, dimensions } = hashedEmbeddings;
    const kept = qdrantVectors({ url: qdrant.url, key: qdrant_key, collection, model, dimensions });
    expect(differencesOf('points', await pointsOf(kept, accounts), await pointsOf(vectors, accounts))).toEqual([]);
  });
});
