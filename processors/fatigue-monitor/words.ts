/** What was judged, in words. */
import type { Decline } from '../../learning/fatigue/decline.ts';
import type { Day, Status } from './state.ts';

const percent = (fraction: number): string => `${Math.abs(fraction * 100).toFixed(0)} %`;

export interface Said {
  readonly status: Status;
  readonly decline: Decline;
  readonly days: readonly Day[];
  readonly frequency: number | null;
  readonly cost_change: number | null;
}

export function reasonOf({ status, decline: { change, since_day }, days, frequency, cost_change }: Said): string {
  if (status === 'insufficient_data') return 'Too few days or clicks to compare with.';
  if (status === 'healthy' || change === null)
    return 'No decline beside the account that chance would not bring as well.';
  const for_days = (days.at(-1)?.day ?? 0) - (since_day ?? 0) + 1;
  const range = change.high < 0 ? ` (${percent(change.high)} to ${percent(change.low)})` : '';
  const seen =
    status === 'audience_exhausted' && frequency !== null
      ? `, and shown ${frequency.toFixed(1)} times to each person a week`
      : '';
  const cost =
    cost_change === null ? '' : ` Each click costs ${percent(cost_change)} ${cost_change < 0 ? 'less' : 'more'}.`;
  return `Clicked ${percent(change.value)} less${range} than before, beside the account, for ${for_days} days${seen}.${cost}`;
}
