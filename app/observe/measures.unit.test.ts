import { describe, expect, it } from 'vitest';
import type { Step } from '../../engine/commit-path/faults.ts';
import { Measures } from './measures.ts';

const task = { group: 'count', partition: 0 };

describe('the steps of a batch', () => {
  it('are timed one after the other, from when it was read, and as a whole', async () => {
    let now_ms = 0;
    const measures = new Measures(() => now_ms);
    const batch = (...steps: readonly (readonly [Step, number])[]): void => {
      for (const [step, took_ms] of steps) {
        now_ms += took_ms;
        measures.step(step, task);
      }
    };
    batch(['read', 500], ['decode', 2], ['load', 1], ['decide', 30], ['commit', 7]);
    // What is delivered beside the next batch is no step of it.
    batch(['deliver', 90], ['read', 0], ['decode', 4], ['load', 1], ['mark', 1], ['decide', 9], ['commit', 9]);
    const times = await measures.times();
    expect(times.map(({ step, batches, mean_ms }) => [step, batches, Math.round(mean_ms * 1e6) / 1e6])).toEqual([
      ['decode', 2, 3],
      ['load', 2, 1],
      ['decide', 2, 20],
      ['commit', 2, 8],
      ['batch', 2, 32],
    ]);
    const decide = times.find(({ step }) => step === 'decide');
    // By the limits of the measure: 9 ms are at most 10, 31 ms at most 50.
    expect([decide?.half_ms, decide?.most_ms]).toEqual([10, 50]);
  });

  it('are none before a batch was committed, and longer than all limits is said as unknown', async () => {
    let now_ms = 0;
    const measures = new Measures(() => now_ms);
    expect(await measures.times()).toEqual([]);
    measures.step('read', task);
    now_ms += 60_000;
    measures.step('decode', task);
    const [decode] = await measures.times();
    expect([decode?.step, decode?.half_ms, decode?.mean_ms]).toEqual(['decode', null, 60_000]);
  });
});
