import { describe, expect, it } from 'vitest';
import type { Measure } from '../measures.ts';
import { allocationRuns, type AllocationJob, type Regrets } from './allocation-run.ts';
import { allocation } from './allocation.ts';
import { runJobs } from './pool.ts';

const job: AllocationJob = {
  world: 'swap',
  arms: 2,
  volume: 5_000,
  limits: 'none',
  seed: 3,
  first_run: 0,
  runs: 12,
};
const mean = (values: readonly number[] | undefined): number =>
  (values ?? []).reduce((sum, x) => sum + x, 0) / (values?.length ?? 0);

describe('the allocation evaluation', () => {
  it('prints regret, ratios and the paired difference of every setting', async () => {
    const measures = await allocation.run({ seed: 1, quick: true });
    const of = (name: string, labels: Record<string, string>): readonly Measure[] =>
      measures.filter(
        (measure) =>
          measure.name === name && Object.entries(labels).every(([key, value]) => measure.labels[key] === value),
      );
    for (const world of ['stationary', 'drifting', 'swap'])
      for (const limits of ['none', 'money'])
        for (const policy of ['flywheel', 'uniform', 'greedy', 'thompson', 'oracle'])
          expect(of('regret', { world, limits, policy, arms: '2' })).toHaveLength(1);
    for (const { value } of of('regret', { policy: 'oracle', limits: 'none' })) expect(value).toBe(0);
    for (const { value } of of('regret', { policy: 'oracle', limits: 'money' })) expect(value).toBeGreaterThan(0);
    const [regret] = of('regret', { policy: 'flywheel', world: 'swap', arms: '2', limits: 'none' });
    const [thompson] = of('regret', { policy: 'thompson', world: 'swap', arms: '2', limits: 'none' });
    const [difference] = of('regret_difference', { world: 'swap', arms: '2', limits: 'none' });
    expect(difference?.value).toBeCloseTo((regret?.value ?? 0) - (thompson?.value ?? 0), 6);
    expect(difference?.low).toBeLessThan(difference?.value ?? 0);
  });

  it('gives the same figures for the same seed, on a worker thread too', async () => {
    const here = allocationRuns({ ...job, runs: 2 });
    const [there] = await runJobs<AllocationJob, Regrets>(
      new URL('./allocation-run.ts', import.meta.url),
      [{ ...job, runs: 2 }],
      { threads: 1 },
    );
    expect(there).toEqual(here);
  });

  it('loses less than plain Thompson sampling when the best arm changes, and less than a third of uniform when not', () => {
    const swapped = allocationRuns({ ...job, policies: ['flywheel', 'thompson'] });
    expect(mean(swapped.flywheel)).toBeLessThan(0.7 * mean(swapped.thompson));
    const still = allocationRuns({
      ...job,
      world: 'stationary',
      arms: 4,
      volume: 500,
      policies: ['flywheel', 'uniform'],
    });
    expect(mean(still.flywheel)).toBeLessThan(0.35 * mean(still.uniform));
  });
});
