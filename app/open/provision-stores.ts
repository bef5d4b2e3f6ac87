/** Tables of the analytics and the collection of vectors, as `provision` shows and makes them. */
import { examineClickHouse, type TableStanding } from '../../ports/analytics/clickhouse/examine.ts';
import { openClickHouseServer, type ClickHouseServerSettings } from '../../ports/analytics/clickhouse/server.ts';
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import { examineQdrant, makeCollection, type QdrantReport } from '../../ports/vectors/qdrant/examine.ts';
import type { Table } from '../../topology/topic.ts';
import type { Config } from '../config/settings.ts';
import type { ProvisionItem } from './provision.ts';
import { analyticsServer, vectorServer } from './stores.ts';

/** Without a server tables are made and widened by whoever starts, in its data folder. */
export async function tableItems(
  config: Config,
  tables: readonly Table[],
  apply: boolean,
): Promise<readonly ProvisionItem[]> {
  const server = analyticsServer(config);
  if (server === null)
    return tables.map(({ name }) => ({ kind: 'table', name, state: 'by start', said: 'in the data folder' }));
  const look = async (): Promise<readonly TableStanding[]> => (await examineClickHouse(server, tables)).tables;
  const before = await look();
  const items = (standings: readonly TableStanding[]): readonly ProvisionItem[] =>
    standings.map((standing) => tableItem(standing, config.clickhouse_database));
  if (!apply) return items(before);
  const fixed = new Set(before.filter(({ misfit }) => misfit !== null).map(({ table }) => table));
  await makeThem(
    server,
    tables.filter(({ name }) => !fixed.has(name)),
  );
  return items(await look());
}

async function makeThem(server: ClickHouseServerSettings, tables: readonly Table[]): Promise<void> {
  const analytics = openClickHouseServer(server);
  try {
    await analytics.provision(tables);
  } finally {
    await analytics.close();
  }
}

function tableItem({ table: name, exists, missing, misfit }: TableStanding, database: string): ProvisionItem {
  const kind = 'table';
  const said = `in ${database}`;
  if (misfit !== null) return { kind, name, state: 'fixed', said: misfit };
  if (!exists) return { kind, name, state: 'missing', said };
  if (missing.length === 0) return { kind, name, state: 'there', said };
  const few = missing.slice(0, 3).join(', ');
  return { kind, name, state: 'differs', said: `${few}${missing.length > 3 ? ', …' : ''} not there` };
}

/** The collection for vectors of the model that is configured now; none where vectors are in the process. */
export async function collectionItems(
  config: Config,
  provider: EmbeddingProvider,
  apply: boolean,
): Promise<readonly ProvisionItem[]> {
  const server = vectorServer(config, provider);
  if (server === null) return [];
  if (apply) await makeCollection(server);
  return [collectionItem(await examineQdrant(server), provider)];
}

function collectionItem(
  { collection: name, exists, missing }: QdrantReport,
  provider: EmbeddingProvider,
): ProvisionItem {
  const kind = 'collection';
  const said = `vectors of ${provider.model}, ${provider.dimensions} numbers each`;
  if (!exists) return { kind, name, state: 'missing', said };
  if (missing.length === 0) return { kind, name, state: 'there', said };
  return { kind, name, state: 'differs', said: `no index of ${missing.join(', ')}` };
}
