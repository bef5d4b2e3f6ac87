/** What a platform says, as events: the same for every platform. */
import type { AdCreated, AdMetrics, ExperimentDeclared } from '../../schemas/index.ts';
import type { AdAccount, AdExperiment, AdPlatform } from './port.ts';

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
  const { account_id, currency } = account;
  const { provenance } = platform;
  const [ads, experiments, insights] = await Promise.all([
    platform.ads(account_id),
    platform.experiments(account_id),
    platform.insights(account_id, since_ms),
  ]);
  const experimentOf = experimentsByAd(experiments);
  const events: PlatformEvent[] = [];
  for (const ad of ads) {
    const experiment_id = experimentOf.get(ad.ad_id) ?? null;
    if (ad.created_ms >= since_ms) events.push({ topic: 'ad.created', value: { ...ad, experiment_id, provenance } });
  }
  for (const { created_ms, ...declared } of experiments)
    if (created_ms >= since_ms) events.push({ topic: 'experiment.declared', value: { ...declared, provenance } });
  for (const insight of insights) {
    const experiment_id = experimentOf.get(insight.ad_id) ?? null;
    const value = { account_id, ...insight, experiment_id, currency, reach: insight.reach ?? null, context: {} };
    events.push({ topic: 'ad.metrics', value });
  }
  return events;
}

function experimentsByAd(experiments: readonly AdExperiment[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { experiment_id, arms } of experiments) for (const { ad_id } of arms) found.set(ad_id, experiment_id);
  return found;
}
