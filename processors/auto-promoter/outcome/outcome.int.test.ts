import { afterEach, describe, expect, it } from 'vitest';
import type { Driver } from '../../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../../engine/engine.ts';
import { rebuild } from '../../../engine/state/rebuild.ts';
import { generator, normal } from '../../../learning/numeric.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import type { PromotionMeasured } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { decideAgain, driverOf, play } from '../../../testing/played.ts';
import { start_ms } from '../../../testing/snapshot.ts';
import { promotionOutcome } from './decide.ts';
import { doseOf } from './measure.ts';
import { initialAccount, type AccountState } from './state.ts';
import { promotionsView } from './views.ts';

const won_on = 8;
const last_day = won_on + 16;

const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
});

const of = (topic: string, given: object): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id: 'act', ...given },
});
const isHeld = (i: number): boolean => i % 4 === 0;

interface World {
  readonly winners: number;
  /** Factor on the clicks and spend of a promoted winner from the day after it won. */
  readonly clicks: number;
  readonly spend: number;
  /** Budget changes as they progress, by winner. */
  readonly changes?: (i: number) => readonly SourceEvent[];
}

const change = (i: number, day: number, given: object = {}): SourceEvent =>
  of('budget.change.progressed', {
    change_id: `change-${i}`,
    kind: 'scale',
    state: 'applied',
    experiment_id: `exp${i}`,
    undoes: null,
    at_ms: start_ms + day * day_ms,
    ...given,
  });
const applied = (i: number): readonly SourceEvent[] => (isHeld(i) ? [] : [change(i, won_on + 1)]);

const metrics = (ad_id: string, day: number, clicks: number, spend_minor: number, as_of_hours = 0): SourceEvent =>
  of('ad.metrics', {
    ad_id,
    experiment_id: null,
    window_start_ms: start_ms + day * day_ms,
    window_end_ms: start_ms + (day + 1) * day_ms,
    as_of_ms: start_ms + (day + 1) * day_ms + as_of_hours * hour_ms,
    impressions: 100_000,
    clicks: Math.round(clicks),
    link_clicks: Math.round(clicks),
    spend_minor: Math.round(spend_minor),
    conversions: 0,
    conversion_value_minor: 0,
    reach: null,
    context: {},
  });
const tick = (day: number): SourceEvent => of('tick.hourly', { hour_ms: start_ms + day * day_ms - hour_ms });

/** Days of an account: experiments are declared, one of each wins, budgets change, days go by. */
function* days({ winners, clicks, spend, changes = applied }: World, until = last_day): Generator<SourceEvent[]> {
  const random = generator(3);
  const all = Array.from({ length: winners }, (_, i) => ({
    i,
    base: 400 * Math.exp(0.2 * normal(random)),
    later: Math.exp(-0.1 + 0.05 * normal(random)),
  }));
  yield all.map(({ i }) =>
    of('experiment.declared', {
      experiment_id: `exp${i}`,
      design: 'parallel',
      arms: ['a', 'b'].map((arm) => ({ ad_id: `${arm}${i}`, adset_id: `set-${arm}${i}`, planned_share: 0.5 })),
      control_ad_id: null,
      start_ms,
    }),
  );
  for (let day = 0; day <= until; day++) {
    if (day === won_on)
      yield all.map(({ i }) =>
        of('winner.detected', {
          experiment_id: `exp${i}`,
          ad_id: `a${i}`,
          primary_metric: 'link_ctr',
          is_held_out: isHeld(i),
          at_ms: start_ms + won_on * day_ms,
        }),
      );
    if (day === won_on + 1) yield all.flatMap(({ i }) => changes(i));
    yield all.map(({ i, base, later }) => {
      const after = day >= won_on;
      const promoted = !isHeld(i) && day > won_on;
      const rate = base * (after ? later : 1.1) * Math.exp(0.05 * normal(random)) * (promoted ? clicks : 1);
      return metrics(`a${i}`, day, rate, 20_000 * (promoted ? spend : 1));
    });
    yield [tick(day + 1)];
  }
}

