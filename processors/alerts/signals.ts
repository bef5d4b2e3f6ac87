/** What other loops say, as observations of rules: which thing, whether it holds, in which words, and where to look. */
import type { AlertMetric } from '../../policy/alerts.ts';
import type {
  AccountHealthChanged,
  AccuracyDrifted,
  AccuracyMeasured,
  AdFatigued,
  BudgetCallReturned,
  BudgetChangeProgressed,
  DeadLetter,
  GroupObserved,
  WinnerDetected,
  WinnerWithdrawn,
} from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import type { Desk, Observation } from './desk.ts';
import { percent } from './words.ts';

export type Signal = Omit<Observation, 'rule'>;

const nothing = { value: null, low: null, high: null, exposure: null } as const;

/** Observes all rules about a metric. */
export function observeAll(desk: Desk, metric: AlertMetric, signal: Signal): void {
  for (const rule of desk.rulesOn(metric)) desk.observe({ ...signal, rule });
}

/** Whether a number breaks a rule is the rule's to say. */
export function observeNumber(desk: Desk, metric: AlertMetric, signal: Omit<Signal, 'met'>): void {
  for (const rule of desk.rulesOn(metric)) {
    const { value, low, high } = signal;
    const is_open = desk.isOpen(rule, signal.entity_id);
    const sure = rule.comparison === 'above' ? (low ?? value) : (high ?? value);
    const compared = is_open ? value : sure;
    const met =
      compared === null ? null : rule.comparison === 'above' ? compared >= rule.threshold : compared < rule.threshold;
    desk.observe({ ...signal, rule, met });
  }
}

const simulated = (provenance: string): string => (provenance === 'live' ? '' : ` (${provenance})`);

/** The ad as people call it. */
const adWords = (ad_id: string, name: string | null): string =>
  name === null ? `ad ${ad_id}` : `“${name}” (${ad_id})`;

export function onHealth(
  desk: Desk,
  { account_id, stale, tracking_lost, newest_ms, reason, at_ms }: AccountHealthChanged,
): void {
  const about = { entity_id: account_id, entity_name: null, ...nothing, reason, path: '#/health' };
  const hours = Math.max(0, (at_ms - newest_ms) / hour_ms);
  observeAll(desk, 'stale_data_hours', { ...about, met: stale, value: stale ? hours : null });
  observeAll(desk, 'tracking_lost', { ...about, met: stale ? null : tracking_lost });
}

export function onDrift(desk: Desk, { account_id, reason }: AccuracyDrifted): void {
  observeAll(desk, 'accuracy_drifted', {
    ...{ entity_id: account_id, entity_name: null, met: true, ...nothing, reason, path: '#/learning' },
  });
}

/** Accuracy against the best that could be; unknown is no alarm, and none that one is over either. */
export function onAccuracy(desk: Desk, measured: AccuracyMeasured): void {
  const { stage, status, accuracy, accuracy_low, accuracy_high, ads, clicks } = measured;
  const interval =
    accuracy_low === null || accuracy_high === null
      ? ''
      : ` (95 %: ${percent(accuracy_low)} to ${percent(accuracy_high)})`;
  const words = `${accuracy === null ? 'not known' : percent(accuracy)}${interval} of what a perfect predictor could reach`;
  const about = {
    ...{ entity_id: stage, entity_name: `predictions at age ${stage}`, exposure: ads, path: '#/learning' },
    reason: `Accuracy of predictions at age ${stage}: ${words}, on ${ads} ads and ${clicks} clicks.`,
  };
  const known = status !== 'unknown';
  observeAll(desk, 'accuracy_poor', {
    ...{ ...about, ...nothing, exposure: ads, met: known ? status === 'poor' : null },
  });
  observeNumber(desk, 'prediction_error', {
    ...about,
    value: !known || accuracy === null ? null : 1 - accuracy,
    low: !known || accuracy_high === null ? null : 1 - accuracy_high,
    high: !known || accuracy_low === null ? null : 1 - accuracy_low,
  });
}

const failed_states: ReadonlySet<string> = new Set(['failed', 'uncertain']);

export function onBudget(desk: Desk, change: BudgetChangeProgressed): void {
  const { change_id, state, kind, reason, code } = change;
  const about = { entity_id: change_id, entity_name: null, ...nothing, path: '#/budgets' };
  const ads = change.affected_ad_ids.length;
  observeAll(desk, 'approval_waiting', {
    ...about,
    met: state === 'awaiting_approval',
    reason:
      state === 'awaiting_approval'
        ? `A change of budgets waits for a person: ${kind}, ${ads} ads affected. ${reason}`
        : `The change is ${state.replaceAll('_', ' ')}: ${reason}`,
  });
  if (failed_states.has(state))
    observeAll(desk, 'budget_failed', {
      ...about,
      met: true,
      reason: `A change of budgets (${kind}) ${state}: ${reason} (${code})`,
    });
  if (state === 'applied' && kind === 'scale')
    observeAll(desk, 'promotion_applied', { ...about, met: true, reason: `A winner's budget was raised: ${reason}` });
}

