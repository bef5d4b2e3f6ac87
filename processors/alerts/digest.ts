/** The digest of an account's day or week: what came in, what was decided, and what was not and why. */
import type { Policy } from '../../policy/policy.ts';
import type { DigestCount, DigestMade, DigestNotDone, NotificationRequested } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { dayStart, localTime } from '../../schemas/zone.ts';
import { undecidedOf, type AccountState, type DeskPart, type Parts, type TallyPart } from './state.ts';
import { totalsIn } from './totals.ts';
import { undecidedSince, undecidedWords } from './undecided.ts';
import { money, percent } from './words.ts';

export interface Sources {
  readonly account_id: string;
  readonly state: AccountState;
  readonly parts: Parts;
  readonly tally: TallyPart;
  readonly desk: DeskPart;
  readonly policy: Policy;
  readonly now_ms: number;
}

const monday = 1;

/** Digests that are due at this hour, with the date that they are named by. */
export function dueDigests({ tally, policy, now_ms }: Pick<Sources, 'tally' | 'policy' | 'now_ms'>): readonly {
  readonly period: DigestMade['period'];
  readonly date: string;
}[] {
  const { time_zone, digest_daily, digest_weekly, digest_hour } = policy.alerts;
  const { date, hour, weekday } = localTime(now_ms, time_zone);
  if (hour < digest_hour) return [];
  return [
    ...(digest_daily && tally.daily !== date ? [{ period: 'daily' as const, date }] : []),
    ...(digest_weekly && weekday === monday && tally.weekly !== date ? [{ period: 'weekly' as const, date }] : []),
  ];
}

/** Begin and end of the days before today: one, or seven. A day has 23 or 25 hours where clocks are changed. */
function spanOf(period: DigestMade['period'], now_ms: number, time_zone: string): { from_ms: number; to_ms: number } {
  const to_ms = dayStart(now_ms, time_zone);
  let from_ms = to_ms;
  for (let day = 0; day < (period === 'daily' ? 1 : 7); day++) from_ms = dayStart(from_ms - hour_ms, time_zone);
  return { from_ms, to_ms };
}

/** The digest of a period; null where nothing came in and nothing was decided or kept from being. */
export function digestOf(period: DigestMade['period'], sources: Sources): DigestMade | null {
  const { account_id, state, parts, tally, desk, policy, now_ms } = sources;
  const { time_zone } = policy.alerts;
  const { from_ms, to_ms } = spanOf(period, now_ms, time_zone);
  const within = (at_ms: number): boolean => at_ms >= from_ms && at_ms < to_ms;
  const { windows, value_minor, ...totals } = totalsIn(parts, { scope: 'account', id: '' }, from_ms, to_ms);
  const rows = tally.rows.filter((row) => within(row.hour_ms));
  const raised = [
    ...desk.entries.flatMap(({ course }) => course.raised_ms ?? []),
    ...desk.past.map((one) => one.raised_ms),
  ];
  if (windows === 0 && rows.length === 0) return null;
  const undecided = undecidedSince(undecidedOf(parts), from_ms);
  const digest = {
    ...{ account_id, period, from_ms, to_ms, time_zone, ...totals, conversion_value_minor: value_minor },
    currency: state.currency === '' ? null : state.currency,
    decided: decidedIn(rows),
    not_done: notDoneIn(rows),
    winners: tally.winners.filter(({ at_ms }) => within(at_ms)).map(({ at_ms: _, ...won }) => won),
    accuracy: tally.accuracy,
    undecided: undecided.slice(0, kept_rows),
    undecided_total: undecided.length,
    alerts_raised: raised.filter(within).length,
    alerts_open: desk.entries.filter(({ open }) => open !== null).length,
    ...{ at_ms: now_ms, policy_version: policy.version },
  };
  return { ...digest, reason: reasonOf(digest) };
}

type Rows = TallyPart['rows'];

function decidedIn(rows: Rows): readonly DigestCount[] {
  const counts = new Map<string, number>();
  for (const { what, code, count } of rows) if (code === null) counts.set(what, (counts.get(what) ?? 0) + count);
  return [...counts].map(([what, count]) => ({ what, count })).sort(byCount);
}

function notDoneIn(rows: Rows): readonly DigestNotDone[] {
  const found = new Map<string, DigestNotDone>();
  for (const { what, code, reason, count } of rows) {
    if (code === null) continue;
    const name = `${what} ${code}`;
    found.set(name, { what, code, reason: reason ?? code, count: count + (found.get(name)?.count ?? 0) });
  }
  return [...found.values()].sort(byCount);
}

