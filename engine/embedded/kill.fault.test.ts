import { describe, expect, it } from 'vitest';
import { steps } from '../commit-path/faults.ts';
import { faultRun, type Kill } from '../../proofs/faults/run.ts';
import type { WorkerTask } from '../../proofs/faults/worker.ts';

const timeout = 180_000;
const turns = 200;

describe('the embedded engine, killed by SIGKILL', () => {
  it('at each step and at random leaves the state, events and rows of an uninterrupted run', { timeout }, async () => {
    const kills = steps.flatMap((at): Kill[] => [
      { at, forget: false },
      { at: 'random', forget: false },
    ]);
    const killed = await faultRun({ seed: 11, turns, clock: 'turn', bug: 'none', kills });
    const whole = await faultRun({ seed: 11, turns, clock: 'turn', bug: 'none', kills: [] });
    // A fault that did not hit shows nothing.
    expect([...killed.hits.keys()].sort()).toEqual([...steps, 'random'].sort());
    expect(killed.seen).toEqual(whole.seen);
    expect(killed.seen.breaks).toBe(0);
    expect(killed.differences).toBe(0);
  });

  it('with a ledger that forgot its last commits redoes them in the order of the journal', { timeout }, async () => {
    const kills = Array.from({ length: 6 }, (_, i): Kill => ({
      at: i % 2 === 0 ? 'mark' : 'commit',
      forget: i % 2 === 1,
    }));
    const run = await faultRun({ seed: 12, turns, clock: 'coarse', bug: 'none', kills });
    expect(run.forgotten).toBeGreaterThanOrEqual(2);
    expect(run.seen.breaks).toBe(0);
    expect(run.differences).toBe(0);
  });

  const planted: readonly (readonly [WorkerTask['bug'], readonly Kill[]])[] = [
    ['no watermark', Array.from({ length: 6 }, (): Kill => ({ at: 'deliver', forget: false }))],
    ['send before commit', Array.from({ length: 8 }, (): Kill => ({ at: 'deliver', forget: false }))],
    ['no journal', Array.from({ length: 8 }, (_, i): Kill => ({ at: 'deliver', forget: i % 2 === 1 }))],
  ];
  for (const [bug, kills] of planted)
    it(`shows a planted bug: ${bug}`, { timeout }, async () => {
      let breaks = 0;
      for (let seed = 1; seed <= 6 && breaks === 0; seed++)
        breaks = (await faultRun({ seed, turns, clock: 'coarse', bug, kills })).seen.breaks;
      expect(breaks).toBeGreaterThan(0);
    });
});