/** Reviews that the platform told with a budget. */
export function onReads(desk: Desk, { reads }: BudgetCallReturned): void {
  for (const { ads } of reads)
    for (const { ad_id, effective_status } of ads) {
      const met = effective_status === 'DISAPPROVED';
      const reason = met
        ? `Ad ${ad_id} was disapproved by the platform.`
        : `The platform has it as ${effective_status}.`;
      observeAll(desk, 'ad_disapproved', {
        entity_id: ad_id,
        entity_name: null,
        met,
        ...nothing,
        reason,
        path: '#/budgets',
      });
    }
}

const tired: ReadonlySet<string> = new Set(['fatiguing', 'saturated', 'audience_exhausted']);

export function onFatigue(
  desk: Desk,
  { ad_id, status, change, change_low, change_high, reason }: AdFatigued,
  name: string | null,
): void {
  const is_tired = tired.has(status);
  observeAll(desk, 'ad_fatigued', {
    ...{ entity_id: ad_id, entity_name: name, met: status === 'insufficient_data' ? null : is_tired },
    ...{
      ...nothing,
      value: is_tired ? change : null,
      low: is_tired ? change_low : null,
      high: is_tired ? change_high : null,
    },
    ...{ reason: `${adWords(ad_id, name)}: ${reason}`, path: '#/fatigue' },
  });
}

export function onWinner(desk: Desk, won: WinnerDetected, name: string | null): void {
  const { account_id, experiment_id, ad_id, lift, lift_low, lift_high, reason, provenance, is_held_out } = won;
  const held = is_held_out ? ' It was drawn by lot not to be promoted.' : '';
  observeAll(desk, 'winner_detected', {
    ...{ entity_id: ad_id, entity_name: name, met: true, exposure: null, value: lift, low: lift_low, high: lift_high },
    reason: `${adWords(ad_id, name)} wins${simulated(provenance)}: ${reason}${held}`,
    path: pathTo(account_id, experiment_id),
  });
}

export function onWithdrawn(
  desk: Desk,
  { account_id, experiment_id, ad_id, reason }: WinnerWithdrawn,
  name: string | null,
): void {
  observeAll(desk, 'winner_withdrawn', {
    ...{ entity_id: ad_id, entity_name: name, met: true, ...nothing },
    ...{ reason: `${adWords(ad_id, name)} is no longer a winner: ${reason}`, path: pathTo(account_id, experiment_id) },
  });
}

const pathTo = (account_id: string, experiment_id: string): string =>
  `#/experiments/${encodeURIComponent(account_id)}/${encodeURIComponent(experiment_id)}`;

const letters_kept_hours = 48;

/** Records that a group refused, counted over the window of the rule. */
export function onLetter(desk: Desk, { group, topic, code, message }: DeadLetter): void {
  const now_ms = desk.now_ms;
  const hour = now_ms - (now_ms % hour_ms);
  const known = desk.desk.letters.filter((one) => one.hour_ms > now_ms - letters_kept_hours * hour_ms);
  const same = known.find((one) => one.hour_ms === hour && one.group === group);
  const counted = { group, hour_ms: hour, count: (same?.count ?? 0) + 1 };
  const letters = [...known.filter((one) => one !== same), counted];
  desk.set({ letters });
  for (const rule of desk.rulesOn('dead_letters')) {
    const from_ms = now_ms - rule.window_hours * hour_ms;
    const count = letters.reduce(
      (sum, one) => sum + (one.group === group && one.hour_ms >= from_ms ? one.count : 0),
      0,
    );
    desk.observe({
      ...{ rule, entity_id: group, entity_name: null, met: count >= Math.max(1, rule.threshold) },
      ...{ value: count, low: null, high: null, exposure: count, path: '#/dead-letters' },
      reason: `Group ${group} refused ${count} records in ${rule.window_hours} hours, the last of ${topic} (${code}): ${message}`,
    });
  }
}

/** Lag is a number; a group that stands is told whatever its lag. */
export function onGroup(desk: Desk, { group, state, lag, reason }: GroupObserved): void {
  const about = { entity_id: group, entity_name: null, path: '#/health' };
  observeNumber(desk, 'group_lag', {
    ...{ ...about, value: lag, low: null, high: null, exposure: lag },
    reason: `Group ${group} has ${lag.toLocaleString('en-US')} records before it.`,
  });
  observeAll(desk, 'group_stopped', {
    ...{ ...about, ...nothing, met: state === 'stopped' },
    reason:
      state === 'stopped' ? `Group ${group} stopped: ${reason ?? 'it did not say why'}` : `Group ${group} is ${state}.`,
  });
}
