/** Budgets through the operations: a winner in the stream, a person who approves, and the way back to the numbers. */
import { afterEach, expect, it } from 'vitest';
import { Driver } from '../../../engine/driver/driver.ts';
import type { SourceEvent } from '../../../engine/engine.ts';
import { nameOf } from '../../../engine/ports.ts';
import { binomial, generator } from '../../../learning/numeric.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { budgetExecutor } from '../../../processors/budget-executor/decide.ts';
import { budgetPool } from '../../../processors/budget-executor/pool/decide.ts';
import { budgetWatch } from '../../../processors/budget-executor/watch/decide.ts';
import { budgetWriter } from '../../../processors/budget-executor/write/call.ts';
import { experimentEvidence } from '../../../processors/auto-promoter/evidence/decide.ts';
import { autoPromoter } from '../../../processors/auto-promoter/promotion/decide.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { ModelPlatform } from '../../../testing/money/platform.ts';
import { testOptions } from '../../../testing/options.ts';
import { snapshot, start_ms } from '../../../testing/snapshot.ts';
import { moneyStopped } from '../../money-stopped.ts';
import { Directory } from '../names/directory.ts';
import { explain } from '../decisions/explain.ts';
import { commandMoney, money } from './money.ts';
import type { OperationsContext } from '../context.ts';
import type { MoneyView } from './view.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

const platform = new ModelPlatform(start_ms);

function newDriver(): Driver {
  const writer = budgetWriter({
    platform: () => platform,
    stopped: (account_id) => moneyStopped(driver.engine, account_id),
  });
  const groups = [experimentEvidence, autoPromoter, budgetWatch, budgetExecutor, budgetPool, writer];
  const options = testOptions(groups);
  const money = { ...defaultPolicy.money, mode: 'approve' as const, holdout_share: 0 };
  const policy = { ...defaultPolicy, money };
  const driver = new Driver({
    ...options,
    policy: { ...options.policy, parse: () => policy, initial: policy },
    start_ms: start_ms + 400 * day_ms,
  });
  drivers.push(driver);
  return driver;
}

const declaration: SourceEvent = {
  topic: 'experiment.declared',
  value: {
    account_id: 'act',
    experiment_id: 'exp',
    campaign_id: 'cmp',
    name: 'exp',
    design: 'randomised',
    primary_metric: 'link_ctr',
    guardrail_metrics: [],
    arms: ['a', 'b'].map((id) => ({ ad_id: `ad-${id}`, adset_id: id, planned_share: 0.5 })),
    control_ad_id: null,
    start_ms,
    planned_days: 14,
    expected_rate: 0.02,
    provenance: 'simulated',
  },
};

function* hours(n: number): Generator<readonly SourceEvent[]> {
  yield [declaration];
  const random = generator(8);
  for (let hour = 0; hour < n; hour++) {
    const metrics = [0.03, 0.015].map((rate, i): SourceEvent => {
      const id = i === 0 ? 'a' : 'b';
      const given = { account_id: 'act', experiment_id: 'exp', campaign_id: 'cmp', adset_id: id, ad_id: `ad-${id}` };
      return { topic: 'ad.metrics', value: snapshot({ ...given, hour, link_clicks: binomial(1_000, rate, random) }) };
    });
    yield [...metrics, { topic: 'tick.hourly', value: { hour_ms: start_ms + hour * hour_ms } }];
  }
}

