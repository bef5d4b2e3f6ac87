import { describe, expect, it } from 'vitest';
import { generator, poisson } from '../../../learning/numeric.ts';
import { defaultPolicy } from '../../../policy/document.ts';
import type { MoneyPolicy } from '../../../policy/money.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import type { AdMetrics, ProposalMade } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { budgetDayparts, initial, type DaypartState } from './decide.ts';

const monday_ms = Date.UTC(2026, 5, 1);
const seedless = { seed: 0, random: () => 0, run: 0 };

/** A campaign's days through the group, an hour after the other; `factorOf` an hour is what its money brings. */
class Campaign {
  readonly told: ProposalMade[] = [];
  readonly #parts = new Map<string, { readonly rows: readonly number[] }>();
  #state: DaypartState = initial();
  readonly #policy;
  readonly #random = generator(5);

  constructor(money: Partial<MoneyPolicy> = {}) {
    this.#policy = { ...defaultPolicy, money: { ...defaultPolicy.money, ...money } };
  }

  #context(): Parameters<(typeof budgetDayparts.decide)['ad.metrics']>[2] {
    const parts = this.#parts as never;
    return { ...seedless, at_ms: 0, key: 'act', stateKey: 'cmp', policy: this.#policy, parts };
  }

  #take(decided: ReturnType<(typeof budgetDayparts.decide)['tick.hourly']>): void {
    this.#state = structuredClone(decided.state ?? this.#state);
    for (const [name, part] of decided.parts ?? []) if (part !== null) this.#parts.set(name, part);
    for (const { value } of decided.emit ?? []) this.told.push(value);
  }

  paidForConversions(): void {
    const ad = { ...exampleOf('ad.created'), objective: 'sales' };
    this.#take(budgetDayparts.decide['ad.created'](this.#state, ad as never, this.#context()));
  }

  metrics(hour_start_ms: number, given: Partial<AdMetrics>): void {
    const of = { campaign_id: 'cmp', ad_id: 'ad', context: {} };
    const window = { window_start_ms: hour_start_ms, window_end_ms: hour_start_ms + hour_ms };
    const value = { ...exampleOf('ad.metrics'), ...of, ...window, as_of_ms: hour_start_ms + hour_ms, ...given };
    this.#take(budgetDayparts.decide['ad.metrics'](this.#state, value as never, this.#context()));
  }

  days(n: number, factorOf: (hour: number) => number): void {
    for (let at = 0; at < n * 24; at++) {
      const start_ms = monday_ms + at * hour_ms;
      const link_clicks = poisson(30 * factorOf(at % 24), this.#random);
      this.metrics(start_ms, { link_clicks, spend_minor: 1_000 });
      this.#take(budgetDayparts.decide['tick.hourly'](this.#state, { hour_ms: start_ms }, this.#context()));
    }
  }
}

const poorAtNight = (hour: number): number => (hour < 4 ? 0.4 : 1);

describe('hours of a day', () => {
  it('that bring less for their money are proposed to be left out, with what speaks for it and against it', () => {
    const campaign = new Campaign();
    campaign.days(25, poorAtNight);
    expect(campaign.told).toHaveLength(1);
    const [said] = campaign.told;
    expect(said).toMatchObject({ kind: 'dayparts', campaign_id: 'cmp', hours: [0, 1, 2, 3], daily_minor: null });
    expect(said?.checks.map(({ check, holds }) => [check, holds])).toEqual([
      ['days', true],
      ['evidence', true],
      ['gain', true],
      ['platform', false],
    ]);
    expect(said?.reason).toMatch(/about 1[01] % more clicks/);
    expect((said?.at_ms ?? 0) % day_ms).toBe(0);
  });

  it('are not proposed where all bring the same, before days enough, or where people want none', () => {
    for (const [money, days, factorOf] of [
      [{}, 40, () => 1],
      [{}, 15, poorAtNight],
      [{ daypart_days: 0 }, 40, poorAtNight],
      [{ daypart_loss: 0.9 }, 40, poorAtNight],
    ] as const) {
      const campaign = new Campaign(money);
      campaign.days(days, factorOf);
      expect(campaign.told).toEqual([]);
    }
  });

  it('of a campaign that is paid for conversions are left alone: the platform does not fill its hours', () => {
    const campaign = new Campaign();
    campaign.paidForConversions();
    campaign.days(40, poorAtNight);
    expect(campaign.told).toEqual([]);
  });

  it('count once however often they are told, and windows of a day or a breakdown not at all', () => {
    const campaign = new Campaign();
    campaign.days(3, () => 1);
    const again = new Campaign();
    again.days(3, () => 1);
    again.metrics(monday_ms + 2 * day_ms, { link_clicks: 999, as_of_ms: 1 });
    again.metrics(monday_ms, { link_clicks: 999, window_end_ms: monday_ms + day_ms, as_of_ms: monday_ms + 9 * day_ms });
    again.metrics(monday_ms, { link_clicks: 999, context: { device: 'phone' }, as_of_ms: monday_ms + 9 * day_ms });
    campaign.days(22, poorAtNight);
    again.days(22, poorAtNight);
    expect(again.told).toEqual(campaign.told);
  });
});
