import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../policy/document.ts';
import { exampleOf } from '../../../schemas/examples.ts';
import type { AccountHealthChanged, AdMetrics } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { budgetWatch } from './decide.ts';
import { forget, initialWatch, watchUpcast, type WatchState } from './state.ts';

const start_ms = Date.UTC(2026, 5, 3);
const hours = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** An account whose one ad is told of hour by hour. */
class Account {
  readonly told: AccountHealthChanged[] = [];
  state: WatchState = initialWatch();
  readonly #parts = new Map<string, { readonly rows: readonly number[] }>();

  get #context(): Parameters<(typeof budgetWatch.decide)['ad.metrics']>[2] {
    const policy = { ...defaultPolicy, money: { ...defaultPolicy.money, tracking_conversions: 10 } };
    const coordinates = { seed: 0, random: () => 0, run: 0, at_ms: 0, key: 'act', stateKey: '' };
    return { ...coordinates, policy, parts: this.#parts } as never;
  }

  #take({ state, parts, emit }: ReturnType<(typeof budgetWatch.decide)['tick.hourly']>): void {
    this.state = state ?? this.state;
    for (const [name, part] of parts ?? []) if (part !== null) this.#parts.set(name, part);
    for (const { value } of emit ?? []) this.told.push(value);
  }

  hour(hour: number, given: Partial<AdMetrics>): void {
    const window_start_ms = start_ms + hour * hour_ms;
    const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: window_start_ms + hour_ms };
    const value = { ...exampleOf('ad.metrics'), ad_id: 'ad', context: {}, ...window, ...given };
    this.#take(budgetWatch.decide['ad.metrics'](this.state, value as never, this.#context));
  }

  ends(hour: number): void {
    this.#take(budgetWatch.decide['tick.hourly'](this.state, { hour_ms: start_ms + hour * hour_ms }, this.#context));
  }
}

const each = { link_clicks: 30, conversions: 2, spend_minor: 500, conversion_value_minor: 900 };

describe('numbers of an account', () => {
  it('tell that tracking is lost when conversions of a day collapse and clicks do not, and that it is back', () => {
    const account = new Account();
    for (const hour of hours(0, 8 * 24)) account.hour(hour, each);
    account.ends(8 * 24 - 1);
    for (const hour of hours(8 * 24, 9 * 24))
      account.hour(hour, { ...each, conversions: 0, conversion_value_minor: 0 });
    account.ends(9 * 24 - 1);
    const lost = account.told.at(-1);
    expect(account.told.map(({ tracking_lost }) => tracking_lost)).toEqual([false, true]);
    expect(lost).toMatchObject({ clicks_day: 720, conversions_day: 0, clicks_week: 5_040, conversions_week: 336 });
    // What was not counted in time comes with later snapshots of the same hours.
    const as_of_ms = start_ms + 10 * day_ms;
    for (const hour of hours(8 * 24, 9 * 24)) account.hour(hour, { ...each, as_of_ms });
    account.ends(9 * 24);
    expect(account.told.at(-1)).toMatchObject({ tracking_lost: false, conversions_day: 48 });
  });

  it('add up spend and value of a week and of a month, each hour as it was told last', () => {
    const account = new Account();
    // 3 June to 12 July: both months have hours, and June is over.
    for (const hour of hours(0, 40 * 24)) account.hour(hour, each);
    account.hour(39 * 24, { ...each, spend_minor: 900, as_of_ms: start_ms + 41 * day_ms });
    account.ends(40 * 24 - 1);
    expect(account.told.at(-1)).toMatchObject({
      // Seven days, of which the last has only begun when it is the 13th.
      spend_week_minor: 7 * 24 * 500 + 400,
      value_week_minor: 7 * 24 * 900,
      spend_month_minor: 12 * 24 * 500 + 400,
    });
  });

  it('are kept for eight days by the hour and for 32 by the day', () => {
    const account = new Account();
    for (const hour of hours(0, 40 * 24)) account.hour(hour, each);
    const { hours: by_hour, days } = forget(account.state, start_ms + 40 * day_ms);
    expect([by_hour.length / 3, days.length / 3]).toEqual([8 * 24 - 1, 31]);
    expect(forget(initialWatch(), start_ms)).toEqual(initialWatch());
  });
});

describe('a state of version 1', () => {
  it('says the same as one of today', () => {
    const account = new Account();
    for (const hour of hours(0, 30)) account.hour(hour, each);
    const { hours: by_hour, days, ...rest } = account.state;
    const before = {
      ...rest,
      hours: hours(0, by_hour.length / 3).map((i) => {
        return { hour_ms: by_hour[3 * i], clicks: by_hour[3 * i + 1], conversions: by_hour[3 * i + 2] };
      }),
      days: [
        { day: days[0], spend_minor: days[1], value_minor: days[2] },
        { day: days[3], spend_minor: days[4] },
      ],
    };
    expect(watchUpcast(before)).toEqual({ ...account.state, days: [...days.slice(0, 5), 0] });
    expect(() => watchUpcast({ hours: 3 })).toThrow('fields hours and days are no lists');
  });
});
