import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tables } from '../../analytics/analytics.contract.ts';
import { ClickHouseAnalytics } from '../../analytics/clickhouse/clickhouse.ts';
import { trainingDataContract } from '../training-data.contract.ts';
import { sqlTrainingData } from './sql.ts';

trainingDataContract(async (rows) => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-training-'));
  const store = await ClickHouseAnalytics.open({ path: join(folder, 'analytics') });
  await store.provision(tables);
  await store.send(rows);
  return {
    data: sqlTrainingData(store),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
