import { describe, expect, it } from 'vitest';
import { bench } from '../index.ts';
import { longestGap } from './instances.ts';
import { outputsOf } from './outputs.ts';

const systems = ['flywheel', 'flywheel-one-process', 'raw-consumer'];
const time = systems.map((system) => `processor_time ${system}`);
const quiet = { seed: 1, quick: true, onProgress: () => undefined };

describe('the bench of the Kafka engine', () => {
  it('measures throughput and latency, each figure a number with its unit', { timeout: 240_000 }, async () => {
    const kafka = {
      ...{ events: 256_000, rounds: 1, instances: [] },
      ...{ per_s: 500, latency_s: 1, latency_runs: 1, pause_s: 0 },
    };
    const { measures } = await bench('kafka', { ...quiet, kafka });
    expect(
      measures.map(({ name, labels }) => [name, labels['system'], labels['quantile']].filter(Boolean).join(' ')),
    ).toEqual([
      ...[
        ...systems.map((system) => `throughput ${system}`),
        'ratio',
        'ratio',
        ...time,
        ...systems.map((system) => `memory ${system}`),
      ],
      ...['flywheel', 'flywheel-flushed-each-second', 'log-alone'].flatMap((system) =>
        ['p10', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'max'].map((quantile) => `latency ${system} ${quantile}`),
      ),
    ]);
    for (const { value, unit, name } of measures) {
      expect(value, name).toBeGreaterThanOrEqual(name === 'latency' ? 0 : Number.MIN_VALUE);
      expect(unit).not.toBe('');
    }
  });

  it(
    'soaks: nothing is lost, doubled or wrong though instances are killed on the way',
    { timeout: 240_000 },
    async () => {
      const size = { events: 280_000, minutes: 0, fault_every_s: 2 };
      const { measures } = await bench('soak', { ...quiet, soak: size });
      const sum = (name: string): number =>
        measures.filter((one) => one.name === name).reduce((total, { value }) => total + value, 0);
      expect(sum('events')).toBe(size.events);
      expect(sum('outputs')).toBe(outputsOf(size.events));
      expect(sum('effects')).toBe(0);
      expect(sum('faults')).toBeGreaterThan(0);
      expect(sum('instances_ended')).toBe(0);
    },
  );
});

describe('what the workload causes', () => {
  it('is an output per 20 events of an ad', () => {
    expect(outputsOf(12_800 * 20 - 1)).toBe(12_799);
    expect(outputsOf(12_800 * 20)).toBe(12_800);
    expect(outputsOf(1_024_000)).toBe(51_200);
  });
});

describe('a pause', () => {
  it('is the longest gap between two arrivals whose middle lies in the window', () => {
    expect(longestGap([50, 0, 10, 20], 15, 40)).toBe(30);
    expect(longestGap([0, 100, 110, 120], 101, 130)).toBe(10);
    expect(longestGap([0, 13_000], 10_000, 20_000)).toBe(0);
    expect(longestGap([], 0, 10)).toBe(0);
  });
});
