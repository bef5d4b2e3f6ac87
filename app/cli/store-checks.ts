/** The checks of `flywheel doctor` on the servers that rows and vectors go to, whatever the loops run on. */
import { examineClickHouse, type ClickHouseReport } from '../../ports/analytics/clickhouse/examine.ts';
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import { examineQdrant, type QdrantReport } from '../../ports/vectors/qdrant/examine.ts';
import { provisionPlan } from '../../topology/provision.ts';
import type { Topology } from '../../topology/topology.ts';
import { ownMemory } from '../config/memory.ts';
import type { Config } from '../config/settings.ts';
import { analyticsServer, vectorServer } from '../open/stores.ts';
import { count } from '../operations/format/numbers.ts';
import type { Finding } from './doctor-checks.ts';
import { fine, found, mind, wrong } from './server-checks.ts';

const made_by = 'a start makes them; or provision --apply';

export function clickHouseFindings({ version, tables }: ClickHouseReport): readonly Finding[] {
  const name = 'tables';
  const server = fine('clickhouse', version);
  const misfits = tables.flatMap(({ table, misfit }) => (misfit === null ? [] : [`${table}.${misfit}`]));
  if (misfits.length > 0)
    return [server, wrong(name, misfits.slice(0, 3).join('; '), 'see: flywheel provision --plan')];
  const missing = tables.filter(({ exists }) => !exists).length;
  if (missing > 0) return [server, mind(name, `${count(missing)} are missing`, made_by)];
  const narrow = tables.filter((table) => table.missing.length > 0).length;
  if (narrow > 0) return [server, mind(name, `${count(narrow)} lack columns`, made_by)];
  return [server, fine(name, `${count(tables.length)}, as wanted`)];
}

export function qdrantFindings({ version, collection, exists, missing }: QdrantReport): readonly Finding[] {
  const server = fine('qdrant', version);
  const name = 'collection';
  if (!exists) return [server, mind(name, `${collection} is missing`, 'a start makes it; or provision --apply')];
  if (missing.length > 0)
    return [server, mind(name, `${collection} has no index of ${missing.join(', ')}`, 'a start makes it')];
  return [server, fine(name, collection)];
}

/** Each server that is named is asked by itself: one that is away hides no other. */
export async function checkStores(
  config: Config,
  topology: Topology,
  embeddings: () => Promise<EmbeddingProvider>,
): Promise<readonly Finding[]> {
  const asked = [
    found('clickhouse', async () => {
      const server = analyticsServer(config);
      if (server === null) return [];
      return clickHouseFindings(await examineClickHouse(server, provisionPlan(topology, config).tables));
    }),
    found('qdrant', async () => {
      if (ownMemory(config)) return [mind('qdrant', 'none: memory is of each instance alone', 'set qdrant_url')];
      const server = config.qdrant_url === null ? null : vectorServer(config, await embeddings());
      return server === null ? [] : qdrantFindings(await examineQdrant(server));
    }),
  ];
  return (await Promise.all(asked)).flat();
}
