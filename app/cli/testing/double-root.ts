/** A composition root for tests: the embedded engine in a folder, the double's topology, the real server. */
import { join } from 'node:path';
import { openEmbedded } from '../../../engine/embedded/embedded.ts';
import { openHistory } from '../../../engine/embedded/history.ts';
import { ClickHouseAnalytics } from '../../../ports/analytics/clickhouse/clickhouse.ts';
import { hashedEmbeddings } from '../../../ports/embeddings/hashed/hashed.ts';
import { embeddedRunning } from '../../open/embedded.ts';
import { assemble, type Parts } from '../../assemble.ts';
import type { Root } from '../../flywheel.ts';
import { serve } from '../../gateway/gateway.ts';
import { openLogger } from '../../observe/logger.ts';
import { doubleOptions, doubleTopology, noExperiments, noMemory, stillSource } from '../../operations/doubles.ts';
import { sqlReader } from '../../operations/tables/sql-reader.ts';
import type { Topology } from '../../../topology/topology.ts';

const now_ms = (): number => Date.now();

/** The same with another topology. */
export const doubleRootOf = (topology: Topology): Root => ({
  version: '0.0.0',
  topics: topology.topics,
  topology: () => Promise.resolve(topology),
  embeddings: () => Promise.resolve(hashedEmbeddings),
  provision: () => Promise.resolve([]),
  history: async (config) =>
    openHistory({
      ...doubleOptions,
      topology,
      partitions: config.partitions,
      folder: config.data_folder,
      clock: { now_ms },
    }),
  async open(config) {
    const embedded = openEmbedded({
      ...doubleOptions,
      topology,
      partitions: config.partitions,
      folder: config.data_folder,
      clock: { now_ms },
    });
    const analytics = await ClickHouseAnalytics.open({ path: join(config.data_folder, 'analytics') });
    const parts: Parts = {
      config,
      version: '0.0.0',
      running: embeddedRunning(embedded),
      analytics: { reader: sqlReader(analytics.client, now_ms), close: () => analytics.close() },
      source: { ...stillSource, play: () => Promise.resolve(), stop: () => Promise.resolve() },
      experiments: noExperiments,
      memory: noMemory,
      logger: openLogger({ data_folder: config.data_folder, level: 'info' }),
      serve,
      now_ms,
    };
    return assemble(parts);
  },
});

export const doubleRoot: Root = doubleRootOf(doubleTopology);
