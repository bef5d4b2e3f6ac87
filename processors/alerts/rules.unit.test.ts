/** Each default rule with numbers worked out by hand: just beyond its threshold it speaks, just within it does not. */
import { describe, expect, it } from 'vitest';
import { defaultAlertsPolicy } from '../../policy/alerts.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type {
  AccountHealthChanged,
  AccuracyDrifted,
  AccuracyMeasured,
  AdFatigued,
  AlertRaised,
  BudgetCallReturned,
  BudgetChangeProgressed,
  DeadLetter,
  GroupObserved,
  WinnerDetected,
  WinnerWithdrawn,
} from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { account_id, AlertsAccount } from '../../testing/alerts-account.ts';
import { start_ms, type Given } from '../../testing/snapshot.ts';

/** The rule of that name alone. */
const only = (rule_id: string): AlertsAccount =>
  new AlertsAccount().with({
    rules: defaultAlertsPolicy.rules.filter((one) => one.rule_id === rule_id),
    digest_daily: false,
    digest_weekly: false,
  });

/** What a rule says of hours of totals, at the end of each of the last six. */
function saidOf(rule_id: string, hours: readonly Given[]): AlertRaised | undefined {
  const account = only(rule_id);
  hours.forEach((given, hour) => account.metrics({ hour, ...given }));
  for (let hour = hours.length - 6; hour < hours.length; hour++) account.tick(hour);
  return account.raised[0];
}
const hoursOf = (count: number, given: Given | ((hour: number) => Given)): readonly Given[] =>
  Array.from({ length: count }, (_, hour) => (typeof given === 'function' ? given(hour) : given));

/** So many conversions an hour, and what they are worth together. */
const selling = (conversions: number, value_minor: number, spend_minor = 1_000) =>
  hoursOf(60, { conversions, conversion_value_minor: value_minor, spend_minor });

describe('ROAS', () => {
  // 24 hours of 5 conversions: 120, so that the interval is a factor of exp(1.96 · sqrt(2 / 120)) = 1.288.
  it('below 2 speaks where even the upper end of its interval is: 1.55 · 1.288 = 1.996', () => {
    const raised = saidOf('roas_very_low', selling(5, 1_550));
    expect(raised).toMatchObject({ severity: 'high', scope: 'campaign', entity_id: 'c', threshold: 2, exposure: 120 });
    expect(raised?.value).toBeCloseTo(1.55, 10);
    expect(raised?.high).toBeCloseTo(1.996, 2);
    expect(raised?.reason).toContain(
      'ROAS of campaign c: 1.55 (95 %: 1.20 to 2.00) in 24 hours; the rule is below 2.00',
    );
  });

  it('of 1.56 is not surely below 2', () => {
    expect(saidOf('roas_very_low', selling(5, 1_560))).toBeUndefined();
  });

  it('below 3 speaks with another word', () => {
    expect(saidOf('roas_low', selling(5, 2_300))).toMatchObject({ severity: 'medium', threshold: 3 });
    expect(saidOf('roas_low', selling(5, 2_400))).toBeUndefined();
  });

  it('of nine conversions is not known, however low', () => {
    const few = hoursOf(60, (hour) => ({
      ...{
        conversions: hour < 36 && hour % 4 === 0 ? 1 : 0,
        conversion_value_minor: hour < 36 && hour % 4 === 0 ? 1 : 0,
      },
      spend_minor: 10_000,
    }));
    expect(saidOf('roas_very_low', few)).toBeUndefined();
  });
});

describe('what a result costs', () => {
  it('speaks where even the lower end is at or above 100: without a result, from what was spent', () => {
    // No result in 24 hours: at most 3.67 · 2 = 7.3 would be likely, so that 24 · 3,200 cents are at least 104 dollars each.
    const raised = saidOf('cost_per_result_high', hoursOf(60, { spend_minor: 3_200, link_clicks: 15 }));
    expect(raised).toMatchObject({ severity: 'high', value: null, high: null, exposure: 360 });
    expect(raised?.low).toBeGreaterThan(10_000);
    expect(raised?.low).toBeLessThan(10_800);
    expect(saidOf('cost_per_result_high', hoursOf(60, { spend_minor: 3_000, link_clicks: 15 }))).toBeUndefined();
  });

  it('is not known on fewer than 100 clicks', () => {
    expect(saidOf('cost_per_result_high', hoursOf(60, { spend_minor: 99_000, link_clicks: 4 }))).toBeUndefined();
  });
});

