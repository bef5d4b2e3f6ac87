/** The events of a recorded test: package = ad with its headline, in an ad set of its own; test = experiment. */
import { noCreativeFacts, type AdCreated, type AdMetrics, type ExperimentDeclared } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import type { HourlySplit } from './split.ts';
import type { RecordedArm, RecordedTest } from './tests.ts';

export interface Event {
  readonly topic: string;
  readonly value: object;
}

/** The account all recorded tests belong to. */
export const account_id = 'upworthy';

/**
 * Click rate of the archive over all tests. It is known before any single test starts, so it may set the length of
 * evidence blocks without a test having a say in its own.
 */
export const expected_rate = 0.015;

/** No money was recorded: spend is 0, in the currency of where the tests ran. */
const currency = 'USD';

const name_characters = 200;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;

export const experimentId = (test_id: string): string => `exp_${test_id}`;
export const campaignId = (test_id: string): string => `cmp_${test_id}`;
export const adsetId = (package_id: string): string => `set_${package_id}`;
export const adId = (package_id: string): string => `ad_${package_id}`;

/** The headline; packages of a test that differ elsewhere only (image, excerpt) are told apart by their id. */
function adName(arm: RecordedArm, { arms }: RecordedTest): string {
  const alone = arms.filter(({ headline }) => headline === arm.headline).length === 1;
  const headline = cut(arm.headline, name_characters);
  return alone ? headline : `${headline} (package ${arm.package_id})`;
}

export const adCreated = (test: RecordedTest, arm: RecordedArm): AdCreated => ({
  ...noCreativeFacts,
  objective: 'traffic',
  account_id,
  campaign_id: campaignId(test.test_id),
  adset_id: adsetId(arm.package_id),
  ad_id: adId(arm.package_id),
  experiment_id: experimentId(test.test_id),
  name: adName(arm, test),
  headline: arm.headline,
  primary_text: arm.lede,
  call_to_action: null,
  format: 'image',
  created_ms: test.created_ms,
  provenance: 'replayed',
});

/**
 * The test as an experiment. Readers were assigned at random with equal probability, so each arm was planned the same
 * share; where the archive doubts the assignment, the design is observational and no winner may be announced.
 */
export const experimentDeclared = (test: RecordedTest, start_ms: number, hours: number): ExperimentDeclared => ({
  account_id,
  experiment_id: experimentId(test.test_id),
  campaign_id: campaignId(test.test_id),
  name: `${cut(test.arms[0]?.headline ?? test.test_id, name_characters)} (${test.arms.length} packages)`,
  design: test.randomised ? 'randomised' : 'observational',
  primary_metric: 'link_ctr',
  guardrail_metrics: [],
  arms: test.arms.map(({ package_id }) => ({
    ad_id: adId(package_id),
    adset_id: adsetId(package_id),
    planned_share: 1 / test.arms.length,
  })),
  control_ad_id: null,
  start_ms,
  planned_days: Math.max(1, Math.ceil(hours / 24)),
  expected_rate,
  provenance: 'replayed',
});

/** One hour of one arm. Every recorded click is one on the link. */
export function adMetrics(test: RecordedTest, split: HourlySplit, hour: number, a: number, from_ms: number): AdMetrics {
  const { package_id } = test.arms[a] ?? { package_id: '' };
  const at = hour * test.arms.length + a;
  const clicks = split.clicks[at] ?? 0;
  return {
    account_id,
    campaign_id: campaignId(test.test_id),
    adset_id: adsetId(package_id),
    ad_id: adId(package_id),
    experiment_id: experimentId(test.test_id),
    window_start_ms: from_ms,
    window_end_ms: from_ms + hour_ms,
    as_of_ms: from_ms + hour_ms,
    impressions: split.impressions[at] ?? 0,
    clicks,
    link_clicks: clicks,
    spend_minor: 0,
    currency,
    conversions: 0,
    conversion_value_minor: 0,
    reach: null,
    context: {},
  };
}
