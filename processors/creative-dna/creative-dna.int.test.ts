import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { noCreativeFacts, type AdCreated } from '../../schemas/index.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { creativeDna } from './decide.ts';

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

function newDriver(): Driver {
  const driver = driverOf([creativeDna]);
  drivers.push(driver);
  return driver;
}

const created = (account_id: string, ad_id: string, headline: string): AdCreated => ({
  ...noCreativeFacts,
  objective: 'traffic',
  account_id,
  campaign_id: 'c',
  adset_id: `set-${ad_id}`,
  ad_id,
  experiment_id: 'exp',
  name: headline,
  headline,
  primary_text: null,
  call_to_action: 'SHOP_NOW',
  format: 'image',
  created_ms: start_ms,
  provenance: 'live',
});

const rounds = [
  ['act_1', 'act_2'].flatMap((account) => [
    created(account, 'x', 'Is your coat heavier than your dog?'),
    created(account, 'y', '9 reasons to switch your coat'),
  ]),
  [created('act_1', 'x', 'Is your coat heavier than your dog?'), created('act_2', 'y', 'Nine more reasons to stay')],
].map((ads) => ads.map((value) => ({ topic: 'ad.created', value })));

const extracted = async (driver: Driver): Promise<readonly EngineEvent[]> =>
  (await play(driver, rounds)).filter(({ record }) => record.topic === 'dna.extracted');

describe('on the engine', () => {
  it('each ad and each change of one brings a valid DNA, and the log gives the same state again', async () => {
    const driver = newDriver();
    const found = await extracted(driver);
    expect(found).toHaveLength(4 + 1);
    for (const { error } of found) expect(error).toBeNull();
    const rebuilt = await rebuild(driver.engine, 'creative-dna');
    expect(rebuilt.differences).toEqual([]);
    expect(rebuilt.keys).toBe(2);
  });

  it('a DNA can be explained, and kept as a case that decides the same', async () => {
    const driver = newDriver();
    const found = await extracted(driver);
    const { reproduced, decision, emitted } = await decideAgain(driver, creativeDna, found.at(-1));
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });
});
