/** What digests are made of: how often something was decided, or was not and why, by hour. */
import type { AccuracyMeasured, BudgetChangeProgressed, WinnerDetected } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import type { TallyPart, TallyRow } from './state.ts';

/** A week, and the day that it ends in. */
const kept_ms = 9 * day_ms;
const most_rows = 2_000;

/** One more of a kind. `code` says why it was not done; null where it was. */
export function counted(
  tally: TallyPart,
  at_ms: number,
  what: string,
  not_done: { readonly code: string; readonly reason: string } | null = null,
): TallyPart {
  const hour = at_ms - (at_ms % hour_ms);
  const { code = null, reason = null } = not_done ?? {};
  const kept = tally.rows.filter((row) => row.hour_ms > at_ms - kept_ms);
  const same = kept.find((row) => row.hour_ms === hour && row.what === what && row.code === code);
  const row: TallyRow = { hour_ms: hour, what, code, reason, count: (same?.count ?? 0) + 1 };
  return { ...tally, rows: [...kept.filter((one) => one !== same), row].slice(-most_rows) };
}

/** States of a change that end without a write, beside those that say that there will be none yet. */
const not_done: ReadonlySet<string> = new Set([
  'skipped',
  'would_apply',
  'rejected',
  'expired',
  'cancelled',
  'stood_down',
  'failed',
]);

export function withChange(tally: TallyPart, { state, kind, code, reason, at_ms }: BudgetChangeProgressed): TallyPart {
  const what = `budget.${kind}`;
  if (state === 'applied') return counted(tally, at_ms, what);
  if (!not_done.has(state)) return tally;
  return counted(tally, at_ms, what, { code: state === 'skipped' ? code : state, reason });
}

export function withWinner(tally: TallyPart, won: WinnerDetected, ad_name: string | null): TallyPart {
  const { ad_id, experiment_id, lift, lift_low: low, lift_high: high, provenance, is_held_out, at_ms } = won;
  const next = counted(tally, at_ms, 'winner');
  const winners = [
    ...tally.winners.filter((one) => one.at_ms > at_ms - kept_ms),
    { ad_id, ad_name, experiment_id, lift, low, high, provenance, at_ms },
  ];
  const told = { ...next, winners };
  if (!is_held_out) return told;
  return counted(told, at_ms, 'promotion', {
    code: 'held_out',
    reason: 'Drawn by lot not to be promoted: what promotions earn is measured against these.',
  });
}

export function withAccuracy(tally: TallyPart, measured: AccuracyMeasured): TallyPart {
  const { stage, status, accuracy, accuracy_low: low, accuracy_high: high, ads } = measured;
  const next = { stage, status, accuracy, low, high, ads };
  return { ...tally, accuracy: [...tally.accuracy.filter((one) => one.stage !== stage), next] };
}