/** Taken back once more an undo would go up, and the account has come to its cap meanwhile: it waits until a person ends it. */
async function waitsUntilRejected(
  context: OperationsContext,
  view: MoneyView | undefined,
  anHour: () => Promise<void>,
): Promise<void> {
  platform.add({ account_id: 'act', owner_id: 'c', daily_minor: 10_000_000 });
  await commandMoney(context, { kind: 'undo', change_id: view?.applied[0]?.change_id ?? '', actor: 'sam' });
  await anHour();
  const [full] = await money(context, { account_id: 'act' });
  expect(full?.underway).toMatchObject([{ state: 'queued', waits_for_room: true }]);
  expect(full?.underway[0]?.why).toContain('when there is room: the account would come to');
  const change_id = full?.underway[0]?.change_id ?? '';
  await expect(commandMoney(context, { kind: 'approve', change_id, actor: 'sam' })).rejects.toThrow(
    'waits for approval',
  );
  await commandMoney(context, { kind: 'reject', change_id, actor: 'sam' });
  await context.engine.drain();
  expect((await money(context, { account_id: 'act' }))[0]?.underway).toEqual([]);
  expect(platform.minor('a')).toBe(10_000);
}

it('a winner’s step is approved, written, explained back to the ad’s numbers, and undone', async () => {
  for (const owner_id of ['a', 'b']) platform.add({ account_id: 'act', owner_id, campaign_id: 'cmp' });
  const driver = newDriver();
  await driver.start();
  const { engine } = driver;
  const context = {
    engine,
    directory: new Directory(),
    source: { status: () => ({ clock_ms: platform.now_ms }) },
    now_ms: () => platform.now_ms,
  } as unknown as OperationsContext;
  let position = 0;
  const pass = async (events: readonly SourceEvent[]): Promise<void> => {
    driver.clock.advance(hour_ms);
    if (position > 0) platform.pass(platform.now_ms + hour_ms);
    await engine.publish({ source: 'test', position: String(position++), events });
    await engine.drain();
  };
  let waiting: string | undefined;
  for (const events of hours(14 * 24)) {
    await pass(events);
    const [view] = await money(context, {});
    waiting = view?.waiting[0]?.change_id;
    if (waiting !== undefined) break;
  }
  expect(waiting).toMatch(/^act\.\d+$/);
  expect(platform.history).toEqual([]);

  await expect(commandMoney(context, { kind: 'approve', change_id: 'act.999', actor: 'sam' })).rejects.toThrow(
    'no change act.999 waits for approval',
  );
  await commandMoney(context, { kind: 'approve', change_id: waiting ?? '', actor: 'sam' });
  await engine.drain();
  expect(platform.minor('a')).toBe(12_000);

  const records = await engine.log.read('budget.change.progressed', engine.partitionOf('act'), 0, 1_000);
  const applied = records
    .map((record) => engine.decoded(record))
    .find((event) => Reflect.get(event.value ?? {}, 'state') === 'applied');
  if (applied?.record.name === undefined) throw new Error('nothing was applied');
  const found = await explain(context, { id: nameOf(applied.record.name) });
  expect(found?.reproduced).toBe(true);
  const chain = found?.chain.map(({ topic }) => topic) ?? [];
  expect(chain).toContain('operator.command');
  expect(chain.slice(chain.indexOf('budget.change.requested'), chain.indexOf('budget.change.requested') + 2)).toEqual([
    'budget.change.requested',
    'evidence.changed',
  ]);
  expect(found?.inputs.some(({ topic }) => topic === 'ad.metrics')).toBe(true);

  await commandMoney(context, { kind: 'undo', change_id: waiting ?? '', actor: 'sam' });
  await pass([{ topic: 'tick.hourly', value: { hour_ms: platform.now_ms } }]);
  expect(platform.minor('a')).toBe(10_000);
  const [after] = await money(context, { account_id: 'act' });
  expect(after?.applied.map(({ kind, undone, currency }) => [kind, undone, currency])).toEqual([
    ['undo', false, 'USD'],
    ['scale', true, 'USD'],
  ]);

  await waitsUntilRejected(context, after, () => pass([{ topic: 'tick.hourly', value: { hour_ms: platform.now_ms } }]));

  await commandMoney(context, { kind: 'kill', actor: 'sam', reason: 'enough' });
  await engine.drain();
  expect(await moneyStopped(engine, 'act')).toContain('enough');
});
