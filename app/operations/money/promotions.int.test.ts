import { describe, expect, it } from 'vitest';
import { promotionOutcome } from '../../../processors/auto-promoter/outcome/decide.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { driverOf } from '../../../testing/played.ts';
import { Directory } from '../names/directory.ts';
import { promotionsShape } from './promotions-results.ts';
import { promotions } from './promotions.ts';

describe('the history of promotions, as it is asked for', () => {
  it('names each winner, says what is missing, and is as its schema says', async () => {
    const driver = driverOf([promotionOutcome]);
    await driver.start();
    const won = { ...exampleOf('winner.detected'), account_id: 'act', is_held_out: true };
    await driver.engine.publish({ source: 'test', position: '1', events: [{ topic: 'winner.detected', value: won }] });
    await driver.engine.drain();
    const context = { engine: driver.engine, directory: new Directory() };
    const found = await promotions(context, { account_id: 'act' });
    expect(found).toMatchObject({ status: 'too_early', waiting: 1, rows: [{ is_held_out: true, status: 'waiting' }] });
    expect(promotionsShape.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
    expect((await promotions(context, { account_id: 'other' })).rows).toEqual([]);
    await driver.stop();
  });
});
