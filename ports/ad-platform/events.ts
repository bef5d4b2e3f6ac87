/** What a platform says, as events: the same for every platform. */
import type { AdCreated, AdMetrics, ExperimentDeclared } from '../../schemas/index.ts';
import type { Ad, AdAccount, AdExperiment, AdPlatform, Insight } from './port.ts';

export interface PlatformEvent {
  readonly topic: 'ad.created' | 'experiment.declared' | 'ad.metrics';
  readonly value: AdCreated | ExperimentDeclared | AdMetrics;
}

/**
 * All that an account's platform has to say since a time: new ads and experiments first, then totals.
 * @param since_ms the platform's time at the last call; 0 at the first one
 */
export async function eventsSince(
  platform: AdPlatform,
  account: AdAccount,
  since_ms: number,
): Promise<readonly PlatformEvent[]> {
  const { account_id } = account;
  const [ads, experiments, insights] = await Promise.all([
    platform.ads(account_id),
    platform.experiments(account_id),
    platform.insights(account_id, since_ms),
  ]);
  const isNew = ({ created_ms }: { readonly created_ms: number }): boolean => created_ms >= since_ms;
  const described = { ads: ads.filter(isNew), experiments: experiments.filter(isNew) };
  return [
    ...describedEvents(described, platform.provenance, experiments),
    ...insightEvents(account, experiments, insights),
  ];
}

/**
 * What runs, as events.
 * @param all experiments that ads may be arms of, where not all of them are to be told
 */
export function describedEvents(
  { ads, experiments }: { readonly ads: readonly Ad[]; readonly experiments: readonly AdExperiment[] },
  provenance: AdPlatform['provenance'],
  all = experiments,
): readonly PlatformEvent[] {
  const experimentOf = experimentsByAd(all);
  const events: PlatformEvent[] = [];
  for (const ad of ads) {
    const experiment_id = experimentOf.get(ad.ad_id) ?? null;
    events.push({ topic: 'ad.created', value: { ...ad, experiment_id, provenance } });
  }
  for (const { created_ms: _, ...declared } of experiments)
    events.push({ topic: 'experiment.declared', value: { ...declared, provenance } });
  return events;
}

/** Totals as events. */
export function insightEvents(
  { account_id, currency }: AdAccount,
  experiments: readonly AdExperiment[],
  insights: readonly Insight[],
): readonly PlatformEvent[] {
  const experimentOf = experimentsByAd(experiments);
  return insights.map((insight) => {
    const experiment_id = experimentOf.get(insight.ad_id) ?? null;
    const value = { account_id, ...insight, experiment_id, currency, reach: insight.reach ?? null, context: {} };
    return { topic: 'ad.metrics', value };
  });
}

function experimentsByAd(experiments: readonly AdExperiment[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { experiment_id, arms } of experiments) for (const { ad_id } of arms) found.set(ad_id, experiment_id);
  return found;
}
