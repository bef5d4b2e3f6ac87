import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { binomial, generator } from '../../learning/numeric.ts';
import { hour_ms } from '../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { snapshot, start_ms } from '../../testing/snapshot.ts';
import { thompsonSampling } from './decide.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([thompsonSampling]);
  drivers.push(driver);
  return driver;
}

/** An hour of two accounts, two campaigns each, three ad sets a campaign; the third ad set is the better. */
function hourOf(hour: number, random: () => number): readonly SourceEvent[] {
  const events: SourceEvent[] = [];
  for (const account_id of ['act_1', 'act_2'])
    for (const campaign of ['a', 'b'])
      for (const ad of [1, 2, 3]) {
        const value = snapshot({
          account_id,
          campaign_id: `${account_id}-${campaign}`,
          adset_id: `set-${campaign}-${ad}`,
          ad_id: `ad-${campaign}-${ad}`,
          hour,
          impressions: 800,
          link_clicks: binomial(800, ad === 3 ? 0.025 : 0.015, random),
          context: { placement: 'feed' },
        });
        events.push({ topic: 'ad.metrics', value });
      }
  return [...events, { topic: 'tick.hourly', value: { hour_ms: start_ms + hour * hour_ms } }];
}

async function played(driver: Driver, hours: number): Promise<readonly EngineEvent[]> {
  const random = generator(8);
  const rounds = Array.from({ length: hours }, (_, hour) => hourOf(hour, random));
  return (await play(driver, rounds)).filter(({ record }) => record.topic === 'allocation.proposed');
}

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
    const { reproduced, decision, emitted } = await decideAgain(driver, thompsonSampling, proposals.at(-1));
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});
