import { describe, expect, it } from 'vitest';
import { defaultEvidencePolicy } from '../../policy/evidence.ts';
import type { Measure } from '../measures.ts';
import { runJobs } from './pool.ts';
import { runWinners, type WinnersJob, type WinnersResult } from './winners-run.ts';
import { betterWorlds, nullWorlds, type World } from './winners-world.ts';
import { winners } from './winners.ts';

const policies = {
  off: { ...defaultEvidencePolicy, min_impressions_per_arm: 0 },
  on: { ...defaultEvidencePolicy, min_lift: 0.02 },
};
const thresholds = [20];

function world(name: string): World {
  const found = [...nullWorlds, ...betterWorlds].find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no world ${name}`);
  return found;
}

const job = (name: string, runs: number, days: number): WinnersJob => ({
  world: world(name),
  seed: 5,
  runs,
  days,
  policies,
  thresholds,
});

const share = (result: WinnersResult, gates: 'off' | 'on' = 'off'): number =>
  result[gates].filter(({ flywheel }) => (flywheel[0]?.day ?? 0) > 0).length / result[gates].length;

describe('the winner evaluation', () => {
  it('prints false winners of every rule in every world without a difference, and power where there is one', async () => {
    const measures = await winners.run({ seed: 1, quick: true });
    const of = (name: string, labels: Record<string, string>): readonly Measure[] =>
      measures.filter(
        (measure) =>
          measure.name === name && Object.entries(labels).every(([key, value]) => measure.labels[key] === value),
      );
    for (const { name } of nullWorlds)
      for (const gates of ['off', 'on'])
        for (const rule of ['flywheel', 'z-test', 'p-best']) {
          const [found, ...more] = of('false_winner_rate', { world: name, gates, rule });
          expect(more).toEqual([]);
          expect(found?.high).toBeGreaterThanOrEqual(found?.value ?? 2);
        }
    for (const { name } of betterWorlds)
      for (const days of ['14', '28'])
        for (const planned of ['1', '10', '30'])
          expect(of('power', { world: name, gates: 'on', rule: 'flywheel', days, planned })).toHaveLength(1);
    const [arriving] = of('false_discovery_rate', {});
    expect(arriving?.value).toBeLessThan(0.05);
  });

  it('gives the same figures for the same seed, on a worker thread too', async () => {
    const [there] = await runJobs<WinnersJob, WinnersResult>(
      new URL('./winners-run.ts', import.meta.url),
      [job('restatement', 3, 20)],
      { threads: 1 },
    );
    expect(there).toEqual(runWinners(job('restatement', 3, 20)));
  });

  it('finds most true winners within 28 days, and in a hundred experiments without one at most a few', () => {
    expect(share(runWinners(job('iid, +20 %', 60, 28)))).toBeGreaterThan(0.9);
    expect(share(runWinners(job('Thompson shares', 100, 60)))).toBeLessThan(0.12);
  });

  it('convicts the rule for assigned users where hours resemble their neighbours', () => {
    const eager = { ...job('autocorrelated, 5000 an hour', 40, 28) };
    const careless: World = { ...eager.world, design: 'archive' };
    expect(share(runWinners({ ...eager, world: careless }))).toBeGreaterThan(0.3);
    expect(share(runWinners(eager))).toBeLessThan(0.2);
  });
});
