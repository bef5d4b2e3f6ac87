/** What dry runs planned, read from the analytics as the archivist writes it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseAnalytics } from '../../../ports/analytics/clickhouse/clickhouse.ts';
import { tableOf } from '../../../processors/archivist/tables.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { budgetChangeProgressed } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import type { SqlReader } from '../context.ts';
import { sqlReader } from '../tables/sql-reader.ts';
import { plannedChanges } from './planned.ts';

const at_ms = Date.UTC(2026, 10, 27);
const leg = { level: 'adset', owner_id: 'set', to_status: null, state: 'planned' } as const;

let folder: string;
let analytics: ClickHouseAnalytics;
let reader: SqlReader;
let offset = 0;

const sent = async (account_id: string, over: Readonly<Record<string, unknown>>): Promise<void> => {
  const name = { group: 'budget-executor', run: 1, topic: 'tick.hourly', partition: 0, offset: offset++, ordinal: 0 };
  const value = { ...exampleOf(budgetChangeProgressed.name), account_id, state: 'would_apply', ...over };
  const row = { table: 'budget_change_progressed', value, name, at_ms: 0 };
  // A row that was sent and whose answer was lost is sent again.
  await analytics.send([row]);
  await analytics.send([row]);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flywheel-planned-'));
  analytics = await ClickHouseAnalytics.open({ path: folder });
  await analytics.provision([tableOf(budgetChangeProgressed)]);
  reader = sqlReader(analytics.client, () => Date.now());
  const raised = (id: string, from_minor: number): object => ({ ...leg, id, from_minor, to_minor: from_minor + 200 });
  for (let hour = 0; hour < 3; hour++)
    await sent('act_1', { legs: [raised('set_a', 1_000 + hour)], at_ms: at_ms + hour * hour_ms });
  await sent('act_1', { legs: [raised('set_b', 5_000)], at_ms: at_ms + 9 * hour_ms, experiment_id: null });
  await sent('act_1', { legs: [raised('set_c', 5_000)], at_ms, state: 'applied' });
  await sent("act_2'", { legs: [raised('set_d', 5_000)], at_ms: at_ms + 20 * hour_ms, currency: null });
});

afterAll(async () => {
  await analytics.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('changes that a dry run planned', () => {
  it('are told once for each set of budgets, with the newest amounts and how often they were planned', async () => {
    const planned = await plannedChanges({ analytics: reader }, { account_id: 'act_1' });
    expect(planned).toEqual([
      {
        ...{ account_id: 'act_1', kind: 'scale', experiment_id: null, campaign_id: 'cmp_spring', currency: 'USD' },
        ...{ legs: [{ ...leg, id: 'set_b', from_minor: 5_000, to_minor: 5_200 }], times: 1 },
        ...{ first_ms: at_ms + 9 * hour_ms, last_ms: at_ms + 9 * hour_ms },
      },
      {
        ...{ account_id: 'act_1', kind: 'scale', experiment_id: 'exp_headline', campaign_id: 'cmp_spring' },
        ...{ legs: [{ ...leg, id: 'set_a', from_minor: 1_002, to_minor: 1_202 }], currency: 'USD', times: 3 },
        ...{ first_ms: at_ms, last_ms: at_ms + 2 * hour_ms },
      },
    ]);
  });

  it('of all accounts are as many of each as are asked for, those planned last first', async () => {
    const planned = await plannedChanges({ analytics: reader }, { limit: 1 });
    expect(planned.map(({ account_id, legs, currency }) => [account_id, legs[0]?.id, currency])).toEqual([
      ["act_2'", 'set_d', null],
      ['act_1', 'set_b', 'USD'],
    ]);
  });

  it('are none of an account that nobody knows', async () => {
    expect(await plannedChanges({ analytics: reader }, { account_id: "x' OR 1" })).toEqual([]);
  });
});