type Counted = Pick<DigestCount, 'what' | 'count'>;
const byCount = (a: Counted, b: Counted): number => b.count - a.count || (a.what < b.what ? -1 : 1);

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function reasonOf(digest: Omit<DigestMade, 'reason'>): string {
  const { winners, decided, not_done, undecided_total, alerts_open } = digest;
  const done = decided.reduce((sum, { what, count }) => sum + (what.startsWith('budget.') ? count : 0), 0);
  const undone = not_done.reduce((sum, { count }) => sum + count, 0);
  const [most] = not_done;
  const why = most === undefined ? '' : `, most often ${most.what} (${most.code}): ${most.reason}`;
  const end = why.endsWith('.') ? '' : '.';
  return (
    `${plural(winners.length, 'winner')}, ${plural(done, 'change')} of budgets made, ${undone} not made${why}${end} ` +
    `${plural(undecided_total, 'experiment')} undecided, ${plural(alerts_open, 'alert')} open.`
  );
}

const shown_rows = 8;
/** Experiments that a digest names; how many there are it says in any case. */
const kept_rows = 20;
const kind_words: Readonly<Record<string, string>> = {
  winner: 'Winners found',
  'winner.withdrawn': 'Winners taken back',
  fatigue: 'Ads that tire',
  'budget.scale': 'Raises for winners',
  'budget.revert': 'Raises taken back',
  'budget.allocation': 'Splits of budgets',
  'budget.pause': 'Beaten ads switched off',
  'budget.undo': 'Changes undone',
  promotion: 'Promotions',
};
const kindWords = (what: string): string => kind_words[what] ?? what;

/** The digest as a message to people. */
export function digestMessage(
  digest: DigestMade,
): Pick<NotificationRequested, 'kind' | 'severity' | 'rule_id' | 'title' | 'items' | 'facts' | 'path'> {
  const { account_id, period, from_ms, time_zone } = digest;
  const { date } = localTime(from_ms, time_zone);
  const when = period === 'daily' ? date : `the week from ${date}`;
  return {
    ...{ kind: 'digest', severity: 'info', rule_id: null, path: '#/alerts' },
    title: `${account_id}: digest of ${when}`,
    items: itemsOf(digest).map((text) => ({ alert_id: null, text: text.slice(0, 2_000), path: null })),
    facts: factsOf(digest),
  };
}

function itemsOf({ reason, decided, not_done, winners, accuracy, undecided }: DigestMade): readonly string[] {
  return [
    reason,
    ...decided.slice(0, shown_rows).map(({ what, count }) => `Done: ${kindWords(what)}: ${count}`),
    ...not_done
      .slice(0, shown_rows)
      .map(({ what, code, reason: why, count }) => `Not done: ${kindWords(what)}: ${count} times ${code}. ${why}`),
    ...winners.slice(0, shown_rows).map(({ ad_id, ad_name, lift, low, high, provenance }) => {
      const origin = provenance === 'live' ? '' : ` (${provenance})`;
      return `Winner: ${ad_name ?? ad_id}${origin}, ${percent(lift)} better (95 %: ${percent(low)} to ${percent(high)})`;
    }),
    ...undecided.slice(0, shown_rows).map(undecidedWords),
    ...accuracy.map(({ stage, status, accuracy: value, low, high, ads }) =>
      value === null || low === null || high === null || status === 'unknown'
        ? `Accuracy at age ${stage}: not known yet (${ads} ads)`
        : `Accuracy at age ${stage}: ${percent(value)} (95 %: ${percent(low)} to ${percent(high)}, ${ads} ads), ${status}`,
    ),
  ];
}

function factsOf(digest: DigestMade): NotificationRequested['facts'] {
  const { spend_minor, conversion_value_minor, conversions, impressions, link_clicks, currency, alerts_open } = digest;
  const amount = (minor: number): string => (currency === null ? 'nothing reported' : money(minor, currency));
  const roas = spend_minor === 0 ? 'no spend' : (conversion_value_minor / spend_minor).toFixed(2);
  return [
    { name: 'Spend', value: amount(spend_minor) },
    { name: 'Value', value: `${amount(conversion_value_minor)} so far, ROAS ${roas}` },
    { name: 'Conversions', value: `${conversions} so far` },
    { name: 'Link clicks', value: `${link_clicks} of ${impressions} impressions` },
    { name: 'Open alerts', value: String(alerts_open) },
  ];
}
