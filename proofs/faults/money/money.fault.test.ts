import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MoneyLimits, MoneyPolicy } from '../../../policy/money.ts';
import { graphStages } from '../../../testing/money/graph-stage.ts';
import type { Stages } from '../../../testing/money/stage.ts';
import { moneyWorld, type Planted } from '../../../testing/money/world.ts';

const seeds = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });

describe('budgets under random requests, approvals, faults, deaths and two writers at once', () => {
  it('are never authorised above a cap, written twice or left as nobody meant them, and every change ends', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, async (some) => {
        const verdicts = await Promise.all(some.map((seed) => moneyWorld(seed)));
        expect(verdicts.flatMap(({ unsafe, unintended }) => [...unsafe, ...unintended])).toEqual([]);
      }),
      // A world is made of its seed: a smaller one is no simpler. The same worlds each time; `npm run faults -- money`
      // draws others.
      { numRuns: 5, endOnFailure: true, seed: 1 },
    );
  });
});

describe('the same over the wire, by the connector to Meta and as a Graph API counts it', () => {
  let stages: Stages;
  beforeAll(async () => {
    stages = await graphStages();
  });
  afterAll(() => stages.close());

  it('holds in worlds side by side', async () => {
    const verdicts = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => moneyWorld(seed, {}, stages)));
    expect(verdicts.flatMap(({ unsafe, unintended }) => [...unsafe, ...unintended])).toEqual([]);
    expect(verdicts.reduce((sum, { writes }) => sum + writes, 0)).toBeGreaterThan(20);
  });
});

/** The groups follow limits that are ten times those that the world is judged by. */
const lax =
  (...fields: readonly (keyof MoneyLimits)[]) =>
  (money: MoneyPolicy): MoneyPolicy => {
    const limits = Object.entries(money.limits).map(([currency, limit]) => {
      const wider = Object.fromEntries(fields.map((field) => [field, (limit[field] ?? 0) * 10]));
      return [currency, { ...limit, ...wider }] as const;
    });
    return { ...money, limits: Object.fromEntries(limits) };
  };

describe('a defect that is planted is found', () => {
  const defects: readonly (readonly [string, Planted, string])[] = [
    [
      'no caps',
      { money: lax('owner_daily_minor', 'account_daily_minor', 'account_worst_case_minor', 'global_daily_minor') },
      'above the cap of',
    ],
    ['no limit of what may be spent', { money: lax('account_worst_case_minor') }, 'above the cap of what may be spent'],
    ['no approval and no dry run', { money: (money) => ({ ...money, mode: 'auto' }) }, 'written'],
    ['steps of 40 %', { money: (money) => ({ ...money, step_share: 0.4 }) }, 'a step too far'],
    ['raises without an end', { money: (money) => ({ ...money, raise_share_24h: 2 }) }, 'too much in 24 hours'],
    [
      'changes without a pause',
      { money: (money) => ({ ...money, changes_per_day: 20, cooldown_hours: 0.5 }) },
      'changed too often',
    ],
    ['nothing protected', { money: (money) => ({ ...money, protected_ids: [] }) }, 'written to what is protected'],
    ['a write that is repeated later', { repeats: true }, 'written without being asked for, or twice'],
    ['an answer that is believed and not read back', { believes: true }, 'the last word on it'],
  ];
  it.each(defects)('%s', async (_, planted, words) => {
    for (let seed = 1; seed <= 61; seed += 6) {
      const worlds = await Promise.all([0, 1, 2, 3, 4, 5].map((more) => moneyWorld(seed + more, planted)));
      const found = worlds.flatMap(({ unsafe, unintended }) => [...unsafe, ...unintended]);
      if (found.some((one) => one.includes(words))) return;
    }
    throw new Error(`no world found it`);
  });
});
