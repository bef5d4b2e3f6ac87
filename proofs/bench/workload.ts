/** Ad metrics for benches: many accounts and ads, hour windows in order, the same for the same number. */
import type { SourceEvent } from '../../engine/engine.ts';
import {
  adMetrics,
  experimentDeclared,
  tickHourly,
  type AdMetrics,
  type ExperimentDeclared,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';

export interface World {
  readonly accounts: number;
  readonly ads_per_account: number;
  /** How often the totals of a window are told while it runs; once, at its end, where left out. */
  readonly snapshots_per_hour?: number;
}

/** Many ads, each with few events: state that is touched seldom. */
export const wide: World = { accounts: 64, ads_per_account: 200 };
/** Fewer ads through many days: hours mature, blocks close, evidence is told. */
export const long: World = { accounts: 16, ads_per_account: 40 };

export const adsOf = ({ accounts, ads_per_account }: World): number => accounts * ads_per_account;
/** Events until an hour of all ads is over. */
export const hourOf = (world: World): number => adsOf(world) * (world.snapshots_per_hour ?? 1);
/** Two ads compared in each experiment. */
const ads_per_experiment = 2;
export const workload_start_ms = Date.UTC(2026, 0, 1);

/** Steps through all ads in an order that spreads neighbours: the count of ads and this number share no factor. */
const stride = 7_919;

/** Event `i`: every ad tells its totals of the hour, in rounds of all ads; the last round of an hour has all of it. */
export function metricsEvent(i: number, world: World = wide): AdMetrics {
  const { ads_per_account, snapshots_per_hour = 1 } = world;
  const ads = adsOf(world);
  const place = ((i % ads) * stride) % ads;
  const round = Math.floor(i / ads);
  const hour = Math.floor(round / snapshots_per_hour);
  const share = ((round % snapshots_per_hour) + 1) / snapshots_per_hour;
  const account = Math.floor(place / ads_per_account);
  const ad = place % ads_per_account;
  const window_start_ms = workload_start_ms + hour * hour_ms;
  const seed = place + hour * ads;
  const soFar = (total: number): number => Math.floor(total * share);
  return {
    account_id: `act_${1_000 + account}`,
    campaign_id: `campaign_${account}_${Math.floor(ad / 10)}`,
    adset_id: `adset_${account}_${ad}`,
    ad_id: `ad_${account}_${ad}`,
    experiment_id: `experiment_${account}_${Math.floor(ad / ads_per_experiment)}`,
    window_start_ms,
    window_end_ms: window_start_ms + hour_ms,
    as_of_ms: window_start_ms + share * hour_ms,
    impressions: soFar(400 + ((seed * 31) % 200)),
    clicks: soFar(9 + (seed % 5)),
    link_clicks: soFar(6 + (seed % 4)),
    spend_minor: soFar(350 + (seed % 90)),
    currency: 'USD',
    conversions: 0,
    conversion_value_minor: 0,
    reach: null,
    context: {},
  };
}

/** Metrics from event `from` on. */
export const metricsEvents = (from: number, count: number, world: World = wide): readonly SourceEvent[] =>
  Array.from({ length: count }, (_, i) => ({ topic: adMetrics.name, value: metricsEvent(from + i, world) }));

/** The same, with the end of each hour once all ads have reported it. */
export function hourlyEvents(from: number, count: number, world: World): readonly SourceEvent[] {
  const events_per_hour = hourOf(world);
  return metricsEvents(from, count, world).flatMap((event, n): readonly SourceEvent[] => {
    const after = from + n + 1;
    if (after % events_per_hour !== 0) return [event];
    const hour = workload_start_ms + (after / events_per_hour - 1) * hour_ms;
    return [event, { topic: tickHourly.name, value: { hour_ms: hour } }];
  });
}

/** The experiments that the metrics belong to. */
export function experimentEvents({ accounts, ads_per_account }: World = wide): readonly SourceEvent[] {
  const events: SourceEvent[] = [];
  for (let account = 0; account < accounts; account++)
    for (let ad = 0; ad < ads_per_account; ad += ads_per_experiment)
      events.push({ topic: experimentDeclared.name, value: experiment(account, ad) });
  return events;
}

function experiment(account: number, ad: number): ExperimentDeclared {
  const arm = (n: number): ExperimentDeclared['arms'][number] => ({
    ad_id: `ad_${account}_${n}`,
    adset_id: `adset_${account}_${n}`,
    planned_share: 1 / ads_per_experiment,
  });
  return {
    account_id: `act_${1_000 + account}`,
    experiment_id: `experiment_${account}_${Math.floor(ad / ads_per_experiment)}`,
    campaign_id: `campaign_${account}_${Math.floor(ad / 10)}`,
    name: `Experiment ${ad / ads_per_experiment}`,
    design: 'parallel',
    primary_metric: 'link_ctr',
    guardrail_metrics: [],
    arms: [arm(ad), arm(ad + 1)],
    control_ad_id: null,
    start_ms: workload_start_ms,
    planned_days: 28,
    expected_rate: 0.015,
    provenance: 'simulated',
  };
}
