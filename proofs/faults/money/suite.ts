/** `npm run faults -- money`: random fault schedules of the saga that moves money, each judged by the platform's history. */
import { generator } from '../../../engine/commit-path/seed.ts';
import { graphStages } from '../../../testing/money/graph-stage.ts';
import { modelStages, type Stages } from '../../../testing/money/stage.ts';
import { moneyWorld } from '../../../testing/money/world.ts';
import type { Measure } from '../../measures.ts';

/** `model`: in memory; `graph`: the connector to Meta, on a fake Graph API over the wire. */
export type MoneyPlatform = 'model' | 'graph';

export interface MoneyFaultOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly platform: MoneyPlatform;
  readonly onProgress?: (text: string) => void;
}

/** Worlds under way at a time: most of one is waiting. */
const at_once = 24;
const between_lines = 50;

interface Counts {
  schedules: number;
  unsafe: number;
  unintended: number;
  writes: number;
  deaths: number;
  readonly ends: Map<string, number>;
  readonly failed: number[];
}

const over = ['applied', 'compensated', 'failed', 'stood_down', 'cancelled', 'expired', 'rejected', 'would_apply'];

/** Runs as many worlds as asked; names the seed of each that went wrong. */
export async function moneyFaults(
  options: MoneyFaultOptions,
): Promise<{ readonly measures: readonly Measure[]; readonly ok: boolean }> {
  const { rounds, platform } = options;
  const random = generator(options.seed);
  const seeds = Array.from({ length: rounds }, () => Math.floor(random() * 2 ** 31));
  const counts: Counts = { schedules: 0, unsafe: 0, unintended: 0, writes: 0, deaths: 0, ends: new Map(), failed: [] };
  const stages = platform === 'graph' ? await graphStages() : modelStages;
  try {
    await Promise.all(
      Array.from({ length: at_once }, async (_, first) => {
        for (let i = first; i < seeds.length; i += at_once) await runOne(seeds[i] ?? 0, counts, stages, options);
      }),
    );
  } finally {
    await stages.close();
  }
  return { ok: counts.failed.length === 0 && counts.writes > 0, measures: figures(counts, platform) };
}

async function runOne(
  seed: number,
  counts: Counts,
  stages: Stages,
  { onProgress }: Pick<MoneyFaultOptions, 'onProgress'>,
): Promise<void> {
  const { unsafe, unintended, writes, outcome } = await moneyWorld(seed, {}, stages);
  counts.schedules++;
  counts.unsafe += unsafe.length;
  counts.unintended += unintended.length;
  counts.writes += writes;
  counts.deaths += outcome.deaths;
  for (const { state } of outcome.told)
    if (over.includes(state)) counts.ends.set(state, (counts.ends.get(state) ?? 0) + 1);
  const wrong = [...unsafe, ...unintended];
  if (wrong.length > 0) {
    counts.failed.push(seed);
    onProgress?.(`seed ${seed}: ${wrong.join('; ')}`);
  }
  if (counts.schedules % between_lines === 0)
    onProgress?.(`${counts.schedules} schedules, ${counts.writes} writes, ${counts.failed.length} went wrong`);
}

function figures(counts: Counts, platform: MoneyPlatform): readonly Measure[] {
  const measure = (name: string, value: number, unit: string, labels: Measure['labels'] = {}): Measure => ({
    name,
    labels: { platform, ...labels },
    value,
    unit,
    n: counts.schedules,
  });
  return [
    measure('schedules', counts.schedules, 'schedules'),
    measure('budget_writes', counts.writes, 'writes'),
    measure('deaths', counts.deaths, 'deaths'),
    ...[...counts.ends].sort().map(([state, n]) => measure('changes', n, 'changes', { state })),
    measure('unsafe_writes', counts.unsafe, 'writes'),
    measure('unintended_states', counts.unintended, 'budgets'),
  ];
}
