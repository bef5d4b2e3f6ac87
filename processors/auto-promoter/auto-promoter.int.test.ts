import { afterEach, describe, expect, it } from 'vitest';
import { eventView, plain, plainObject } from '../../app/operations/event-view.ts';
import { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { explain, type Explained } from '../../engine/explain.ts';
import { rebuild } from '../../engine/rebuild.ts';
import { binomial, generator } from '../../learning/numeric.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { createCodec } from '../../schemas/codec.ts';
import { deadLetter, policyChanged, topics } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { decidedAgain, parseCase } from '../../testing/cases.ts';
import { experimentEvidence } from './evidence/decide.ts';
import { autoPromoter } from './promotion/decide.ts';

const start_ms = 20_000 * day_ms;
const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = new Driver({
    topology: { topics, processors: [experimentEvidence, autoPromoter] },
    codec: createCodec({ topics }),
    partitions: 2,
    code: 'test',
    policy: { topic: policyChanged.name, parse: () => defaultPolicy, initial: defaultPolicy },
    deadLetters: { topic: deadLetter.name, event: ({ message }) => expect.fail(`refused: ${message}`) },
    start_ms: start_ms + 400 * day_ms,
  });
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
  const window_start_ms = start_ms + hour * hour_ms;
  const value = {
    account_id,
    campaign_id: `cmp-${experiment_id}`,
    adset_id: `set-${ad}`,
    ad_id: `${experiment_id}-${ad}`,
    experiment_id,
    window_start_ms,
    window_end_ms: window_start_ms + hour_ms,
    as_of_ms: window_start_ms + hour_ms + late_ms,
    impressions: 1_000,
    clicks: link_clicks,
    link_clicks,
    spend_minor: 400,
    currency: 'USD',
    conversions: 0,
    conversion_value_minor: 0,
    reach: null,
    context: {},
  };
  return { topic: 'ad.metrics', value };
}

const tick = (hour: number): SourceEvent => ({ topic: 'tick.hourly', value: { hour_ms: start_ms + hour * hour_ms } });

/** Plays hours of all experiments; `after` comes before the last tick. Returns what was decided. */
async function played(
  driver: Driver,
  hours: number,
  after: readonly SourceEvent[] = [],
): Promise<readonly EngineEvent[]> {
  const seen: EngineEvent[] = [];
  await driver.start();
  driver.engine.tail((events) => seen.push(...events));
  const random = generator(8);
  const publish = async (position: string, events: readonly SourceEvent[]): Promise<void> => {
    driver.clock.advance(hour_ms);
    await driver.engine.publish({ source: 'test', position, events });
    await driver.engine.drain();
  };
  await publish(
    'declared',
    accounts.flatMap((account) => Object.keys(rates).map((id) => declaration(account, id))),
  );
  for (let hour = 0; hour < hours; hour++) {
    const events = accounts.flatMap((account) =>
      Object.entries(rates).flatMap(([id, each]) =>
        each.map((rate, ad) => metrics(account, id, ad, hour, binomial(1_000, rate, random))),
      ),
    );
    await publish(String(hour), [...events, tick(hour)]);
  }
  if (after.length > 0) await publish('after', [...after, tick(hours)]);
  expect(driver.failures).toEqual([]);
  return seen.filter(({ record }) => record.topic.startsWith('winner.'));
}

const named = (events: readonly EngineEvent[]): readonly string[] =>
  events.map(({ record, value }) => {
    const { ad_id } = plainObject(value ?? {});
    return `${record.topic} ${record.key} ${String(ad_id)}`;
  });

/** An explanation as `explain --save` writes it. */
const saved = ({ decision, cause, stateKey, state_before, parts_before, policy }: Explained): object => ({
  decision: eventView(decision),
  cause: eventView(cause),
  state_key: stateKey,
  state_before: plain(state_before),
  parts_before: plainObject(Object.fromEntries(parts_before)),
  policy: plain(policy),
});

describe('on the engine', () => {
  it('the better ad of each account is announced once, the tie never, and the log gives the same state again', async () => {
    const driver = newDriver();
    const decided = await played(driver, 48);
    expect([...named(decided)].sort()).toEqual(['winner.detected act_1 better-0', 'winner.detected act_2 better-0']);
    for (const { error } of decided) expect(error).toBeNull();
    for (const group of ['auto-promoter', 'auto-promoter.evidence'])
      expect((await rebuild(driver.engine, group)).differences).toEqual([]);
  });

  it('a winner is taken back when its hours are restated to a tie', async () => {
    const driver = newDriver();
    const restated = Array.from({ length: 24 }, (_, hour) => metrics('act_1', 'better', 0, hour, 15, day_ms));
    const decided = await played(driver, 24, restated);
    expect(named(decided)).toContain('winner.withdrawn act_1 better-0');
    expect(named(decided)).not.toContain('winner.withdrawn act_2 better-0');
  });

  it('a winner can be explained, and kept as a case that decides the same', async () => {
    const driver = newDriver();
    const [winner] = await played(driver, 48);
    if (winner?.record.name === undefined) throw new Error('no winner was announced');
    const explained = await explain(driver.engine, 'winner.detected', winner.record.name);
    if (explained === undefined) throw new Error('the winner is not explained');
    expect(explained.reproduced).toBe(true);
    const found = parseCase(JSON.parse(JSON.stringify(saved(explained))));
    const emitted = await decidedAgain(autoPromoter, topics, found);
    expect(emitted).toContainEqual({ topic: found.decision.topic, value: found.decision.value });
  });
});
