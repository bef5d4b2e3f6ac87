/** Events a second from the log to committed results: next to nothing done, running totals, and the real processors. */
import { join } from 'node:path';
import { defaultPolicy } from '../../policy/document.ts';
import { ClickHouseAnalytics } from '../../ports/analytics/clickhouse/clickhouse.ts';
import { experimentEvidence } from '../../processors/auto-promoter/evidence/decide.ts';
import { autoPromoter } from '../../processors/auto-promoter/promotion/decide.ts';
import { processors, topology } from '../../processors/index.ts';
import { tablesOf } from '../../topology/fold.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import type { Measure } from '../measures.ts';
import { fill, inFolder, take } from './engine.ts';
import { spread } from './statistics.ts';
import { targets } from './targets.ts';
import { inRound, limit, totals } from './totals.ts';
import { long } from './workload.ts';

export interface ThroughputSize {
  /** Events per round. */
  readonly events: number;
  readonly rounds: number;
  readonly onProgress: (text: string) => void;
}

const throughput = (system: string, rates: readonly number[], target?: number): Measure => ({
  name: 'throughput',
  labels: { system },
  unit: 'events/s',
  ...spread(rates),
  ...(target === undefined ? {} : { target }),
});

/**
 * The engine's own cost. The two are measured in turns, because the machine's speed drifts: each round gives a ratio
 * of its own.
 */
export async function engineThroughput({ events, rounds, onProgress }: ThroughputSize): Promise<readonly Measure[]> {
  const rates: { readonly limit: number; readonly flywheel: number }[] = [];
  await inFolder(async (folder) => {
    await fill(folder, events);
    const rate = async (one: AnyProcessor, round: number): Promise<number> =>
      (await take({ folder, processors: [inRound(one, round)] }, events)).events_per_s;
    // The first round warms the compiler up.
    for (let round = 0; round <= rounds; round++) {
      onProgress(`engine, round ${round} of ${rounds}`);
      const found = { limit: await rate(limit, round), flywheel: await rate(totals, round) };
      if (round > 0) rates.push(found);
    }
  });
  const ratios = rates.map((round) => round.flywheel / round.limit);
  return [
    throughput(
      'limit',
      rates.map((round) => round.limit),
    ),
    throughput(
      'flywheel',
      rates.map((round) => round.flywheel),
      targets.totals,
    ),
    {
      name: 'ratio',
      labels: { of: 'flywheel', to: 'limit' },
      unit: '1',
      ...spread(ratios),
      target: targets.share_of_limit,
    },
  ];
}

/** The promoter's processors over declared experiments through many days, hours' ends included. */
export async function promoterThroughput({ events, rounds, onProgress }: ThroughputSize): Promise<Measure> {
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    onProgress(`promoter, round ${round} of ${rounds}`);
    rates.push(await takeLong(events, [experimentEvidence, autoPromoter]));
  }
  return throughput('flywheel-promoter', rates, targets.promoter);
}

/** All processors of the topology, their rows in ClickHouse. */
export async function wholeThroughput({ events, rounds, onProgress }: ThroughputSize): Promise<Measure> {
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    onProgress(`whole topology, round ${round} of ${rounds}`);
    rates.push(await takeLong(events, processors, true));
  }
  return throughput('whole-topology', rates);
}

const takeLong = (events: number, group: readonly AnyProcessor[], analytics = false): Promise<number> =>
  inFolder(async (folder) => {
    await fill(folder, events, { world: long, ticks: true });
    const options = { folder, processors: group, policy: defaultPolicy };
    if (!analytics) return (await take(options, events)).events_per_s;
    const store = await ClickHouseAnalytics.open({ path: join(folder, 'analytics') });
    await store.provision(tablesOf(topology));
    const { events_per_s } = await take({ ...options, rows: store }, events);
    await store.close();
    return events_per_s;
  });
