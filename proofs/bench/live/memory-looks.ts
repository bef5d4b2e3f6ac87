/** Memory of the gateway's process as time passes, without what only files stand behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measure } from '../../measures.ts';
import { ownMemory_mb } from '../own-memory.ts';
import { spread } from '../statistics.ts';
import { targets } from '../targets.ts';

const look_ms = 2_000;
const fifths = ['first', 'second', 'third', 'fourth', 'last'] as const;

export class MemoryLooks {
  readonly own_mb: number[] = [];
  readonly #pid: number | undefined;

  constructor({ child }: { readonly child: { readonly pid?: number | undefined } }) {
    this.#pid = child.pid;
  }

  async until(seconds: number, onProgress: (text: string) => void): Promise<void> {
    const end_ms = performance.now() + seconds * 1_000;
    while (performance.now() < end_ms) {
      const own_mb = ownMemory_mb(this.#pid);
      if (own_mb !== null) this.own_mb.push(own_mb);
      onProgress(`${Math.ceil((end_ms - performance.now()) / 10_000) * 10} s left`);
      await sleep(look_ms);
    }
  }
}

/**
 * Memory of each fifth of the run, and how much the last is above the third. It is flat where the median of the last
 * fifth is at most a tenth above that of the third: by the third all that is bounded has filled.
 */
export function memoryMeasures(own_mb: readonly number[]): readonly Measure[] {
  const length = Math.floor(own_mb.length / fifths.length);
  if (length === 0) return [];
  const measures = fifths.map((when, i) => ({
    name: 'memory',
    labels: { when: `${when} fifth` },
    unit: 'MB',
    ...spread(own_mb.slice(i * length, (i + 1) * length)),
  }));
  const growth = (measures[4]?.value ?? NaN) / (measures[2]?.value ?? NaN);
  const labels = { of: 'last fifth', to: 'third fifth' };
  return [...measures, { name: 'ratio', labels, unit: '1', value: growth, n: 1, target: targets.memory_growth }];
}
