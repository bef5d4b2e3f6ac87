/** A backtest for people: what the policies differ in, what they decided otherwise, what that would have changed. */
import type { BacktestReport } from '../backtest/backtest.ts';
import type { Effect, WinnerTruth } from '../backtest/effect.ts';
import type { OccurrenceDifference, OccurrencesCompared } from '../backtest/occurrences.ts';
import type { CampaignSplits } from '../backtest/splits.ts';
import { count, counted, number, percent, share, span } from '../operations/format/numbers.ts';
import { printTable, type Output } from './output.ts';
import { minute } from './time.ts';

/** Differences and campaigns printed; `--json` has all. */
const shown = 20;

export function backtestLines(out: Output, report: BacktestReport): void {
  printPolicies(out, report);
  printHistory(out, report);
  printOccurrences(out, report);
  printSplits(out, report.splits);
  printDifferences(out, report);
  printEffect(out, report.effect);
}

const text = (value: unknown): string => (value === null ? '-' : JSON.stringify(value));

function printPolicies(out: Output, { policy }: BacktestReport): void {
  const { bold, dim } = out.colour;
  const several = policy.recorded_changes > 1 ? `, the last of ${policy.recorded_changes} in this history` : '';
  out.line(`${bold('policy')} ${policy.other} ${dim(`instead of ${policy.recorded}${several}`)}`);
  if (policy.changes.length === 0) out.line(dim('  no field differs'));
  else
    printTable(
      out,
      [{ head: 'field' }, { head: 'recorded' }, { head: 'other' }],
      policy.changes.map(({ field, before, after }) => [field, text(before), text(after)]),
    );
  out.line();
}

function printHistory(
  out: Output,
  { history, groups, as_recorded, fidelity, refused, elapsed_ms }: BacktestReport,
): void {
  const { bold, dim, green, red, yellow } = out.colour;
  const rate = elapsed_ms > 0 ? `, ${count((history.events * 1_000) / elapsed_ms)} events/s` : '';
  out.line(
    `${bold('history')} ${counted(history.events, 'event')} from ${minute(history.from_ms)} to ${minute(history.to_ms)} ${dim(`in ${span(elapsed_ms)}${rate}`)}`,
  );
  out.line(`  ${dim('decided again')}  ${groups.covered.join(', ')}`);
  out.line(`  ${dim('left out')}       ${groups.left_out.join(', ')}`);
  for (const { topic, events } of as_recorded.filter((one) => one.events > 0))
    out.line(
      `  ${dim('as recorded')}    ${topic}, ${counted(events, 'event')}: what it would have said cannot be known`,
    );
  for (const topic of history.cut)
    out.line(yellow(`  the log of ${topic} is cut: what was decided on its first records is not known`));
  for (const { group, records } of history.by_time)
    out.line(
      yellow(`  ${group} took ${counted(records, 'record')} in the order of times: its journal does not say another`),
    );
  const recorded = fidelity.reduce((sum, one) => sum + one.recorded, 0);
  const matched = fidelity.reduce((sum, one) => sum + one.matched, 0);
  const wrong = fidelity.filter(({ not_made_again, not_in_log }) => not_made_again + not_in_log > 0);
  const made = `under the recorded policy: ${count(matched)} of ${counted(recorded, 'recorded decision')} made again`;
  out.line(wrong.length === 0 ? green(`  ${made}`) : red(`  ${made}; what follows is as doubtful as that`));
  for (const { topic, not_made_again, not_in_log } of wrong)
    out.line(
      red(`    ${topic}: ${count(not_made_again)} not made again, ${count(not_in_log)} made now and not in the log`),
    );
  if (refused.recorded + refused.other > 0)
    out.line(yellow(`  records refused: ${count(refused.recorded)} recorded, ${count(refused.other)} other`));
  out.line();
}

function printOccurrences(out: Output, { winners, withdrawals, alarms }: BacktestReport): void {
  const row = (name: string, of: OccurrencesCompared): readonly string[] => [
    name,
    ...[of.both, of.only_recorded, of.only_other, of.earlier, of.later].map(count),
    of.mean_later_hours === null ? '-' : number(of.mean_later_hours),
  ];
  const heads = ['both', 'only recorded', 'only other', 'earlier', 'later', 'mean hours later'];
  printTable(
    out,
    [{ head: 'decisions' }, ...heads.map((head) => ({ head, right: true }))],
    [row('winners', winners), row('withdrawn', withdrawals), row('tired ads', alarms)],
  );
  out.line();
}

