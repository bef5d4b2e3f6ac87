/**
 * How fast events become rows in ClickHouse: the archivist behind the embedded engine, the store alone, and the store over
 * HTTP, where chDB in a process of its own stands for the server: what that costs is the wire, not the server.
 */
import { join } from 'node:path';
import { ClickHouseAnalytics } from '../../ports/analytics/clickhouse/clickhouse.ts';
import { openClickHouseServer } from '../../ports/analytics/clickhouse/server.ts';
import { archivistOf } from '../../processors/archivist/archivist.ts';
import { tableName, tableOf } from '../../processors/archivist/tables.ts';
import { adMetrics, topics } from '../../schemas/index.ts';
import { startClickHouseServer } from '../../testing/clickhouse-server/server.ts';
import type { Row } from '../../topology/coordinates.ts';
import type { Measure } from '../measures.ts';
import { fill, inFolder, take } from './engine.ts';
import { spread } from './statistics.ts';
import { targets } from './targets.ts';
import type { ThroughputSize } from './throughput.ts';
import { adsOf, metricsEvent, wide } from './workload.ts';

const partitions = 4;
/** Rows that a task of the engine hands over at once. */
const rows_at_once = 4_096;
/** How many of these are under way: one a partition, as in the engine. */
const underway = partitions;

const row = (i: number): Row => ({
  table: tableName(adMetrics.name),
  value: metricsEvent(i),
  name: {
    group: 'archivist',
    run: 1,
    topic: adMetrics.name,
    partition: i % partitions,
    offset: Math.floor(i / partitions),
    ordinal: 0,
  },
  at_ms: metricsEvent(i).as_of_ms,
});

async function open(folder: string): Promise<ClickHouseAnalytics> {
  const store = await ClickHouseAnalytics.open({ path: join(folder, 'analytics') });
  await store.provision(topics.map(tableOf));
  return store;
}

/** Throws where not every row can be queried: a bench of lost rows would be worth nothing. */
async function verify(store: ClickHouseAnalytics, rows: number): Promise<void> {
  const { rows: found } = await store.query(
    `SELECT count(), uniqExact(account_id, ad_id) FROM ${tableName(adMetrics.name)}`,
  );
  const ads = Math.min(rows, adsOf(wide));
  if (Number(found[0]?.[0]) !== rows || Number(found[0]?.[1]) !== ads)
    throw new Error(`sent ${rows} rows of ${ads} ads, a query sees ${JSON.stringify(found[0])}`);
}

/** Rows a second into the store in this process. */
const storeAlone = (events: number): Promise<number> => inFolder(async (folder) => sendAll(await open(folder), events));

/** Rows a second over HTTP into chDB in a process of its own. */
const overHttp = (events: number): Promise<number> =>
  inFolder(async (folder) => {
    const server = await startClickHouseServer({ folder: join(folder, 'server') });
    try {
      const store = openClickHouseServer({ ...server, database: 'bench' });
      await store.provision([tableOf(adMetrics)]);
      return await sendAll(store, events);
    } finally {
      await server.program.stop();
    }
  });

/** Rows a second into a store, made beforehand. */
async function sendAll(store: ClickHouseAnalytics, events: number): Promise<number> {
  const rows = Array.from({ length: events }, (_, i) => row(i));
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: underway }, async () => {
      while (next < events) {
        const from = next;
        next += rows_at_once;
        await store.send(rows.slice(from, from + rows_at_once));
      }
    }),
  );
  const elapsed_ms = performance.now() - start;
  await verify(store, events);
  await store.close();
  return (events / elapsed_ms) * 1_000;
}

/** Events a second from the log through the archivist to rows that a query sees. */
async function wholePath(events: number): Promise<number> {
  return inFolder(async (folder) => {
    await fill(folder, events);
    const store = await open(folder);
    const { events_per_s } = await take({ folder, processors: [archivistOf(topics)], rows: store }, events);
    await verify(store, events);
    await store.close();
    return events_per_s;
  });
}

/** All in turns, as the machine's speed drifts. */
export async function benchArchivist({ events, rounds, onProgress }: ThroughputSize): Promise<readonly Measure[]> {
  const rates = { archivist: [] as number[], alone: [] as number[], http: [] as number[] };
  for (let round = 1; round <= rounds; round++) {
    onProgress(`archivist, round ${round} of ${rounds}`);
    rates.archivist.push(await wholePath(events));
    rates.alone.push(await storeAlone(events));
    rates.http.push(await overHttp(events));
  }
  const measure = (system: string, found: readonly number[]): Measure => ({
    name: 'throughput',
    labels: { system },
    unit: 'rows/s',
    ...spread(found),
  });
  return [
    { ...measure('archivist', rates.archivist), target: targets.archivist },
    measure('archivist-store-alone', rates.alone),
    measure('archivist-store-over-http', rates.http),
  ];
}
