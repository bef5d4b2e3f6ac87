import { describe, expect, it } from 'vitest';
import { fatigue } from './fatigue.ts';
import { fatigueRuns, type FatigueJob } from './fatigue-run.ts';
import { stable_worlds, tiring_worlds } from './fatigue-world.ts';

const job: FatigueJob = { world: 'stable', impressions_per_day: 5_000, seed: 5, first_run: 0, runs: 3 };
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

describe('the fatigue evaluation', () => {
  it('prints false alarms of every stable world and delays of every tiring one, for each rule', async () => {
    const measures = await fatigue.run({ seed: 1, quick: true });
    for (const rule of ['flywheel', 'two-days-ago']) {
      const of = (name: string): readonly (string | undefined)[] =>
        measures.filter((one) => one.name === name && one.labels['rule'] === rule).map(({ labels }) => labels['world']);
      expect(of('false_alarm_rate')).toEqual(stable_worlds);
      expect(of('detection_delay')).toEqual(tiring_worlds);
    }
    for (const { low, value, high, n } of measures) {
      expect(low ?? value).toBeLessThanOrEqual(value);
      expect(high ?? value).toBeGreaterThanOrEqual(value);
      expect(n).toBeGreaterThan(0);
    }
  });

  it('hardly ever calls a stable ad tired, also when its account falls, where the rule of two days ago does each week', () => {
    for (const world of ['stable', 'account_falls'] as const) {
      const { flywheel, 'two-days-ago': other } = fatigueRuns({ ...job, world }).rules;
      // 90 ad-months: 4.5 alarms are allowed, and chance may double them.
      expect(sum(flywheel.alarms)).toBeLessThanOrEqual(9);
      expect(sum(other.alarms)).toBeGreaterThan(4 * 30);
    }
  });

  it('finds a loss of three in ten within three weeks, and tells days until a critical one that hold the truth', () => {
    const { rules } = fatigueRuns({ ...job, world: 'loses_30' });
    for (const found of rules.flywheel.delays) expect(found ?? Infinity).toBeLessThanOrEqual(21);
    const { forecasts } = fatigueRuns({ ...job, world: 'wears' });
    const told = sum(forecasts.map((one) => one.told));
    expect(told).toBeGreaterThan(20);
    expect(sum(forecasts.map((one) => one.bounded))).toBeGreaterThan(5);
    expect(sum(forecasts.map((one) => one.covered)) / told).toBeGreaterThan(0.8);
  });
});
