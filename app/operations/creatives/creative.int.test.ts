import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import type { SourceEvent } from '../../../engine/engine.ts';
import { creativeDna } from '../../../processors/creative-dna/decide.ts';
import { creativeDnaFormula } from '../../../processors/creative-dna/formula/decide.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import { noCreativeFacts, type AdCreated, type EvidenceChanged } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { driverOf, play } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { applicationsShape, creativeScore, whyWon as whyWonShape } from './results.ts';
import { dnaApplications, scoreAd, scoreCreative, whyWon } from './creative.ts';

const evidence = exampleOf('evidence.changed') as unknown as EvidenceChanged;
const [arm] = evidence.arms;
if (arm === undefined) throw new Error('the example has no arm');

const created = (ad_id: string, headline: string, ...made_from: AdCreated['made_from']): SourceEvent => {
  const value: AdCreated = {
    ...noCreativeFacts,
    made_from,
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

type Result = readonly [ad_id: string, clicks: number];

const experiment = (experiment_id: string, ...results: readonly Result[]): SourceEvent => ({
  topic: 'evidence.changed',
  value: {
    ...evidence,
    account_id: 'act',
    experiment_id,
    leading_ad_id: results[0]?.[0] ?? null,
    arms: results.map(([ad_id, clicks]) => ({ ...arm, ad_id, adset_id: `set-${ad_id}`, impressions: 40_000, clicks })),
  },
});

/** A dozen experiments in which the headline with a number gets a third more clicks. */
const rounds = Array.from({ length: 12 }, (_, i): readonly SourceEvent[][] => [
  [created(`n${i}`, '9 Small Coats That Are Warm'), created(`w${i}`, 'Some Small Coats That Are Warm')],
  [experiment(`e${i}`, [`n${i}`, 800], [`w${i}`, 600])],
]).flat();

let driver: Driver;
beforeEach(async () => {
  driver = driverOf([creativeDna, creativeDnaFormula]);
  await play(driver, rounds);
});
afterEach(() => driver.stop());

async function published(...events: readonly SourceEvent[]): Promise<void> {
  driver.clock.advance(hour_ms);
  await driver.engine.publish({ source: 'later', position: String(driver.clock.now_ms()), events });
  await driver.settle();
}

describe('a creative', () => {
  it('is scored by what the account’s experiments compared, and a change that goes with more clicks is named', async () => {
    const told = await scoreCreative(driver, { account_id: 'act', headline: 'Some Large Coats That Are Warm' });
    expect(creativeScore.parse(told)).toEqual(told);
    expect(told.experiments).toBe(12);
    expect(told.suggestions).toEqual([expect.objectContaining({ trait: 'number', to: 'yes' })]);
  });

  it('that the account has is scored as if it were new; one that nobody knows is not', async () => {
    const told = await scoreAd(driver, { account_id: 'act', ad_id: 'w3' });
    expect(told?.suggestions).toEqual([expect.objectContaining({ trait: 'number', to: 'yes' })]);
    expect(await scoreAd(driver, { account_id: 'act', ad_id: 'nobody' })).toBeNull();
  });

  it('made from another one is told with what was expected and what came of it', async () => {
    const made_from = { ad_id: 'w3', trait: 'number', from: null, to: 'yes', decision_id: null } as const;
    await published(created('made', '7 Small Coats That Are Warm', { ...made_from, suggested_by: 'score' }));
    await published(experiment('test', ['made', 400], ['w3', 600]));
    const told = await dnaApplications(driver, { account_id: 'act' });
    expect(applicationsShape.parse(told)).toEqual(told);
    expect(told).toMatchObject({ applications: 1, verdicts: { worse: 1 }, holding: { status: 'too_few' } });
    expect(told.rows[0]).toMatchObject({ ad_id: 'made', verdict: 'worse', outcome: { against: 'source' } });
    expect(told.rows[0]?.expected?.low).toBeGreaterThan(0);
    const none = await dnaApplications(driver, { account_id: 'other' });
    expect(none).toMatchObject({ applications: 0, rows: [], words: 'no ad says what it was made from' });
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