async function played(
  rounds: Iterable<readonly SourceEvent[]>,
): Promise<{ driver: Driver; events: readonly EngineEvent[] }> {
  const driver = driverOf([promotionOutcome]);
  drivers.push(driver);
  return { driver, events: await play(driver, rounds) };
}
const told = (events: readonly EngineEvent[]): readonly PromotionMeasured[] =>
  events
    .filter(({ record }) => record.topic === 'promotion.measured')
    .map(({ value }) => value as unknown as PromotionMeasured);

/** NaN, which is near nothing, where there is none. */
const number = (found: number | null | undefined): number => found ?? NaN;

describe('what promotions earn', () => {
  it('is told against winners held out once their days have passed, and what is missing before', async () => {
    const { events } = await played(days({ winners: 24, clicks: 1.2, spend: 1.25 }));
    const [early, ...later] = told(events);
    expect(early).toMatchObject({ status: 'too_early', waiting: 24, results_effect: null, earned: [] });
    expect(early?.missing).toBe(
      'the days after have passed for 0 of 5 winners to be promoted and 0 of 3 held out; 24 more will have',
    );
    expect(later).toHaveLength(1);
    const [measured] = later;
    expect(measured).toMatchObject({
      status: 'measured',
      promoted: 18,
      applied: 18,
      held_out: 6,
      waiting: 0,
      missing: null,
    });
    expect(measured?.results_low).toBeLessThan(Math.log(1.2));
    expect(measured?.results_high).toBeGreaterThan(Math.log(1.2));
    expect(measured?.results_low).toBeGreaterThan(0);
    expect(measured?.spend_effect).toBeCloseTo(Math.log(1.25), 2);
    expect(measured?.efficiency_effect).toBeCloseTo(
      number(measured?.results_effect) - number(measured?.spend_effect),
      9,
    );
  });

  it('is told in results that there would not have been, and beside what a look before and after would show', async () => {
    const { events } = await played(days({ winners: 24, clicks: 1.2, spend: 1.25 }));
    const measured = told(events).at(-1);
    // Winners fell back by a fifth after they had won: before and after shows next to nothing.
    expect(measured?.before_after).toBeLessThan(number(measured?.results_effect) - 0.1);
    const [earned] = measured?.earned ?? [];
    expect(earned?.results).toBe('link_clicks');
    expect(number(earned?.earned) / number(earned?.after)).toBeCloseTo(
      1 - Math.exp(-number(measured?.results_effect)),
      9,
    );
    expect(measured?.reason).toMatch(
      /^18 winners to be promoted, 18 of them promoted, against 6 held out at random: more/,
    );
  });

  it('is made again from the log, and decided again as it was', async () => {
    const { driver, events } = await played(days({ winners: 24, clicks: 1.2, spend: 1.25 }));
    expect((await rebuild(driver.engine, 'auto-promoter.outcome')).differences).toEqual([]);
    const decided = events.filter(({ record }) => record.topic === 'promotion.measured').at(-1);
    const { reproduced, decision, emitted } = await decideAgain(driver, promotionOutcome, decided);
    expect(reproduced).toBe(true);
    expect(emitted).toContainEqual({ topic: decision.topic, value: decision.value });
  });

  it('is not told where budgets were not raised: proposals earn nothing', async () => {
    const { events } = await played(days({ winners: 24, clicks: 1, spend: 1, changes: () => [] }));
    expect(told(events).at(-1)).toMatchObject({ status: 'too_early', promoted: 18, applied: 0, results_effect: null });
    expect(told(events).at(-1)?.missing).toBe('none of 18 winners was promoted: their budgets were not raised');
  });

  it('is said to be nothing that can be told where promotions do nothing', async () => {
    const { events } = await played(days({ winners: 24, clicks: 1, spend: 1.2 }));
    const measured = told(events).at(-1);
    expect(measured?.results_low).toBeLessThan(0);
    expect(measured?.results_high).toBeGreaterThan(0);
    expect(measured?.reason).toContain('neither more nor fewer');
  });

  it('counts a promotion as long as it stood', async () => {
    const undone = (i: number): readonly SourceEvent[] =>
      isHeld(i)
        ? []
        : [
            change(i, won_on + 1),
            change(i, won_on + 8, { change_id: `undo-${i}`, kind: 'undo', undoes: `change-${i}` }),
          ];
    const { driver } = await played(days({ winners: 8, clicks: 1, spend: 1, changes: undone }, won_on + 2));
    const state = (await driver.engine.state('auto-promoter.outcome', 'act', '')) as AccountState;
    const one = state.winners.find(({ experiment_id }) => experiment_id === 'exp1');
    expect(one?.applied).toEqual([
      { change_id: 'change-1', from_ms: start_ms + 9 * day_ms, to_ms: start_ms + 16 * day_ms },
    ]);
    expect(doseOf(one?.applied ?? [], start_ms + 9 * day_ms, start_ms + 23 * day_ms)).toBe(0.5);
  });

  it('moves with what the platform restates', async () => {
    const rounds = [...days({ winners: 24, clicks: 1.2, spend: 1.25 })];
    const restated = metrics('a1', won_on + 3, 4_000, 20_000, 48);
    const { driver } = await played([...rounds, [restated], [tick(last_day + 2)]]);
    const { driver: before } = await played(rounds);
    const outcome = async (of: Driver): Promise<number> => {
      const { winners } = (await of.engine.state('auto-promoter.outcome', 'act', '')) as AccountState;
      const found = winners.find(({ ad_id }) => ad_id === 'a1')?.outcome;
      return found === null || found === undefined || found === 'not_delivered' ? NaN : found.results_after;
    };
    expect(await outcome(driver)).toBeGreaterThan((await outcome(before)) + 3_000);
  });

  it('keeps nothing of ads that are in no experiment, and counts a winner once', async () => {
    const again = of('winner.detected', { experiment_id: 'exp1', ad_id: 'a1', at_ms: start_ms + 12 * day_ms });
    const { driver } = await played([
      ...days({ winners: 2, clicks: 1, spend: 1 }, won_on),
      [metrics('x', 1, 5, 5), again],
    ]);
    const { winners } = (await driver.engine.state('auto-promoter.outcome', 'act', '')) as AccountState;
    expect(winners.map(({ experiment_id }) => experiment_id)).toEqual(['exp0', 'exp1']);
    for await (const [name] of driver.engine.parts('auto-promoter.outcome', 'act', '')) expect(name).not.toContain('x');
  });
});

