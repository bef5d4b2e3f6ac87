import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import { creativeVariations } from '../../../processors/creative-variations/decide.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { driverOf } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { Directory } from '../names/directory.ts';
import { stillSource } from '../doubles.ts';
import { variationQueue } from './variation-results.ts';
import { decideVariation, variations } from './variations.ts';

let driver: Driver;
const context = () => ({
  engine: driver.engine,
  directory: new Directory(),
  source: stillSource,
  now_ms: () => start_ms,
});

beforeEach(async () => {
  driver = driverOf([creativeVariations]);
  await driver.start();
  const proposal = (variation_id: string, priority: number): { topic: string; value: object } => ({
    topic: 'variation.proposed',
    value: { ...exampleOf('variation.proposed'), account_id: 'act', variation_id, priority },
  });
  await driver.engine.publish({ source: 'test', position: '1', events: [proposal('a', 0.1), proposal('b', 0.2)] });
  await driver.engine.drain();
});
afterEach(() => driver.stop());

describe('the queue of variations, as it is asked for', () => {
  it('is answered in order, and as its schema says', async () => {
    const queue = await variations(context(), { account_id: 'act' });
    expect(queue.rows.map(({ variation_id }) => variation_id)).toEqual(['b', 'a']);
    expect(queue.rows[0]?.winner_name).toBe('ad_2');
    expect(variationQueue.parse(JSON.parse(JSON.stringify(queue)))).toEqual(queue);
    expect(await variations(context(), { account_id: 'other' })).toMatchObject({ rows: [], waiting: 0 });
  });

  it('follows what a person decides', async () => {
    await decideVariation(context(), { account_id: 'act', variation_id: 'b', action: 'skip', by: 'Ada', reason: 'no' });
    await decideVariation(context(), { account_id: 'act', variation_id: 'a', action: 'approve' });
    await driver.engine.drain();
    const { rows } = await variations(context(), { account_id: 'act' });
    expect(rows.map(({ variation_id, status }) => `${variation_id} ${status}`)).toEqual(['a approved', 'b skipped']);
    expect(rows[1]?.decided).toEqual({ by: 'Ada', reason: 'no', at_ms: start_ms });
  });

  it('refuses what is not in it, and names that cannot be one', async () => {
    const choice = { account_id: 'act', variation_id: 'a', action: 'approve' } as const;
    for (const wrong of [{ variation_id: 'x' }, { before_variation_id: 'x' }, { account_id: 'other' }])
      await expect(decideVariation(context(), { ...choice, ...wrong })).rejects.toMatchObject({
        code: 'variation.unknown',
      });
    await expect(decideVariation(context(), { ...choice, by: '\u0007' })).rejects.toMatchObject({
      code: 'usage.invalid',
    });
  });
});
