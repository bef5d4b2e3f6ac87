import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleOf } from '../../../schemas/examples.ts';
import type { Driver } from '../../../engine/driver/driver.ts';
import { startDouble } from '../doubles.ts';
import type { Directory } from './directory.ts';

const ad = (ad_id: string, name: string, headline: string | null): { topic: string; value: object } => ({
  topic: 'ad.created',
  value: { ...exampleOf('ad.created'), account_id: 'act_1', ad_id, name, headline },
});

describe('ads in a sentence', () => {
  let driver: Driver;
  let directory: Directory;
  beforeEach(async () => {
    const double = await startDouble(Date.UTC(2026, 0, 5));
    ({ driver } = double);
    ({ directory } = double.context);
    const events = [ad('ad_1', 'first', 'Calm'), ad('ad_12', 'twelfth', null)];
    await driver.engine.publish({ source: 'test', position: '1', events });
  });
  afterEach(() => driver.stop());

  it('are called by headline or name, also where one id begins another', () => {
    expect(directory.withAdNames('ad_1 beats ad_12.', 'act_1', ['ad_1', 'ad_12'])).toBe('“Calm” beats “twelfth”.');
    expect(directory.withAdNames('ad_12 leads', 'act_1', ['ad_1'])).toBe('ad_12 leads');
  });

  it('have their new name as soon as they are called otherwise', async () => {
    const said = (): string => directory.withAdNames('ad_1 leads', 'act_1', ['ad_1']);
    expect([said(), said()]).toEqual(['“Calm” leads', '“Calm” leads']);
    await driver.engine.publish({ source: 'test', position: '2', events: [ad('ad_1', 'first', 'Calmer')] });
    expect(said()).toBe('“Calmer” leads');
  });

  it('keep their id where nothing else is known of them', () => {
    expect(directory.withAdNames('ad_1 beats ad.9', 'act_2', ['ad_1', 'ad.9'])).toBe('ad_1 beats ad.9');
    expect(directory.withAdNames('nobody leads', 'act_1', [])).toBe('nobody leads');
  });
});
