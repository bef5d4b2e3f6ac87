import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { binomial, generator } from '../../learning/numeric.ts';
import { hour_ms } from '../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { snapshot, start_ms } from '../../testing/snapshot.ts';
import { experimentEvidence } from './evidence/decide.ts';
import { autoPromoter } from './promotion/decide.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([experimentEvidence, autoPromoter]);
  drivers.push(driver);
  return driver;
}

/** Click rates of two ads, by experiment. */
const rates: Readonly<Record<string, readonly [number, number]>> = { better: [0.03, 0.015], tie: [0.02, 0.02] };
const accounts = ['act_1', 'act_2'];

const declaration = (account_id: string, experiment_id: string): SourceEvent => ({
  topic: 'experiment.declared',
  value: {
    account_id,
    experiment_id,
    campaign_id: `cmp-${experiment_id}`,
    name: experiment_id,
    design: 'randomised',
    primary_metric: 'link_ctr',
    guardrail_metrics: [],
    arms: [0, 1].map((ad) => ({ ad_id: `${experiment_id}-${ad}`, adset_id: `set-${ad}`, planned_share: 0.5 })),
    control_ad_id: null,
    start_ms,
    planned_days: 14,
    expected_rate: 0.02,
    provenance: 'simulated',
  },
});

function metrics(
  account_id: string,
  experiment_id: string,
  ad: number,
  hour: number,
  link_clicks: number,
  late_ms = 0,
): SourceEvent {
  const value = snapshot({
    account_id,
    experiment_id,
    campaign_id: `cmp-${experiment_id}`,
    adset_id: `set-${ad}`,
    ad_id: `${experiment_id}-${ad}`,
    hour,
    link_clicks,
    as_of_ms: start_ms + (hour + 1) * hour_ms + late_ms,
  });
  return { topic: 'ad.metrics', value };
}

const tick = (hour: number): SourceEvent => ({ topic: 'tick.hourly', value: { hour_ms: start_ms + hour * hour_ms } });

/** Hours of all experiments; `after` comes before the last tick. */
function* rounds(hours: number, after: readonly SourceEvent[]): Generator<readonly SourceEvent[]> {
  yield accounts.flatMap((account) => Object.keys(rates).map((id) => declaration(account, id)));
  const random = generator(8);
  for (let hour = 0; hour < hours; hour++) {
    const events = accounts.flatMap((account) =>
      Object.entries(rates).flatMap(([id, each]) =>
        each.map((rate, ad) => metrics(account, id, ad, hour, binomial(1_000, rate, random))),
      ),
    );
    yield [...events, tick(hour)];
  }
  if (after.length > 0) yield [...after, tick(hours)];
}

/** What is decided in these hours. */
async function played(
  driver: Driver,
  hours: number,
  after: readonly SourceEvent[] = [],
): Promise<readonly EngineEvent[]> {
  return (await play(driver, rounds(hours, after))).filter(({ record }) => record.topic.startsWith('winner.'));
}

const named = (events: readonly EngineEvent[]): readonly string[] =>
  events.map(({ record, value }) => `${record.topic} ${record.key} ${String(Reflect.get(value ?? {}, 'ad_id'))}`);

describe('on the engine', () => {
  it('the better ad of each account is announced once, the tie never, and the log gives the same state again', async () => {
    const driver = newDriver();
    const decided = await played(driver, 12 * 24);
    expect([...named(decided)].sort()).toEqual(['winner.detected act_1 better-0', 'winner.detected act_2 better-0']);
    for (const { error } of decided) expect(error).toBeNull();
    for (const group of ['auto-promoter', 'auto-promoter.evidence'])
      expect((await rebuild(driver.engine, group)).differences).toEqual([]);
  });

  it('a winner is taken back when its hours are restated to a tie', async () => {
    const driver = newDriver();
    const hours = 12 * 24;
    const restated = Array.from({ length: hours }, (_, hour) =>
      metrics('act_1', 'better', 0, hour, 15, (hours + 1) * hour_ms),
    );
    const decided = await played(driver, hours, restated);
    expect(named(decided)).toContain('winner.withdrawn act_1 better-0');
    expect(named(decided)).not.toContain('winner.withdrawn act_2 better-0');
  });

  it('a winner is taken back when its hours are restated to the other way round', async () => {
    const driver = newDriver();
    const hours = 12 * 24;
    const turned = Array.from({ length: hours }, (_, hour) =>
      [15, 30].map((clicks, ad) => metrics('act_1', 'better', ad, hour, clicks, (hours + 1) * hour_ms)),
    ).flat();
    const decided = named(await played(driver, hours, turned));
    expect(decided).toContain('winner.withdrawn act_1 better-0');
    expect(decided).not.toContain('winner.withdrawn act_2 better-0');
  });

  it('a winner stays when its hours are said again as they were', async () => {
    const driver = newDriver();
    const hours = 12 * 24;
    const random = generator(8);
    const again: SourceEvent[] = [];
    for (let hour = 0; hour < hours; hour++)
      for (const account of accounts)
        for (const [id, each] of Object.entries(rates))
          each.forEach((rate, ad) => {
            const clicks = binomial(1_000, rate, random);
            again.push(metrics(account, id, ad, hour, clicks, (hours + 1) * hour_ms));
          });
    const decided = await played(driver, hours, again);
    expect(named(decided).filter((one) => one.startsWith('winner.withdrawn'))).toEqual([]);
    const told = await driver.engine.log.read('evidence.changed', driver.engine.partitionOf('act_1'), 0, 99_999);
    expect(told.some((record) => Reflect.get(driver.engine.decoded(record).value ?? {}, 'restated') === true)).toBe(
      false,
    );
  });

  it('a winner can be explained, and kept as a case that decides the same', async () => {
    const driver = newDriver();
    const [winner] = await played(driver, 12 * 24);
    const { reproduced, decision, emitted } = await decideAgain(driver, autoPromoter, winner);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});
