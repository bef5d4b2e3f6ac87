/** From an account of Meta that was read to a budget that a person let change, and back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Driver } from '../../../engine/driver/driver.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { testedMeta, type TestedMeta } from '../../../ports/ad-platform/meta/testing/opened.ts';
import { budgetExecutor } from '../../../processors/budget-executor/decide.ts';
import { budgetPool } from '../../../processors/budget-executor/pool/decide.ts';
import { budgetWatch } from '../../../processors/budget-executor/watch/decide.ts';
import { budgetWriter } from '../../../processors/budget-executor/write/call.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import type { BudgetChangeProgressed } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { plainWorld } from '../../../testing/graph/plain-world.ts';
import { graphServer, type GraphServer } from '../../../testing/graph/server.ts';
import { testOptions } from '../../../testing/options.ts';
import { noSource } from '../none.ts';
import { openMetaSource } from './meta.ts';

const now_ms = Date.UTC(2026, 2, 10, 15);
const account_id = 'act_200';
const [adset_id, ad_id, campaign_id] = ['200100100', '200100100100', '200100'];
const money = { ...defaultPolicy.money, mode: 'approve' as const, holdout_share: 0 };
const policy = { ...defaultPolicy, money };

let server: GraphServer;
let driver: Driver;
let meta: TestedMeta;
let sent = 0;

async function passing(ms: number): Promise<void> {
  await server.pass(ms);
  driver.clock.set(server.now_ms());
}

beforeEach(async () => {
  const campaigns = [{ adsets: 2, ads_each: 1, budget: 10_000, began_days_ago: 3 }];
  const accounts = [{ id: '200', currency: 'USD', campaigns }];
  server = await graphServer(plainWorld({ now_ms, tenants: [{ token: 'EAAone', accounts }] }));
  meta = testedMeta(
    { base_url: server.base_url, now_ms: () => server.now_ms(), pass: passing },
    { tokens: ['EAAone'] },
  );
  const outside = { platform: () => meta.platform, stopped: () => Promise.resolve(null) };
  const { policy: rule, ...options } = testOptions([budgetWatch, budgetExecutor, budgetPool, budgetWriter(outside)]);
  driver = new Driver({ ...options, policy: { ...rule, parse: () => policy, initial: policy }, start_ms: now_ms });
  await driver.start();
  await read();
});
afterEach(async () => {
  await driver.stop();
  await server.close();
});

/** Reads the account as far as it is due. */
async function read(): Promise<void> {
  const source = await openMetaSource({
    engine: driver.engine,
    platform: meta.platform,
    logger: { warn: () => undefined, info: () => undefined },
    now_ms: () => server.now_ms(),
    sleep: () => {
      void source.stop();
      return Promise.resolve();
    },
    poll_ms: 15 * 60_000,
    stale_ms: hour_ms,
    backfill_days: 5,
    rows_a_step: 12_000,
    ticker: noSource,
  });
  await source.play();
  await driver.settle();
}

async function say(topic: string, value: object): Promise<void> {
  await driver.engine.publish({ source: 'test', position: String(++sent), events: [{ topic, value }] });
  await driver.settle();
}

/** An hour passes, and what it brought is read. */
async function hour(): Promise<void> {
  const start_ms = Math.floor(server.now_ms() / hour_ms) * hour_ms;
  await passing(hour_ms);
  await read();
  await say('tick.hourly', { hour_ms: start_ms });
}

const command = (kind: string, change_id: string): Promise<void> =>
  say('operator.command', {
    ...exampleOf('operator.command'),
    ...{ account_id, command_id: `cmd-${sent}`, kind, change_id, since_ms: null, at_ms: server.now_ms() },
  });

/** Evidence for an ad, and the wish to raise its budget. */
async function winner(): Promise<void> {
  const arm = { impressions: 50_000, clicks: 900, e_value: 900, peak_e_value: 900 };
  const of = { account_id, experiment_id: 'exp', campaign_id };
  await say('evidence.changed', {
    ...exampleOf('evidence.changed'),
    ...of,
    ...{ design: 'parallel', leading_ad_id: ad_id, e_value: 900, at_ms: server.now_ms() },
    arms: [
      { ...arm, ad_id, adset_id, rate: 0.02 },
      { ...arm, ad_id: '200100101100', adset_id: '200100101', rate: 0.01 },
    ],
  });
  await say('budget.change.requested', {
    ...exampleOf('budget.change.requested'),
    ...of,
    ...{ request_id: 'scale/exp/1', kind: 'scale', adset_id, ad_id, at_ms: server.now_ms() },
  });
}

function told(): BudgetChangeProgressed[] {
  const found: BudgetChangeProgressed[] = [];
  for (let partition = 0; partition < driver.log.partitions; partition++)
    for (const record of driver.log.read('budget.change.progressed', partition, 0, 1e9))
      found.push(driver.engine.decoded(record).value as BudgetChangeProgressed);
  return found;
}

const last = (): BudgetChangeProgressed | undefined => told().at(-1);

describe('a budget of Meta', () => {
  it('is written once a person approved it, read back, and undone', async () => {
    await hour();
    await winner();
    await hour();
    expect(last()).toMatchObject({ state: 'awaiting_approval', currency: 'USD' });
    expect(server.seen.writes).toEqual([]);
    await command('approve', last()?.change_id ?? '');
    expect(last()).toMatchObject({ state: 'applied', code: 'verified' });
    expect(server.seen.writesOf(adset_id)).toMatchObject([{ before: '10000', after: '12000', applied: true }]);
    const change_id = last()?.change_id ?? '';
    await command('undo', change_id);
    for (let i = 0; i < 3 && last()?.state !== 'applied'; i++) await hour();
    expect(last()).toMatchObject({ undoes: change_id, state: 'applied' });
    expect(server.seen.writesOf(adset_id).map(({ after }) => after)).toEqual(['12000', '10000']);
    expect(server.seen.highestBudget(adset_id, '2026-03-10')).toBe(12_000);
    expect([...server.exceeded]).toEqual([]);
  });

  it.each([
    ['its answer is lost after it was done', { kind: 'answer_lost' }, 1, 'applied'],
    ['a proxy answers in place of Meta', { kind: 'html', status: 502 }, 0, 'failed'],
    ['it is said to be done and is not', { kind: 'not_applied' }, 1, 'failed'],
  ] as const)('is never above what was approved where %s', async (_, fault, first, end) => {
    await hour();
    await winner();
    await hour();
    server.meet(fault, { method: 'POST', path: adset_id });
    await command('approve', last()?.change_id ?? '');
    expect(server.seen.writesOf(adset_id)).toHaveLength(first);
    for (let i = 0; i < 4; i++) await hour();
    const writes = server.seen.writesOf(adset_id);
    for (const { after } of writes) expect(Number(after)).toBeLessThanOrEqual(12_000);
    const set = server.world.tenants[0]?.accounts[0]?.campaigns[0]?.adsets[0];
    // What the saga says is what the platform has.
    expect([last()?.state, set?.daily_budget]).toEqual([end, end === 'applied' ? 12_000 : 10_000]);
  });
});
