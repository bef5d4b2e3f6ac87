/** Which hours of an experiment are over and final enough to enter, and what each arm got in one. */
import { counters } from '../../../learning/evidence/metrics.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { dayOf, head_length } from '../../snapshots/book.ts';
import type { AdEntry } from '../../snapshots/ads.ts';
import { bookName, type ExperimentState, type Following, type Part } from './state.ts';

/** Hours of the course from `from` to before `to`. */
export interface DueHours {
  readonly origin_ms: number;
  readonly from: number;
  readonly to: number;
}

const floorHour = (time_ms: number): number => Math.floor(time_ms / hour_ms) * hour_ms;

/** Entries of the arms, in the order of the arms; undefined where an arm has no data. */
const armEntries = ({ declared }: Following, ads: readonly AdEntry[]): readonly (AdEntry | undefined)[] =>
  declared.arms.map(({ ad_id }) => ads.find((ad) => ad.ad_id === ad_id));

/** Where the course begins: with the first hour that has data, at the earliest with the declared start. */
const originOf = (following: Following, state: ExperimentState): number =>
  following.origin_ms ?? Math.max(floorHour(following.declared.start_ms), floorHour(state.first_window_ms));

/**
 * Hours that may enter at the end of hour `tick_hour_ms`; null where there are none. An hour enters when every window
 * that begins in it has ended and matured; those without data after the last window wait for more.
 */
export function dueHours(state: ExperimentState, tick_hour_ms: number): DueHours | null {
  const { following } = state;
  if (following === null || state.last_window_ms === 0) return null;
  const origin_ms = originOf(following, state);
  const data_end_ms = floorHour(state.last_window_ms) + hour_ms;
  if (data_end_ms <= origin_ms + following.course.hours * hour_ms) return null;
  const grain = Math.max(1, ...armEntries(following, state.ads).map((ad) => ad?.grain_hours ?? 1));
  const matured_ms = tick_hour_ms + hour_ms - (following.rule.maturity_hours + grain - 1) * hour_ms;
  const to = Math.floor((Math.min(data_end_ms, matured_ms) - origin_ms) / hour_ms);
  return to > following.course.hours ? { origin_ms, from: following.course.hours, to } : null;
}

/** Names of the books that these hours are in. */
export function booksOf(following: Following, ads: readonly AdEntry[], { origin_ms, from, to }: DueHours): string[] {
  const first = dayOf(origin_ms + from * hour_ms);
  const last = dayOf(origin_ms + (to - 1) * hour_ms);
  const names: string[] = [];
  for (const ad of armEntries(following, ads)) {
    if (ad === undefined || ad.days === null) continue;
    for (let day = Math.max(first, ad.days.first); day <= Math.min(last, ad.days.last); day++)
      for (const context of ad.contexts) names.push(bookName(ad.ad_id, day, context));
  }
  return names;
}

const row_length = head_length + counters;

/** Counters of each arm in the hour that begins at `start_ms`, all breakdowns together. */
export function totalsOfHour(
  following: Following,
  ads: readonly AdEntry[],
  parts: ReadonlyMap<string, Part>,
  start_ms: number,
): readonly number[] {
  const totals = new Array<number>(following.declared.arms.length * counters).fill(0);
  armEntries(following, ads).forEach((ad, arm) => {
    for (const context of ad?.contexts ?? []) {
      const part = parts.get(bookName(ad?.ad_id ?? '', dayOf(start_ms), context));
      if (part?.kind === 'book') addRows(totals, arm, part.rows, start_ms);
    }
  });
  return totals;
}

function addRows(totals: number[], arm: number, rows: readonly number[], start_ms: number): void {
  for (let at = 0; at < rows.length; at += row_length) {
    const window_ms = rows[at] ?? 0;
    if (window_ms < start_ms || window_ms >= start_ms + hour_ms) continue;
    for (let i = 0; i < counters; i++)
      totals[arm * counters + i] = (totals[arm * counters + i] ?? 0) + (rows[at + head_length + i] ?? 0);
  }
}
