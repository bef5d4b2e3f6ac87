/** Where rows and vectors go: a server where one is named, else this process. */
import { join } from 'node:path';
import { ClickHouseAnalytics } from '../../ports/analytics/clickhouse/clickhouse.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/settings.ts';

/** The analytics. Rejects where they cannot be opened. */
export async function openAnalytics(config: Config): Promise<ClickHouseAnalytics> {
  if (config.clickhouse_url !== null)
    throw new ConfigError('clickhouse_url', 'a ClickHouse server cannot be used yet', 'leave it out');
  return ClickHouseAnalytics.open({ path: join(config.data_folder, 'analytics') });
}
