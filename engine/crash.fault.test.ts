import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Replaceable } from './options.ts';
import { play, turns } from '../testing/toy/scenario.ts';

const runs = 150;

/**
 * Whether some random run shows the bug. Deaths must leave what no deaths leave; when events arrive meanwhile, the
 * order may rightly differ, but the chain of what was sent must not break.
 */
async function isCaught(bug: Replaceable): Promise<boolean> {
  for (const turnsOfRun of fc.sample(turns, { numRuns: 400, seed: 4 })) {
    const { seen: expected } = await play(turnsOfRun, 'none');
    const { seen } = await play(turnsOfRun, 'deaths', bug);
    if (JSON.stringify(seen) !== JSON.stringify(expected)) return true;
    if ((await play(turnsOfRun, 'deaths and arrivals', bug)).seen.breaks > 0) return true;
  }
  return false;
}

describe('a process that dies at any step, and a ledger that forgets its last commits', () => {
  it('leave the same state, events and rows as a run without faults', { timeout: 120_000 }, async () => {
    let deaths = 0;
    await fc.assert(
      fc.asyncProperty(turns, async (turnsOfRun) => {
        const expected = await play(turnsOfRun, 'none');
        const actual = await play(turnsOfRun, 'deaths');
        deaths += actual.died;
        expect(actual.seen).toEqual(expected.seen);
        expect(actual.seen.breaks).toBe(0);
      }),
      { numRuns: runs },
    );
    // A run whose faults did not hit shows nothing.
    expect(deaths).toBeGreaterThan(runs);
  });

  it(
    'leave an unbroken chain when events arrive while it is dead, at a clock that stepped back',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(turns, async (turnsOfRun) => {
          expect((await play(turnsOfRun, 'deaths and arrivals')).seen.breaks).toBe(0);
        }),
        { numRuns: runs },
      );
    },
  );

  const bugs: readonly (readonly [string, Replaceable])[] = [
    ['readers that take what they took before', { watermarks: () => ({ seen: () => false, stored: () => ({}) }) }],
    ['effects sent before their commit', { sendBeforeCommit: true }],
    ['a journal that is not written', { noJournal: true }],
  ];
  for (const [bug, replace] of bugs)
    it(`the oracle catches ${bug}`, { timeout: 120_000 }, async () => {
      expect(await isCaught(replace)).toBe(true);
    });
});
