/**
 * Tests of an account: those that Meta assigns people for (`ad_studies`), and what its campaigns are built as. Ad sets
 * of one ad each, for the same people and under budgets of their own, are compared in parallel; ads that share an ad set
 * are only looked at, because the auction chooses who sees them.
 */
import { isPaidForConversions } from '../../../schemas/index.ts';
import { hash32 } from '../../../learning/numeric.ts';
import { day_ms } from '../../../schemas/values.ts';
import type { Ad, AdExperiment } from '../port.ts';
import type { z } from 'zod';
import type { studyShape } from './shapes.ts';

export interface ExperimentFacts {
  readonly account_id: string;
  readonly ads: readonly Ad[];
  readonly campaigns: ReadonlyMap<string, { readonly name: string; readonly start_ms: number }>;
  readonly adSets: readonly AdSetFacts[];
  readonly studies: readonly z.infer<typeof studyShape>[];
  /** What the account's ads got on average: known before any of these tests. Null where nothing is known. */
  readonly rates: { readonly link_ctr: number | null; readonly cvr: number | null };
}

export interface AdSetFacts {
  readonly adset_id: string;
  readonly campaign_id: string;
  readonly name: string;
  readonly has_own_daily_budget: boolean;
  /** Equal for ad sets that are shown to the same people for the same goal. */
  readonly audience: string;
}

const planned_days = 28;
/** An account that has no history is expected to do as ads usually do. */
const usual_rates = { link_ctr: 0.01, cvr: 0.02 } as const;

export function experimentsOf(facts: ExperimentFacts): readonly AdExperiment[] {
  const byAdSet = new Map<string, Ad[]>();
  for (const ad of facts.ads) byAdSet.set(ad.adset_id, [...(byAdSet.get(ad.adset_id) ?? []), ad]);
  const studied = studiesOf(facts, byAdSet);
  const taken = new Set(studied.flatMap(({ arms }) => arms.map(({ ad_id }) => ad_id)));
  const others: AdExperiment[] = [];
  for (const [campaign_id, sets] of byCampaign(facts.adSets)) {
    const alone = sets.filter(({ adset_id, has_own_daily_budget }) => {
      const ads = byAdSet.get(adset_id) ?? [];
      return has_own_daily_budget && ads.length === 1 && ads.every(({ ad_id }) => !taken.has(ad_id));
    });
    for (const group of sameAudience(alone)) {
      const arms = group.flatMap(({ adset_id }) => byAdSet.get(adset_id) ?? []);
      if (arms.length >= 2) others.push(made(facts, { campaign_id, design: 'parallel', arms }));
    }
    for (const { adset_id } of sets) {
      const arms = byAdSet.get(adset_id) ?? [];
      if (arms.length >= 2) others.push(made(facts, { campaign_id, design: 'observational', arms }));
    }
  }
  return [...studied, ...others];
}

function byCampaign(sets: readonly AdSetFacts[]): ReadonlyMap<string, readonly AdSetFacts[]> {
  const found = new Map<string, AdSetFacts[]>();
  for (const set of sets) found.set(set.campaign_id, [...(found.get(set.campaign_id) ?? []), set]);
  return found;
}

function sameAudience(sets: readonly AdSetFacts[]): readonly (readonly AdSetFacts[])[] {
  const found = new Map<string, AdSetFacts[]>();
  for (const set of sets) found.set(set.audience, [...(found.get(set.audience) ?? []), set]);
  return [...found.values()];
}

interface Made {
  readonly campaign_id: string;
  readonly design: AdExperiment['design'];
  readonly arms: readonly Ad[];
  readonly name?: string;
  readonly id?: string;
  readonly start_ms?: number;
  readonly days?: number;
  readonly shares?: readonly number[];
}

function made(facts: ExperimentFacts, { campaign_id, design, arms, ...rest }: Made): AdExperiment {
  const { account_id, campaigns, rates } = facts;
  const campaign = campaigns.get(campaign_id);
  const metric = arms.every(({ objective }) => isPaidForConversions(objective)) ? 'cvr' : 'link_ctr';
  const created_ms = Math.max(...arms.map((ad) => ad.created_ms));
  // Another ad makes another test: what was counted before it joined is not its.
  const ids = arms.map(({ ad_id }) => ad_id).sort();
  const mark = hash32(ids.join(' ')).toString(36);
  return {
    account_id,
    experiment_id: rest.id ?? `${design}_${campaign_id}_${mark}`,
    campaign_id,
    name: rest.name ?? campaign?.name ?? campaign_id,
    design,
    primary_metric: metric,
    guardrail_metrics: [],
    arms: arms.map(({ ad_id, adset_id }, i) => ({
      ad_id,
      adset_id,
      planned_share: rest.shares?.[i] ?? 1 / arms.length,
    })),
    control_ad_id: null,
    start_ms: rest.start_ms ?? Math.max(created_ms, campaign?.start_ms ?? 0),
    planned_days: rest.days ?? planned_days,
    expected_rate: rates[metric] ?? usual_rates[metric],
    created_ms,
  };
}

/** Studies whose cells are ad sets of one ad each: only there the ad is what differs. */
function studiesOf(facts: ExperimentFacts, byAdSet: ReadonlyMap<string, readonly Ad[]>): readonly AdExperiment[] {
  const found: AdExperiment[] = [];
  for (const { id, name, cells, start_time, end_time } of facts.studies) {
    const all = (cells?.data ?? []).map((cell) => ({ ad: onlyAdOf(cell, byAdSet), weight: cell.treatment_percentage }));
    const arms = all.flatMap(({ ad }) => (ad === null ? [] : [ad]));
    const whole = all.reduce((sum, { weight }) => sum + weight, 0);
    const campaign_id = arms[0]?.campaign_id;
    if (campaign_id === undefined || arms.length < 2 || arms.length !== all.length || whole <= 0) continue;
    found.push(
      made(facts, {
        campaign_id,
        design: 'randomised',
        arms,
        id: `study_${id}`,
        name: name === '' ? id : name,
        start_ms: start_time,
        days: Math.min(366, Math.max(1, Math.round((end_time - start_time) / day_ms))),
        shares: all.map(({ weight }) => weight / whole),
      }),
    );
  }
  return found;
}

type Cell = NonNullable<z.infer<typeof studyShape>['cells']>['data'][number];

function onlyAdOf({ adsets }: Cell, byAdSet: ReadonlyMap<string, readonly Ad[]>): Ad | null {
  const [set, ...otherSets] = adsets?.data ?? [];
  const [ad, ...others] = set === undefined ? [] : (byAdSet.get(set.id) ?? []);
  return ad === undefined || others.length > 0 || otherSets.length > 0 ? null : ad;
}
