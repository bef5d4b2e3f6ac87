/**
 * Proposes to leave out hours of the day that bring fewer clicks for their money, campaign by campaign, where the numbers
 * of weeks show it. Campaigns that are paid for conversions are left alone: the platform does not fill their hours.
 */
import {
  gainWithout,
  hours_a_day,
  noHours,
  poorHours,
  withDay,
  type HourSums,
  type PoorHour,
} from '../../../learning/dayparts/dayparts.ts';
import type { Policy } from '../../../policy/policy.ts';
import {
  adCreated,
  adMetrics,
  isPaidForConversions,
  proposalMade,
  tickHourly,
  type AdMetrics,
  type ProposalCheck,
} from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { everyKey, processor, wire, type Decide } from '../../../topology/processor.ts';
import { contextName } from '../../snapshots/ads.ts';
import { dayOf, entered } from '../../snapshots/book.ts';

/** Days that are waited for what comes late; clicks and spend hardly move after them. */
const open_days = 3;
/** Between two proposals for one campaign, where hours stay as poor as they were. */
const again_days = 28;

interface OpenDay {
  readonly day: number;
  readonly clicks: readonly number[];
  readonly spend: readonly number[];
}

export interface DaypartState {
  readonly paid_for_conversions: boolean;
  /** Days, UTC, that may still move. */
  readonly open: readonly OpenDay[];
  /** Days that are over, as sums. */
  readonly hours: readonly HourSums[];
  readonly days: number;
  /** The last day that is over; what comes of it later is left out. */
  readonly closed: number;
  readonly told: { readonly hours: readonly number[]; readonly at_ms: number } | null;
}

export const initial = (): DaypartState => ({
  paid_for_conversions: false,
  open: [],
  hours: noHours,
  days: 0,
  closed: 0,
  told: null,
});

const bookName = (ad_id: string, window_start_ms: number): string => `${ad_id} ${dayOf(window_start_ms)}`;

export const wiring = wire({
  group: 'budget-executor.dayparts',
  description:
    'Proposes hours of the day to leave out, where weeks of numbers show that they bring less for their money',
  partitionBy: 'account_id',
  reads: [adMetrics, adCreated, tickHourly],
  emits: [proposalMade],
  writes: [],
  // A snapshot stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 1, initial },
  stateKey: {
    'ad.metrics': ({ campaign_id }) => campaign_id,
    'ad.created': ({ campaign_id }) => campaign_id,
    'tick.hourly': everyKey,
  },
  part: { version: 1, initial: (): { readonly rows: readonly number[] } => ({ rows: [] }) },
  partKeys: { 'ad.metrics': ({ ad_id, window_start_ms }) => [bookName(ad_id, window_start_ms)] },
});

export const decide: Decide<typeof wiring, Policy> = {
  'ad.created': (state, { objective }) =>
    isPaidForConversions(objective) ? { state: { ...state, paid_for_conversions: true } } : { state },
  'ad.metrics': (state, event, { parts }) => {
    const { window_start_ms, window_end_ms, link_clicks, spend_minor } = event;
    if (window_end_ms - window_start_ms !== hour_ms || contextName(event.context) !== '') return { state };
    const name = bookName(event.ad_id, window_start_ms);
    const found = entered(parts.get(name)?.rows ?? [], event, [link_clicks, spend_minor]);
    if (found === null) return { state };
    return { state: withTotals(state, event, found.differences), parts: new Map([[name, { rows: found.rows }]]) };
  },
  'tick.hourly': (state, { hour_ms: hour }, { key, stateKey, policy }) => {
    const now_ms = hour + hour_ms;
    // The account itself has a key too, and no numbers of its own.
    if (now_ms % day_ms !== 0 || state.open.length === 0) return { state };
    const closed = closeDays(state, dayOf(now_ms) - open_days);
    return propose(closed, { account_id: key, campaign_id: stateKey, now_ms, policy });
  },
};

const plusAt = (values: readonly number[], hour: number, more: number): readonly number[] =>
  values.map((value, i) => (i === hour ? value + more : value));

function withTotals(
  state: DaypartState,
  { window_start_ms }: AdMetrics,
  [clicks = 0, spend = 0]: readonly number[],
): DaypartState {
  const day = dayOf(window_start_ms);
  const hour = Math.floor((window_start_ms % day_ms) / hour_ms);
  const none = Array.from({ length: hours_a_day }, () => 0);
  if (day <= state.closed) return state;
  const before = state.open.find((one) => one.day === day) ?? { day, clicks: none, spend: none };
  const now = { day, clicks: plusAt(before.clicks, hour, clicks), spend: plusAt(before.spend, hour, spend) };
  return { ...state, open: [...state.open.filter((one) => one.day !== day), now] };
}

function closeDays(state: DaypartState, last: number): DaypartState {
  const over = state.open.filter(({ day }) => day <= last).sort((a, b) => a.day - b.day);
  if (over.length === 0) return state;
  return {
    ...state,
    open: state.open.filter(({ day }) => day > last),
    hours: over.reduce<readonly HourSums[]>((hours, day) => withDay(hours, day), state.hours),
    days: state.days + over.length,
    closed: last,
  };
}

interface Asked {
  readonly account_id: string;
  readonly campaign_id: string;
  readonly now_ms: number;
  readonly policy: Policy;
}

function propose(state: DaypartState, asked: Asked): ReturnType<(typeof decide)['tick.hourly']> {
  const { policy, now_ms, account_id, campaign_id } = asked;
  const { daypart_days: min_days, daypart_loss: min_loss } = policy.money;
  if (state.paid_for_conversions || min_days === 0) return { state };
  const poor = poorHours(state.hours, { min_days, min_loss, alpha: policy.evidence.alpha });
  const hours = poor.map(({ hour }) => hour).sort((a, b) => a - b);
  if (hours.length === 0 || wasTold(state, hours, now_ms)) return { state };
  const gain = gainWithout(state.hours, hours);
  const proposal = proposalMade.event({
    account_id,
    proposal_id: `dayparts/${campaign_id}/${now_ms / day_ms}`,
    kind: 'dayparts',
    campaign_id,
    experiment_id: null,
    ad_id: null,
    hours,
    daily_minor: null,
    currency: null,
    checks: checksOf(state, poor, gain),
    reason: `Leave out the hours ${hours.join(', ')} (UTC): the same spend in the others would bring about ${percent(gain)} more clicks.`,
    at_ms: now_ms,
    policy_version: policy.version,
  });
  return { state: { ...state, told: { hours, at_ms: now_ms } }, emit: [proposal] };
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const wasTold = ({ told }: DaypartState, hours: readonly number[], now_ms: number): boolean =>
  told !== null && now_ms - told.at_ms < again_days * day_ms && hours.every((hour) => told.hours.includes(hour));

function checksOf({ days }: DaypartState, poor: readonly PoorHour[], gain: number): ProposalCheck[] {
  const losses = poor.map(
    ({ hour, loss, e_value }) => `${hour}: ${percent(loss)} fewer (e-value ${Math.round(e_value)})`,
  );
  return [
    { check: 'days', holds: true, words: `${days} days are behind it` },
    {
      check: 'evidence',
      holds: true,
      words: `clicks for the same spend, beside the other hours: ${losses.join('; ')}`,
    },
    { check: 'gain', holds: gain > 0, words: `${percent(gain)} more clicks, if the other hours stay as they are` },
    {
      check: 'platform',
      holds: false,
      words: 'Meta takes hours only with a lifetime budget, and warns that a timetable of pauses hurts delivery',
    },
  ];
}

export const budgetDayparts = processor(wiring, decide);
