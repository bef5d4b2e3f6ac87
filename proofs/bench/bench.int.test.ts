import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bench } from './index.ts';
import type { Sizes } from './sections.ts';
import { quantile, spread } from './statistics.ts';

const tiny: Sizes = {
  engine_events: 1_000,
  engine_rounds: 2,
  promoter_events: 2_000,
  whole_events: 1_500,
  rounds: 1,
  archivist_events: 3_000,
  latency_per_s: 500,
  latency_s: 0.4,
  memory_marks: [1_000, 2_000],
  training_predictions: 600,
  training_per_s: 50,
  training_s: 0.4,
  recall_winners: 500,
  recall_questions: 20,
};

const place = ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }): string =>
  `${name} ${Object.values(labels).join(' ')}`;

describe('the bench of the embedded engine', () => {
  it('measures every system, each figure a number with its unit', { timeout: 60_000 }, async () => {
    const told: string[] = [];
    const report = await bench('embedded', {
      seed: 1,
      quick: true,
      sizes: tiny,
      onProgress: (text) => told.push(text),
    });
    expect(report.measures.map(place)).toEqual([
      'throughput limit',
      'throughput flywheel',
      'ratio flywheel limit',
      'throughput flywheel-promoter',
      'throughput whole-topology',
      'throughput archivist',
      'throughput archivist-store-alone',
      'throughput archivist-store-over-http',
      'latency p50',
      'latency p99',
      ...expectedMemory,
    ]);
    for (const measure of report.measures) {
      expect(measure.value, place(measure)).toBeGreaterThan(0);
      expect(measure.unit).not.toBe('');
    }
    const engine = report.measures.filter(({ name }) => name === 'throughput' || name === 'ratio').slice(0, 3);
    expect(engine.map(({ n }) => n)).toEqual([2, 2, 2]);
    expect(report).toMatchObject({ command: 'bench embedded --quick', seed: 1 });
    expect(told).toContain('memory');
  });

  it('measures the event loop while a model is trained, and says from how many rows', { timeout: 60_000 }, async () => {
    const { measures } = await bench('training', { seed: 1, quick: true, sizes: tiny, onProgress: () => undefined });
    const delays = measures.filter(({ name }) => name === 'event_loop_delay');
    expect(delays.map(({ labels }) => `${labels['during'] ?? ''} ${labels['quantile'] ?? ''}`)).toEqual(
      ['stream alone', 'training'].flatMap((during) =>
        ['p50', 'p99', 'max'].map((quantile) => `${during} ${quantile}`),
      ),
    );
    for (const { value, labels } of delays) {
      expect(value).toBeGreaterThan(0);
      expect(Number(labels['training_rows'])).toBeGreaterThan(400);
    }
    expect(measures.find(({ name }) => name === 'training_rows')?.value).toBeGreaterThan(400);
  });

  it('names the benches there are when asked for another', async () => {
    const { measures: memory } = await bench('memory', {
      seed: 1,
      quick: true,
      sizes: tiny,
      onProgress: () => undefined,
    });
    expect(memory.map(place)).toEqual([
      'latency 500 in process p50',
      'latency 500 in process p95',
      'recall_at_10 500 in process',
    ]);
    expect(memory.at(-1)?.value).toBe(1);
    const asked = bench('other', { seed: 1, quick: true, onProgress: () => undefined });
    await expect(asked).rejects.toThrow(
      'choose one of: embedded, archivist, training, memory, backfill, gateway, live, kafka, latency, state, soak',
    );
  });

  it('says on --help what it measures, on stdout', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      'proofs/bench/index.ts',
      '--help',
    ]);
    expect(stdout).toContain('--quick');
  });
});

/** Memory that no file stands behind is known on Linux only. */
const kinds = process.platform === 'linux' ? ['resident', 'own'] : ['resident'];
const expectedMemory = [1_000, 2_000].flatMap((events) => kinds.map((kind) => `memory ${events} ${kind}`));

describe('what becomes of repeated measurements', () => {
  it('is the median with the least and the greatest', () => {
    expect(spread([5, 1, 9])).toEqual({ value: 5, low: 1, high: 9, n: 3 });
    expect(spread([4, 1, 2, 9])).toEqual({ value: 3, low: 1, high: 9, n: 4 });
  });

  it('is, at a quantile, the value of the nearest rank', () => {
    const ascending = Array.from({ length: 100 }, (_, i) => i + 1);
    expect([quantile(ascending, 0.5), quantile(ascending, 0.99), quantile(ascending, 1)]).toEqual([50, 99, 100]);
  });
});