/** Eight days of hours, of which the last is another. */
const changed = (before: Given, now: Given): readonly Given[] => hoursOf(194, (hour) => (hour >= 168 ? now : before));

describe('changes against the week before', () => {
  it('of the click rate speak where even the better end is a loss of a fifth', () => {
    // 24 hours of 1,000 impressions: 30 clicks an hour before (3 %), 20 now: -33 %. 480 clicks against 5,040:
    // half = 1.96 · sqrt(2 · (1/480 + 1/5040)) = .132, so that the better end is .667 · e^.132 - 1 = -24 %.
    const raised = saidOf('ctr_drop', changed({ link_clicks: 30 }, { link_clicks: 20 }));
    expect(raised).toMatchObject({
      scope: 'ad',
      entity_id: 'x',
      severity: 'medium',
      comparison: 'below',
      threshold: -0.2,
    });
    expect(raised?.value).toBeCloseTo(-1 / 3, 2);
    expect(raised?.high).toBeLessThan(-0.2);
    // 23 % less, and the better end is -13 %.
    expect(saidOf('ctr_drop', changed({ link_clicks: 30 }, { link_clicks: 23 }))).toBeUndefined();
  });

  it('of the click rate are not known on fewer than 2,000 impressions', () => {
    const few = changed({ link_clicks: 30 }, { link_clicks: 0, impressions: 80 });
    expect(saidOf('ctr_drop', few)).toBeUndefined();
  });

  it('of conversions speak where even the lower end is half more', () => {
    // 2 an hour against 1: 48 against 168, of which a day is 24: +100 %; half = 1.96 · sqrt(2 · (1/48.5 + 1/168.5)) = .452.
    const twice = changed({ conversions: 1, conversion_value_minor: 5 }, { conversions: 2, conversion_value_minor: 5 });
    expect(saidOf('conversions_spike', twice)).toBeUndefined();
    const thrice = changed(
      { conversions: 1, conversion_value_minor: 5 },
      { conversions: 3, conversion_value_minor: 5 },
    );
    const raised = saidOf('conversions_spike', thrice);
    expect(raised).toMatchObject({ scope: 'campaign', severity: 'low', threshold: 0.5 });
    expect(raised?.low).toBeGreaterThanOrEqual(0.5);
  });

  it('of spend speak of three hours against the same hours of the week before', () => {
    const quick = hoursOf(194, (hour) => ({ spend_minor: hour >= 189 ? 1_000 : 500 }));
    expect(saidOf('spend_velocity', quick)).toMatchObject({
      scope: 'account',
      severity: 'high',
      value: 2,
      threshold: 2,
    });
    const less = hoursOf(194, (hour) => ({ spend_minor: hour >= 189 ? 999 : 500 }));
    expect(saidOf('spend_velocity', less)).toBeUndefined();
    // Every morning is quicker than the night before it.
    const mornings = hoursOf(194, (hour) => ({ spend_minor: hour % 24 < 3 ? 5_000 : 10 }));
    expect(saidOf('spend_velocity', mornings)).toBeUndefined();
  });
});

describe('delivery', () => {
  it('below 1,000 an hour speaks of a campaign that had them', () => {
    const fell = hoursOf(194, (hour) => ({ impressions: hour >= 185 ? 999 : 1_500 }));
    expect(saidOf('impressions_low', fell)).toMatchObject({ scope: 'campaign', value: 999, low: null, high: null });
    const still = hoursOf(194, (hour) => ({ impressions: hour >= 185 ? 1_000 : 1_500 }));
    expect(saidOf('impressions_low', still)).toBeUndefined();
    const small = hoursOf(194, { impressions: 900 });
    expect(saidOf('impressions_low', small)).toBeUndefined();
  });

  it('is not known where totals are stale: that is another rule', () => {
    const account = only('impressions_low');
    hoursOf(190, { impressions: 1_500 }).forEach((given, hour) => account.metrics({ hour, ...given }));
    for (let hour = 190; hour < 230; hour++) account.tick(hour);
    expect(account.raised).toEqual([]);
  });

  it('above 80 % and all of the budget of the day speaks as soon as it is so', () => {
    // The cap of the default policy is 5,000 dollars a day; a day begins with `start_ms`.
    const spending = (spend_minor: number) => hoursOf(20, { spend_minor });
    expect(saidOf('budget_mostly_spent', spending(20_000))).toMatchObject({ value: 0.8, severity: 'medium' });
    expect(saidOf('budget_mostly_spent', spending(19_999))).toBeUndefined();
    expect(saidOf('budget_overspent', spending(25_000))).toMatchObject({ value: 1, severity: 'critical' });
    expect(saidOf('budget_overspent', spending(24_999))).toBeUndefined();
  });

  it('is held to the budgets of the account where they were read', () => {
    const account = only('budget_overspent');
    const returned = exampleOf('budget.call.returned') as unknown as BudgetCallReturned;
    account.take('budget.call.returned', { ...returned, account_id, at_ms: start_ms });
    for (let hour = 0; hour < 3; hour++) account.metrics({ hour, spend_minor: 7_000 });
    account.tick(3);
    // The example sums to 21,000.
    expect(account.raised[0]).toMatchObject({ value: 1 });
    expect(account.raised[0]?.reason).toContain('of the daily budgets of the account');
  });
});

