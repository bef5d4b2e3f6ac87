import { afterEach, describe, expect, it } from 'vitest';
import { explain, type Explained } from '../../engine/explain.ts';
import { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/rebuild.ts';
import { eventView, plain, plainObject } from '../../app/operations/event-view.ts';
import { binomial, generator } from '../../learning/numeric.ts';
import { defaultPolicy } from '../../policy/document.ts';
import { createCodec } from '../../schemas/codec.ts';
import { deadLetter, policyChanged, topics } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { decidedAgain, parseCase } from '../../testing/cases.ts';
import { thompsonSampling } from './decide.ts';

const start_ms = 20_000 * day_ms;
const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = new Driver({
    topology: { topics, processors: [thompsonSampling] },
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

/** An hour of two accounts, two campaigns each, three ad sets a campaign; the third ad set is the better. */
function hourOf(hour: number, random: () => number): readonly SourceEvent[] {
  const events: SourceEvent[] = [];
  for (const account_id of ['act_1', 'act_2'])
    for (const campaign of ['a', 'b'])
      for (const ad of [1, 2, 3]) {
        const link_clicks = binomial(800, ad === 3 ? 0.025 : 0.015, random);
        const value = {
          account_id,
          campaign_id: `${account_id}-${campaign}`,
          adset_id: `set-${campaign}-${ad}`,
          ad_id: `ad-${campaign}-${ad}`,
          experiment_id: null,
          window_start_ms: start_ms + hour * hour_ms,
          window_end_ms: start_ms + (hour + 1) * hour_ms,
          as_of_ms: start_ms + (hour + 1) * hour_ms,
          impressions: 800,
          clicks: link_clicks,
          link_clicks,
          spend_minor: 400,
          currency: 'USD',
          conversions: 0,
          conversion_value_minor: 0,
          reach: null,
          context: { placement: 'feed' },
        };
        events.push({ topic: 'ad.metrics', value });
      }
  return [...events, { topic: 'tick.hourly', value: { hour_ms: start_ms + hour * hour_ms } }];
}

async function played(driver: Driver, hours: number): Promise<readonly EngineEvent[]> {
  const seen: EngineEvent[] = [];
  await driver.start();
  driver.engine.tail((events) => seen.push(...events));
  const random = generator(8);
  for (let hour = 0; hour < hours; hour++) {
    driver.clock.advance(hour_ms);
    await driver.engine.publish({ source: 'test', position: String(hour), events: hourOf(hour, random) });
    await driver.engine.drain();
  }
  expect(driver.failures).toEqual([]);
  return seen.filter(({ record }) => record.topic === 'allocation.proposed');
}

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
  it('each hour brings one valid proposal per campaign, and the log gives the same state again', async () => {
    const driver = newDriver();
    const proposals = await played(driver, 12);
    expect(proposals).toHaveLength(12 * 4);
    for (const { error } of proposals) expect(error).toBeNull();
    const rebuilt = await rebuild(driver.engine, 'thompson-sampling');
    expect(rebuilt.differences).toEqual([]);
    expect(rebuilt.keys).toBe(2);
  });

  it('a proposal can be explained, and kept as a case that decides the same', async () => {
    const driver = newDriver();
    const proposals = await played(driver, 6);
    const last = proposals.at(-1);
    if (last?.record.name === undefined) throw new Error('no proposal was made');
    const explained = await explain(driver.engine, 'allocation.proposed', last.record.name);
    if (explained === undefined) throw new Error('the proposal is not explained');
    expect(explained.reproduced).toBe(true);
    const found = parseCase(JSON.parse(JSON.stringify(saved(explained))));
    const emitted = await decidedAgain(thompsonSampling, topics, found);
    expect(emitted).toContainEqual({ topic: found.decision.topic, value: found.decision.value });
  });
});
