import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../engine/driver/driver.ts';
import type { SourceEvent } from '../../engine/engine.ts';
import { creativeDna } from '../../processors/creative-dna/decide.ts';
import { creativeDnaFormula } from '../../processors/creative-dna/formula/decide.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { noCreativeFacts, type AdCreated, type EvidenceChanged } from '../../schemas/index.ts';
import { driverOf, play } from '../../testing/played.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { creativeScore, whyWon as whyWonShape } from './creative-results.ts';
import { scoreCreative, whyWon } from './creative.ts';

const evidence = exampleOf('evidence.changed') as unknown as EvidenceChanged;
const [arm] = evidence.arms;
if (arm === undefined) throw new Error('the example has no arm');

const created = (ad_id: string, headline: string): SourceEvent => {
  const value: AdCreated = {
    ...noCreativeFacts,
    objective: 'traffic',
    account_id: 'act',
    campaign_id: 'c',
    adset_id: `set-${ad_id}`,
    ad_id,
    experiment_id: null,
    name: headline,
    headline,
    primary_text: null,
    call_to_action: null,
    format: 'image',
    created_ms: start_ms,
    provenance: 'live',
  };
  return { topic: 'ad.created', value };
};

/** A dozen experiments in which the headline with a number gets a third more clicks. */
const rounds = Array.from({ length: 12 }, (_, i): readonly SourceEvent[][] => [
  [created(`n${i}`, '9 Small Coats That Are Warm'), created(`w${i}`, 'Some Small Coats That Are Warm')],
  [
    {
      topic: 'evidence.changed',
      value: {
        ...evidence,
        account_id: 'act',
        experiment_id: `e${i}`,
        leading_ad_id: `n${i}`,
        arms: [
          { ...arm, ad_id: `n${i}`, adset_id: `set-n${i}`, impressions: 40_000, clicks: 800 },
          { ...arm, ad_id: `w${i}`, adset_id: `set-w${i}`, impressions: 40_000, clicks: 600 },
        ],
      },
    },
  ],
]).flat();

let driver: Driver;
beforeEach(async () => {
  driver = driverOf([creativeDna, creativeDnaFormula]);
  await play(driver, rounds);
});
afterEach(() => driver.stop());

describe('a creative', () => {
  it('is scored by what the account’s experiments compared, and a change that goes with more clicks is named', async () => {
    const told = await scoreCreative(driver, { account_id: 'act', headline: 'Some Large Coats That Are Warm' });
    expect(creativeScore.parse(told)).toEqual(told);
    expect(told.experiments).toBe(12);
    expect(told.suggestions).toEqual([expect.objectContaining({ trait: 'number', to: 'yes' })]);
  });

  it('of an account without experiments has no score', async () => {
    const told = await scoreCreative(driver, { account_id: 'other', headline: '9 Large Coats' });
    expect(told).toMatchObject({ experiments: 0, suggestions: [] });
    expect(told.words).toMatch(/^unknown/);
  });

  it('that won is contrasted with its rivals; nothing is said of ads that are not known', async () => {
    const why = await whyWon(driver, { account_id: 'act', experiment_id: 'e3', ad_id: 'n3' });
    expect(whyWonShape.parse(why)).toEqual(why);
    expect(why?.observed).toBeCloseTo(Math.log(4 / 3), 12);
    expect(why?.reasons[0]).toMatchObject({ trait: 'number', standing: 'associated' });
    expect(await whyWon(driver, { account_id: 'act', experiment_id: 'e3', ad_id: 'n4' })).toBeNull();
  });
});
