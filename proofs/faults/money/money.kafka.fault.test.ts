import { expect, it } from 'vitest';
import { exampleOf } from '../../../schemas/examples.ts';
import type { BudgetChangeProgressed } from '../../../schemas/index.ts';
import { kafkaRound, overlapping } from './on-kafka.ts';

it(
  'of two instances on Kafka, one killed while it writes, never two change a budget at once, and none is changed wrongly',
  {
    timeout: 180_000,
  },
  async () => {
    const servers = {
      brokers: (process.env['TEST_KAFKA'] ?? '').split(','),
      redis_url: process.env['TEST_REDIS'] ?? '',
    };
    const { unsafe, unintended, overlaps, kills, writes } = await kafkaRound(servers, 3);
    expect({ unsafe, unintended, overlaps }).toEqual({ unsafe: [], unintended: [], overlaps: [] });
    expect(kills).toBeGreaterThan(0);
    expect(writes).toBeGreaterThan(0);
  },
);

it('shows a change of a budget that begins within another one', () => {
  const leg = { level: 'adset', id: 'a', owner_id: 'a', from_minor: 1, to_minor: 2, to_status: null, state: 'writing' };
  const change = (change_id: string, state: string): BudgetChangeProgressed =>
    ({ ...exampleOf('budget.change.progressed'), account_id: 'act', change_id, state, legs: [leg] }) as never;
  const inTurn = [change('1', 'executing'), change('1', 'applied'), change('2', 'executing'), change('2', 'failed')];
  expect(overlapping(inTurn)).toEqual([]);
  expect(overlapping([change('1', 'executing'), change('1', 'uncertain'), change('2', 'executing')])).toHaveLength(1);
});
