/** Where rows and vectors go: a server where one is named, else this process. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClickHouseAnalytics } from '../../ports/analytics/clickhouse/clickhouse.ts';
import { openClickHouseServer, type ClickHouseServerSettings } from '../../ports/analytics/clickhouse/server.ts';
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import type { VectorStore } from '../../ports/vectors/port.ts';
import type { QdrantSettings } from '../../ports/vectors/qdrant/settings.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { Table } from '../../topology/topic.ts';
import { clickHouseSettings, qdrantSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import type { Logger } from '../observe/logger.ts';

/** How long a start waits for a server's tables before it goes on without, milliseconds. */
const patience_ms = 5_000;

/** Who a ClickHouse takes whoever names nobody for. */
const nobody = { username: 'default', password: '' } as const;

/** The ClickHouse server; null where the analytics are in this process. @throws ConfigError */
export function analyticsServer(config: Config): ClickHouseServerSettings | null {
  const settings = clickHouseSettings(config);
  return settings === null ? null : { ...nobody, ...settings };
}

/** The analytics. Rejects where they cannot be opened; a server is not asked yet. */
export async function openAnalytics(config: Config): Promise<ClickHouseAnalytics> {
  const server = analyticsServer(config);
  if (server !== null) return openClickHouseServer(server);
  return ClickHouseAnalytics.open({ path: join(config.data_folder, 'analytics') });
}

/**
 * Makes the tables, and says whether they are there: a server that is away or slow does not hold up the start, for they
 * are made before the first rows. Rejects where they cannot be as they must.
 */
export async function makeTables(
  analytics: Pick<ClickHouseAnalytics, 'provision'>,
  tables: readonly Table[],
  { config, logger, within_ms = patience_ms }: MakeTablesOptions,
): Promise<boolean> {
  const making = analytics.provision(tables);
  if (config.clickhouse_url === null) return making.then(() => true);
  const patience = new AbortController();
  let late = false;
  const made = making.then(
    () => true,
    (error: unknown) => {
      if (!late && !(error instanceof FlywheelError && error.code === 'sink.unavailable')) throw error;
      logger.warn({ error: String(error) }, 'tables are made when the analytics answer');
      return false;
    },
  );
  const waited = sleep(within_ms, false, { signal: patience.signal }).catch(() => false);
  try {
    return await Promise.race([made, waited]);
  } finally {
    late = true;
    patience.abort();
  }
}

export interface MakeTablesOptions {
  readonly config: Pick<Config, 'clickhouse_url'>;
  readonly logger: Logger;
  readonly within_ms?: number;
}

/** The Qdrant, with a collection for the vectors of one provider; null where they are in this process. @throws ConfigError */
export function vectorServer(
  config: Config,
  { model, dimensions }: Pick<EmbeddingProvider, 'model' | 'dimensions'>,
): QdrantSettings | null {
  const settings = qdrantSettings(config);
  return settings === null ? null : { key: null, ...settings, model, dimensions };
}

/** The store of vectors; a server is not asked yet. @throws ConfigError where its key cannot be read. */
export async function openVectors(config: Config, provider: EmbeddingProvider): Promise<VectorStore> {
  const server = vectorServer(config, provider);
  if (server === null) return new InProcessVectors(provider.dimensions);
  return (await import('../../ports/vectors/qdrant/qdrant.ts')).qdrantVectors(server);
}
