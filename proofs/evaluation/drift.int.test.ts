import { describe, expect, it } from 'vitest';
import { drift } from './drift.ts';
import { driftRuns, type DriftJob } from './drift-run.ts';
import { drifting_worlds, stable_worlds } from './drift-world.ts';
import { runJobs } from './pool.ts';

const job: DriftJob = {
  world: 'drop_30',
  ads: 4,
  stable_days: 60,
  drifting_days: 60,
  seed: 5,
  first_run: 0,
  runs: 6,
};

describe('the drift evaluation', () => {
  it('prints false alarms of every stable world and delays of every drift, for each rule', async () => {
    const measures = await drift.run({ seed: 1, quick: true });
    for (const rule of ['page_hinkley', 'accuracy', 'fixed_80']) {
      const of = (name: string): readonly (string | undefined)[] =>
        measures.filter((one) => one.name === name && one.labels['rule'] === rule).map(({ labels }) => labels['world']);
      expect(of('false_alarms')).toEqual(stable_worlds);
      expect(of('delay')).toEqual(drifting_worlds);
      expect(of('found')).toEqual(drifting_worlds);
    }
    for (const { low, value, high, n } of measures) {
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(n).toBeGreaterThan(0);
    }
  });

  it('gives the same figures for the same seed, on a worker thread too', async () => {
    const small = { ...job, runs: 1 };
    const [there] = await runJobs<DriftJob, ReturnType<typeof driftRuns>>(
      new URL('./drift-run.ts', import.meta.url),
      [small],
      { threads: 1 },
    );
    expect(there).toEqual(driftRuns(small));
  });

  it('finds that clicks fall by three in ten within three weeks, and hardly ever speaks where nothing changes', () => {
    const { page_hinkley } = driftRuns(job);
    for (const delay of page_hinkley.delays) expect(delay ?? Infinity).toBeLessThanOrEqual(21);
    const calm = driftRuns({ ...job, world: 'scattered', stable_days: 330, drifting_days: 0, runs: 8 });
    expect(calm.page_hinkley.windows).toBe(8 * 300);
    expect(calm.page_hinkley.false_alarms).toBeLessThanOrEqual(4);
    // Agreement is below 80 % at this traffic whatever the model does: an alarm with every end of the cooldown.
    expect(calm.fixed_80.false_alarms).toBeGreaterThan(100);
  });
});