function printSplits(out: Output, splits: readonly CampaignSplits[]): void {
  const moved = splits.filter((one) => one.moved_share > 0 || one.only_recorded_hours + one.only_other_hours > 0);
  out.line(
    `${out.colour.bold('splits')} differ in ${count(moved.length)} of ${counted(splits.length, 'campaign')} ${out.colour.dim('moved: share of the budget that goes to another ad set, mean over hours')}`,
  );
  if (moved.length === 0) return out.line();
  printTable(
    out,
    ['campaign', 'account', 'hours', 'moved', 'other leader', 'only recorded', 'only other'].map((head, i) => ({
      head,
      right: i > 1,
    })),
    moved
      .slice(0, shown)
      .map((one) => [
        one.campaign_id,
        one.account_id,
        count(one.hours),
        share(one.moved_share),
        `${count(one.other_leader_hours)} h`,
        `${count(one.only_recorded_hours)} h`,
        `${count(one.only_other_hours)} h`,
      ]),
  );
  if (moved.length > shown) out.line(out.colour.dim(`  ${count(moved.length - shown)} more with --json`));
  out.line();
}

function printDifferences(out: Output, { winners, withdrawals, alarms }: BacktestReport): void {
  const all = [
    ...winners.differences.map((one) => ['winner', one] as const),
    ...withdrawals.differences.map((one) => ['withdrawal', one] as const),
    ...alarms.differences.map((one) => ['tired ad', one] as const),
  ];
  if (all.length === 0) return;
  for (const [kind, one] of all.slice(0, shown)) {
    const { account_id, about, ad_id, reason } = one;
    out.line(`${out.colour.bold(kind)} ${ad_id} of ${about}, ${account_id}: ${whenOf(one)}`);
    out.line(out.colour.dim(`  ${reason}`));
  }
  if (all.length > shown) out.line(out.colour.dim(`${count(all.length - shown)} more with --json`));
  out.line();
}

function whenOf({ recorded_ms, other_ms, later_hours }: OccurrenceDifference): string {
  if (recorded_ms !== null && other_ms === null) return `recorded ${minute(recorded_ms)}, not under the other policy`;
  if (recorded_ms === null && other_ms !== null) return `only under the other policy, ${minute(other_ms)}`;
  const hours = number(Math.abs(later_hours ?? 0));
  return `${hours} h ${(later_hours ?? 0) > 0 ? 'later' : 'earlier'}, ${minute(other_ms ?? 0)}`;
}

function printEffect(out: Output, effect: Effect | null): void {
  const { bold, dim } = out.colour;
  out.line(bold('what that would have changed'));
  if (effect === null) {
    out.line('  cannot be known: the true click rates of these ads are not known, and impressions were delivered');
    out.line('  under the recorded split');
    return;
  }
  const { winners, clicks } = effect;
  out.line(`  false winners, recorded  ${falseText(winners.recorded)}`);
  out.line(`  false winners, other     ${falseText(winners.other)}`);
  out.line(`  clicks                   ${clicksText(clicks)}`);
  out.line(
    dim('  By the true rates of simulated ads. Impressions were delivered under the recorded split: what the other'),
  );
  out.line(dim('  policy would have seen under its own cannot be known, only what it decides on what was recorded.'));
}

function falseText({ announced, false: wrong, share_low, share_high }: WinnerTruth): string {
  if (share_low === null || share_high === null) return 'none announced';
  return `${count(wrong)} of ${count(announced)} (95 %: ${percent(share_low)} to ${percent(share_high)})`;
}

function clicksText({ per_1000_impressions, low, high, campaigns, campaign_hours }: Effect['clicks']): string {
  if (per_1000_impressions === null) return 'no campaign whose budget follows the splits has a split under both';
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${number(value)}`;
  const interval =
    low === null || high === null
      ? 'no interval: too few campaigns'
      : `95 %: ${signed(low)} to ${signed(high)}, by bootstrap over campaigns`;
  return `${signed(per_1000_impressions)} per 1,000 impressions (${interval}; ${counted(campaigns, 'campaign')}, ${count(campaign_hours)} hours)`;
}