describe('what other loops say', () => {
  const say = (rule_id: string, take: (account: AlertsAccount) => void): AlertsAccount => {
    const account = only(rule_id);
    take(account);
    return account;
  };
  const of = <T>(topic: string, given: Partial<T>): T => ({
    ...(exampleOf(topic) as unknown as T),
    account_id,
    at_ms: start_ms,
    ...given,
  });

  it('of stale totals and lost tracking is raised and resolved with it', () => {
    const health = (given: Partial<AccountHealthChanged>) => of<AccountHealthChanged>('account.health.changed', given);
    const stale = { stale: true, tracking_lost: false, newest_ms: start_ms - 7 * hour_ms };
    const account = say('stale_data', (one) => one.take('account.health.changed', health(stale)));
    expect(account.raised[0]).toMatchObject({ severity: 'high', value: 7 });
    account.take('account.health.changed', health({ stale: false, at_ms: start_ms + hour_ms }));
    expect(account.resolved).toHaveLength(1);
    const lost = say('tracking_lost', (one) => one.take('account.health.changed', health({})));
    expect(lost.raised[0]).toMatchObject({ severity: 'critical' });
    // Nothing can be said of tracking where there are no totals.
    const unknown = say('tracking_lost', (one) => one.take('account.health.changed', health(stale)));
    expect(unknown.raised).toEqual([]);
  });

  it('of accuracy is raised where it is surely poor, and not where it is unknown', () => {
    const measured = (given: Partial<AccuracyMeasured>) => of<AccuracyMeasured>('accuracy.measured', given);
    const poor = { status: 'poor', accuracy: 0.6, accuracy_low: 0.5, accuracy_high: 0.7 } as const;
    for (const rule of ['accuracy_poor', 'prediction_error']) {
      expect(say(rule, (one) => one.take('accuracy.measured', measured(poor))).raised).toHaveLength(1);
      const unknown = { ...poor, status: 'unknown' } as const;
      expect(say(rule, (one) => one.take('accuracy.measured', measured(unknown))).raised).toEqual([]);
    }
    // Error 40 %, at least 30 %: one of 29 % at least is none.
    const nearly = { ...poor, accuracy_high: 0.71 };
    expect(say('prediction_error', (one) => one.take('accuracy.measured', measured(nearly))).raised).toEqual([]);
  });

  it('of drift is over when it does not come again for three days', () => {
    const account = say('accuracy_drifted', (one) =>
      one.take('accuracy.drifted', of<AccuracyDrifted>('accuracy.drifted', {})),
    );
    expect(account.raised[0]).toMatchObject({ severity: 'high', comparison: 'is', value: null, threshold: null });
    account.tick(70);
    expect(account.resolved).toEqual([]);
    account.tick(72);
    expect(account.resolved[0]).toMatchObject({ how: 'ended' });
  });

  it('of budgets: what waits for a person until it does not, what failed, what was raised', () => {
    const progressed = (given: Partial<BudgetChangeProgressed>) =>
      of<BudgetChangeProgressed>('budget.change.progressed', given);
    const account = say('approval_waiting', (one) =>
      one.take('budget.change.progressed', progressed({ state: 'awaiting_approval' })),
    );
    expect(account.raised[0]).toMatchObject({ entity_id: progressed({}).change_id, severity: 'medium' });
    expect(account.messages[0]).toMatchObject({ path: '#/budgets' });
    account.take('budget.change.progressed', progressed({ state: 'queued', at_ms: start_ms + 1 }));
    expect(account.resolved[0]).toMatchObject({ alert_id: account.raised[0]?.alert_id, how: 'ended' });
    expect(
      say('budget_failed', (one) => one.take('budget.change.progressed', progressed({ state: 'failed' }))).raised,
    ).toHaveLength(1);
    const applied = { kind: 'scale', state: 'applied' } as const;
    expect(
      say('promotion_applied', (one) => one.take('budget.change.progressed', progressed(applied))).raised,
    ).toHaveLength(1);
    const split = { ...applied, kind: 'allocation' } as const;
    expect(say('promotion_applied', (one) => one.take('budget.change.progressed', progressed(split))).raised).toEqual(
      [],
    );
  });

  it('of ads: disapproved, tired, winning, no longer winning, with the name that people know', () => {
    const returned = exampleOf('budget.call.returned') as unknown as BudgetCallReturned;
    const reads = returned.reads.map((read) => ({
      ...read,
      ads: read.ads.map((ad) => ({ ...ad, effective_status: 'DISAPPROVED' })),
    }));
    const rejected = say('ad_disapproved', (one) =>
      one.take('budget.call.returned', { ...returned, account_id, reads }),
    );
    expect(rejected.raised[0]).toMatchObject({ scope: 'ad', entity_id: 'ad_a', severity: 'critical' });
    const tired = of<AdFatigued>('ad.fatigued', { status: 'fatiguing' });
    expect(say('ad_fatigued', (one) => one.take('ad.fatigued', tired)).raised).toHaveLength(1);
    expect(say('ad_fatigued', (one) => one.take('ad.fatigued', { ...tired, status: 'healthy' })).raised).toEqual([]);
    const won = of<WinnerDetected>('winner.detected', { provenance: 'simulated' });
    const account = only('winner_detected');
    const created = { ...exampleOf('ad.created'), account_id, ad_id: won.ad_id, name: 'Is your desk old?' };
    account.take('ad.created', created as unknown as Parameters<typeof account.take<'ad.created'>>[1]);
    account.take('winner.detected', won);
    expect(account.raised[0]).toMatchObject({ entity_name: 'Is your desk old?', severity: 'info' });
    expect(account.messages[0]?.items[0]?.text).toMatch(/^“Is your desk old\?” \(.*\) wins \(simulated\): /);
    expect(account.messages[0]?.path).toMatch(/^#\/experiments\/act\//);
    const withdrawn = of<WinnerWithdrawn>('winner.withdrawn', {});
    expect(say('winner_withdrawn', (one) => one.take('winner.withdrawn', withdrawn)).raised).toHaveLength(1);
  });

  it('of the program: refused records are counted by group, lag by what is before it', () => {
    const letter = (group: string) => of<DeadLetter>('dead.letter', { group });
    const account = say('dead_letters', (one) => {
      for (const group of ['a', 'a', 'b', 'alerts']) one.take('dead.letter', letter(group));
    });
    expect(account.raised.map(({ entity_id, value }) => [entity_id, value])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    const behind = (lag: number) => of<GroupObserved>('group.observed', { lag, state: 'running' });
    expect(say('group_lag', (one) => one.take('group.observed', behind(100_000))).raised[0]).toMatchObject({
      value: 100_000,
    });
    expect(say('group_lag', (one) => one.take('group.observed', behind(99_999))).raised).toEqual([]);
    const stopped = of<GroupObserved>('group.observed', { state: 'stopped', reason: 'it threw' });
    expect(say('group_stopped', (one) => one.take('group.observed', stopped)).raised[0]).toMatchObject({
      severity: 'critical',
    });
  });
});

it('every default rule is spoken of in this file', async () => {
  const { readFileSync } = await import('node:fs');
  const text = readFileSync(new URL(import.meta.url), 'utf8');
  expect(defaultAlertsPolicy.rules.map(({ rule_id }) => rule_id).filter((name) => !text.includes(`'${name}'`))).toEqual(
    [],
  );
});

it('totals of days are looked at as days', () => {
  const account = only('roas_low');
  for (let day = 0; day < 9; day++) {
    const window_start_ms = start_ms + day * day_ms;
    const given = { conversions: 120, conversion_value_minor: 48_000, spend_minor: 24_000 };
    account.metrics({ window_start_ms, window_end_ms: window_start_ms + day_ms, ...given, ad_id: 'x' });
  }
  for (let hour = 9 * 24; hour < 9 * 24 + 40; hour++) account.tick(hour);
  expect(account.raised[0]).toMatchObject({ exposure: 120, value: 2 });
});