describe('the history of promotions', () => {
  it('has each winner with its evidence, its changes and its effect, drawn to the mean', async () => {
    const { driver } = await played(days({ winners: 24, clicks: 1.2, spend: 1.25 }));
    const state = (await driver.engine.state('auto-promoter.outcome', 'act', '')) as AccountState;
    const view = promotionsView('act', state, defaultPolicy);
    expect(view.rows).toHaveLength(24);
    expect(view.rows.filter(({ effect }) => effect !== null)).toHaveLength(18);
    const raw = view.rows.filter(({ is_held_out }) => !is_held_out).map(({ change: one }) => one ?? NaN);
    const drawn = view.rows.flatMap(({ effect }) => (effect === null ? [] : [effect.effect]));
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeLessThan(Math.max(...raw) - Math.min(...raw));
    expect(promotionsView('act', initialAccount(), defaultPolicy)).toMatchObject({ status: 'too_early', rows: [] });
  });
});

describe('the share of its days that a winner was promoted', () => {
  it('counts raises that overlap once, and only inside the days', () => {
    const raise = (from_ms: number, to_ms: number | null) => ({ change_id: 'c', from_ms, to_ms });
    expect(doseOf([], 0, 10)).toBe(0);
    expect(doseOf([raise(-5, null)], 0, 10)).toBe(1);
    expect(doseOf([raise(2, 6), raise(4, 7)], 0, 10)).toBe(0.5);
    expect(doseOf([raise(12, null), raise(-4, -1)], 0, 10)).toBe(0);
  });
});
