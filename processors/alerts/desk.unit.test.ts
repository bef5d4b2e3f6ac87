/** Who is told what and when; what people do about it; digests. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultAlertsPolicy, type AlertsPolicy } from '../../policy/alerts.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type {
  AccuracyMeasured,
  AdFatigued,
  BudgetChangeProgressed,
  EvidenceChanged,
  GroupObserved,
  NotificationSettled,
  WinnerDetected,
  WinnerWithdrawn,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { dayStart, localTime } from '../../schemas/zone.ts';
import { account_id, AlertsAccount } from '../../testing/alerts-account.ts';
import { start_ms } from '../../testing/snapshot.ts';
import { isQuiet } from './quiet.ts';

const of = <T>(topic: string, given: Partial<T>): T => ({
  ...(exampleOf(topic) as unknown as T),
  account_id,
  at_ms: start_ms,
  ...given,
});
const tired = (ad_id: string, at_ms = start_ms) => of<AdFatigued>('ad.fatigued', { ad_id, status: 'fatiguing', at_ms });
const { arms } = of<EvidenceChanged>('evidence.changed', {});
const quiet = (given: Partial<AlertsPolicy> = {}): AlertsAccount =>
  new AlertsAccount().with({ digest_daily: false, digest_weekly: false, ...given });
const slack = (account: AlertsAccount) => account.messages.filter(({ channel }) => channel === 'slack');

describe('people', () => {
  it('get one message by each channel of the rule', () => {
    const account = quiet();
    account.take('ad.fatigued', tired('a'));
    expect(account.messages.map(({ channel }) => channel)).toEqual(['slack', 'webhook', 'email']);
    expect(new Set(account.messages.map(({ notification_id }) => notification_id)).size).toBe(3);
  });

  it('get the first of a rule at once and the rest of the hour in one message', () => {
    const account = quiet();
    for (const ad of ['a', 'b', 'c']) account.take('ad.fatigued', tired(ad));
    expect(slack(account).map(({ items }) => items.length)).toEqual([1]);
    account.tick(0);
    expect(slack(account).map(({ title, items }) => [title, items.length])).toEqual([
      ['Ad fatigued', 1],
      ['Ad fatigued (2)', 2],
    ]);
  });

  it('are not told at night of what can wait, and told in the morning; of what is critical they are', () => {
    const night = start_ms + 23 * hour_ms;
    const account = quiet({ quiet_from_hour: 22, quiet_to_hour: 7 });
    account.take('ad.fatigued', tired('a', night));
    account.take('group.observed', of<GroupObserved>('group.observed', { at_ms: night, state: 'stopped', lag: 0 }));
    expect(slack(account).map(({ rule_id }) => rule_id)).toEqual(['group_stopped']);
    for (let hour = 23; hour < 30; hour++) account.tick(hour);
    expect(slack(account)).toHaveLength(1);
    account.tick(30);
    expect(slack(account).map(({ rule_id }) => rule_id)).toEqual(['group_stopped', 'ad_fatigued']);
  });

  it('are not told of what was over before they could be', () => {
    const account = quiet({ quiet_from_hour: 22, quiet_to_hour: 7 });
    const night = start_ms + 23 * hour_ms;
    account.take('ad.fatigued', tired('a', night));
    account.take('ad.fatigued', { ...tired('a', night + 3 * hour_ms), status: 'healthy' });
    expect([account.raised.length, account.resolved.length]).toEqual([1, 1]);
    account.tick(31);
    expect(account.messages).toEqual([]);
  });

  it('are told that it is over by what told them that it was not', () => {
    const account = quiet();
    account.take('ad.fatigued', tired('a'));
    account.take('ad.fatigued', { ...tired('a', start_ms + 3 * hour_ms), status: 'healthy' });
    expect(slack(account).map(({ kind, title }) => [kind, title])).toEqual([
      ['raised', 'Ad fatigued'],
      ['resolved', 'Resolved: Ad fatigued'],
    ]);
  });

  it('hear nothing of rules that are off, and an alert of one that is put off is over', () => {
    const account = quiet();
    account.take('ad.fatigued', tired('a'));
    account.with({ ...account.policy.alerts, off: ['ad_fatigued'] });
    account.take('ad.fatigued', tired('b', start_ms + hour_ms));
    account.tick(1);
    expect(account.raised).toHaveLength(1);
    expect(account.resolved[0]).toMatchObject({ how: 'off' });
  });
});

describe('a person', () => {
  const opened = () => {
    const account = quiet();
    account.take('ad.fatigued', tired('a'));
    return { account, alert_id: account.raised[0]?.alert_id ?? '' };
  };

  it('looks after an alert, which stays open and says who', () => {
    const { account, alert_id } = opened();
    account.command({ kind: 'acknowledge', command_id: 'one', alert_id });
    expect(account.desk.entries[0]?.open?.acknowledged).toMatchObject({ by: 'sam', reason: 'seen' });
    expect(account.resolved).toEqual([]);
  });

  it('resolves an alert, once however often it is sent, and it does not come back by itself', () => {
    const { account, alert_id } = opened();
    account.command({ kind: 'resolve', command_id: 'one', alert_id, at_ms: start_ms + 1 });
    account.command({ kind: 'resolve', command_id: 'one', alert_id, at_ms: start_ms + 1 });
    expect(account.resolved).toMatchObject([{ alert_id, how: 'person', by: 'sam', reason: 'Seen' }]);
    for (let hour = 0; hour < 100; hour++) account.tick(hour);
    expect(account.raised).toHaveLength(1);
  });

  it('gets a test message by the channel that is named, and again a message that was refused, under its name', () => {
    const { account } = opened();
    account.command({ kind: 'test', command_id: 'test', channel: 'slack' });
    expect(account.messages.at(-1)).toMatchObject({ kind: 'test', channel: 'slack' });
    const [first] = account.messages;
    const settled = of<NotificationSettled>('notification.settled', {
      notification_id: first?.notification_id ?? '',
      outcome: 'refused',
    });
    account.take('notification.settled', settled);
    account.command({ kind: 'resend', command_id: 'again', notification_id: settled.notification_id });
    expect(account.messages.at(-1)).toEqual(first);
    // What nobody refused is not sent again.
    const before = account.messages.length;
    account.command({
      kind: 'resend',
      command_id: 'more',
      notification_id: account.messages[1]?.notification_id ?? '',
    });
    expect(account.messages).toHaveLength(before);
  });
});

describe('a message', () => {
  const answered = (account: AlertsAccount, outcome: NotificationSettled['outcome']): void => {
    const { notification_id = '' } = account.messages.at(-1) ?? {};
    account.take('notification.settled', of<NotificationSettled>('notification.settled', { notification_id, outcome }));
  };
  const sending = (): AlertsAccount => {
    const rules = defaultAlertsPolicy.rules.map((one) => ({ ...one, channels: ['slack'] as const }));
    const account = quiet({ rules });
    account.take('ad.fatigued', tired('a'));
    return account;
  };

  it('that its channel did not answer is asked for again each hour, eight times at most, always the same', () => {
    const account = sending();
    for (let hour = 0; hour < 20; hour++) {
      answered(account, 'failed');
      account.tick(hour);
    }
    expect(account.messages).toHaveLength(8);
    expect(new Set(account.messages.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  it.each(['delivered', 'no_channel', 'refused'] as const)('that is %s is not asked for again by itself', (outcome) => {
    const account = sending();
    answered(account, outcome);
    for (let hour = 0; hour < 5; hour++) account.tick(hour);
    expect(account.messages).toHaveLength(1);
    expect(account.desk.sent).toHaveLength(outcome === 'refused' ? 1 : 0);
  });
});

describe('whatever comes', () => {
  const status = fc.constantFrom('fatiguing', 'healthy', 'saturated');
  const events = fc.array(
    fc.record({ ad: fc.constantFrom('a', 'b', 'c'), status, hours: fc.integer({ min: 0, max: 30 }) }),
    { maxLength: 60 },
  );

  it('every alert that was raised is open or was resolved, none twice, and people hear of each at most once', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 23 }), (list, quiet_to_hour) => {
        const account = quiet({ quiet_to_hour });
        let hour = 0;
        for (const { ad, status: said, hours } of list) {
          for (const until = hour + hours; hour < until; hour++) account.tick(hour);
          account.take('ad.fatigued', { ...tired(ad, start_ms + hour * hour_ms), status: said });
        }
        const open = account.desk.entries.flatMap((one) => one.open?.alert_id ?? []);
        const over = account.resolved.map(({ alert_id }) => alert_id);
        const raised = account.raised.map(({ alert_id }) => alert_id);
        expect(new Set(raised).size).toBe(raised.length);
        expect([...open, ...over].sort()).toEqual([...raised].sort());
        const told = slack(account).flatMap(({ kind, items }) =>
          items.map(({ alert_id }) => `${kind} ${alert_id ?? ''}`),
        );
        expect(new Set(told).size).toBe(told.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('quiet hours', () => {
  it('run over midnight in the zone that is named, also where clocks change', () => {
    const berlin = { time_zone: 'Europe/Berlin', quiet_from_hour: 22, quiet_to_hour: 7 };
    expect(isQuiet(Date.UTC(2026, 10, 27, 20, 59), berlin)).toBe(false);
    expect(isQuiet(Date.UTC(2026, 10, 27, 21, 0), berlin)).toBe(true);
    expect(isQuiet(Date.UTC(2026, 10, 28, 5, 59), berlin)).toBe(true);
    expect(isQuiet(Date.UTC(2026, 10, 28, 6, 0), berlin)).toBe(false);
    // In summer an hour earlier.
    expect(isQuiet(Date.UTC(2026, 6, 1, 20, 0), berlin)).toBe(true);
    expect(isQuiet(Date.UTC(2026, 6, 1, 5, 0), berlin)).toBe(false);
  });

  it('are none where both ends are the same', () => {
    expect(isQuiet(start_ms, { time_zone: 'UTC', quiet_from_hour: 5, quiet_to_hour: 5 })).toBe(false);
  });

  it('know when a day began: of 23 and of 25 hours', () => {
    expect(localTime(Date.UTC(2026, 2, 29, 1, 30), 'Europe/Berlin')).toMatchObject({
      date: '2026-03-29',
      hour: 3,
      weekday: 0,
    });
    expect(dayStart(Date.UTC(2026, 2, 29, 20), 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 28, 23));
    expect(dayStart(Date.UTC(2026, 9, 25, 20), 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 24, 22));
    expect(dayStart(Date.UTC(2026, 9, 25, 20, 15), 'Asia/Kolkata')).toBe(Date.UTC(2026, 9, 25, 18, 30));
  });
});

describe('a digest', () => {
  const lived = (given: Partial<AlertsPolicy> = {}): AlertsAccount => {
    const account = new AlertsAccount().with({ rules: [], ...given });
    const change = (given_too: Partial<BudgetChangeProgressed>) =>
      of<BudgetChangeProgressed>('budget.change.progressed', given_too);
    for (let hour = 0; hour < 24; hour++)
      account.metrics({ hour, conversions: 1, conversion_value_minor: 1_000, spend_minor: 500 });
    account.take('winner.detected', of<WinnerDetected>('winner.detected', { is_held_out: true }));
    for (let i = 0; i < 3; i++)
      account.take(
        'budget.change.progressed',
        change({ kind: 'scale', state: 'skipped', code: 'learning_phase', reason: 'It learns.' }),
      );
    account.take('budget.change.progressed', change({ kind: 'scale', state: 'applied' }));
    account.take('accuracy.measured', of<AccuracyMeasured>('accuracy.measured', { stage: 'cold' }));
    return account;
  };

  it('tells what came in, what was decided, what was not and why, once a day at its hour', () => {
    const account = lived();
    for (let hour = 24; hour < 50; hour++) account.tick(hour);
    const [digest] = account.digests.filter(({ period }) => period === 'daily');
    expect(account.digests.filter(({ period }) => period === 'daily')).toHaveLength(1);
    expect(digest).toMatchObject({
      ...{ from_ms: start_ms, to_ms: start_ms + 24 * hour_ms, at_ms: start_ms + 32 * hour_ms },
      ...{
        impressions: 24_000,
        link_clicks: 360,
        spend_minor: 12_000,
        conversions: 24,
        conversion_value_minor: 24_000,
      },
      decided: [
        { what: 'budget.scale', count: 1 },
        { what: 'winner', count: 1 },
      ],
      not_done: [
        { what: 'budget.scale', code: 'learning_phase', reason: 'It learns.', count: 3 },
        { what: 'promotion', code: 'held_out', count: 1 },
      ],
    });
    expect(digest?.winners).toHaveLength(1);
    expect(digest?.accuracy).toMatchObject([{ stage: 'cold' }]);
    const message = slack(account).find(({ kind }) => kind === 'digest');
    expect(message?.facts).toContainEqual({ name: 'Value', value: '240.00 USD so far, ROAS 2.00' });
    expect(message?.items.map(({ text }) => text)).toContain(
      'Not done: Raises for winners: 3 times learning_phase. It learns.',
    );
  });

  it('names experiments without a winner, what each still needs and what it can show, those that stand still first', () => {
    const account = lived();
    const [arm] = arms.map((one) => ({ ...one, impressions: 2_395 }));
    if (arm === undefined) throw new Error('the example has no arm');
    const evidence = (experiment_id: string, hour: number, given: Partial<EvidenceChanged>) =>
      account.take(
        'evidence.changed',
        of<EvidenceChanged>('evidence.changed', {
          ...{ experiment_id, start_ms, at_ms: start_ms + hour * hour_ms, arms: [arm], needed_impressions: 3_000 },
          ...given,
        }),
      );
    evidence('slow', 20, { reason: 'At this pace no lift shows within the planned 14 days.' });
    // Fresh enough: nothing is kept of it, and what is older than what is known says nothing.
    evidence('slow', 21, { reason: 'later' });
    evidence('slow', 2, { status: 'deciding', reason: 'earlier' });
    evidence('skewed', 20, { status: 'blocked', arms: [{ ...arm, impressions: 9_000 }], reason: 'Not as declared' });
    evidence('won', 20, { status: 'separated' });
    const won = { experiment_id: 'won', ad_id: 'a', at_ms: start_ms + 20 * hour_ms };
    account.take('winner.detected', of<WinnerDetected>('winner.detected', won));
    evidence('won', 30, { status: 'separated' });
    evidence('back', 20, { status: 'deciding', reason: 'Its winner was taken back.' });
    account.take('winner.detected', of<WinnerDetected>('winner.detected', { ...won, experiment_id: 'back' }));
    account.take('winner.withdrawn', of<WinnerWithdrawn>('winner.withdrawn', { ...won, experiment_id: 'back' }));
    for (let hour = 24; hour < 50; hour++) account.tick(hour);
    const [digest] = account.digests;
    expect(digest?.undecided.map((one) => [one.experiment_id, one.status, one.needs_impressions])).toEqual([
      ['skewed', 'blocked', 0],
      ['back', 'deciding', 605],
      ['slow', 'collecting', 605],
    ]);
    expect(digest?.undecided_total).toBe(3);
    // 605 at 2,395 in 20 hours.
    expect(digest?.undecided[2]?.days_left).toBeCloseTo(0.2105, 3);
    expect(digest?.reason).toContain('3 experiments undecided');
    const texts = slack(account)
      .find(({ kind }) => kind === 'digest')
      ?.items.map(({ text }) => text);
    expect(texts).toContain('Undecided: skewed: Not as declared.');
    expect(texts).toContain(
      'Undecided: slow: At this pace no lift shows within the planned 14 days. Its smallest arm needs 605 more impressions before anything is decided, less than a day at its pace.',
    );
  });

  it('leaves out experiments that it has not heard of for its whole period', () => {
    const account = lived();
    account.take('evidence.changed', of<EvidenceChanged>('evidence.changed', { experiment_id: 'quiet' }));
    for (let hour = 24; hour < 24 * 4; hour++) {
      account.metrics({ hour, conversions: 0, conversion_value_minor: 0, spend_minor: 500 });
      account.tick(hour);
    }
    const daily = account.digests.filter(({ period }) => period === 'daily');
    expect(daily.map(({ undecided_total }) => undecided_total)).toEqual([1, 0, 0]);
  });

  it('is of the week on Mondays, in the zone of the account', () => {
    const account = lived({ digest_daily: false, time_zone: 'America/New_York' });
    for (let hour = 24; hour < 24 * 9; hour++) account.tick(hour);
    expect(account.digests).toHaveLength(1);
    const [{ at_ms = 0, from_ms = 0, to_ms = 0 } = {}] = account.digests;
    expect(localTime(at_ms, 'America/New_York')).toMatchObject({ weekday: 1, hour: 8 });
    expect(localTime(to_ms, 'America/New_York')).toMatchObject({ weekday: 1, hour: 0 });
    expect(to_ms - from_ms).toBe(7 * 24 * hour_ms);
  });

  it('is not made of an account of which nothing is known', () => {
    const account = new AlertsAccount();
    for (let hour = 0; hour < 24 * 8; hour++) account.tick(hour);
    expect(account.digests).toEqual([]);
  });
});
