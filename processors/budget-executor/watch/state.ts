/** What is remembered of the numbers of an account. */
import { hour_ms } from '../../../schemas/values.ts';
import { dayOf } from '../../snapshots/book.ts';
import { since, type Totals } from './totals.ts';

/** A day beside the week before. */
const kept_hours = 8 * 24;
const kept_days = 32;

export interface WatchState {
  readonly currency: string;
  readonly newest_ms: number;
  /** Link clicks and conversions by the start of their hour, UTC epoch milliseconds, the last eight days. */
  readonly hours: Totals;
  /** Spend, and value of conversions, minor units, by UTC day, days since the epoch. */
  readonly days: Totals;
  readonly told: { readonly stale: boolean; readonly tracking_lost: boolean; readonly at_ms: number } | null;
}

export const initialWatch = (): WatchState => ({ currency: '', newest_ms: 0, hours: [], days: [], told: null });

/** The same object where nothing is old enough. */
export function forget(state: WatchState, now_ms: number): WatchState {
  const hours = since(state.hours, now_ms - kept_hours * hour_ms + 1);
  const days = since(state.days, dayOf(now_ms) - kept_days + 1);
  return hours === state.hours && days === state.days ? state : { ...state, hours, days };
}

/** Version 1 had a record of named fields for each hour and day; one of older code had no `value_minor`. */
interface Before extends Omit<WatchState, 'hours' | 'days'> {
  readonly hours: readonly { readonly hour_ms: number; readonly clicks: number; readonly conversions: number }[];
  readonly days: readonly { readonly day: number; readonly spend_minor: number; readonly value_minor?: number }[];
}

const isBefore = (stored: unknown): stored is Before =>
  typeof stored === 'object' &&
  stored !== null &&
  Array.isArray(Reflect.get(stored, 'hours')) &&
  Array.isArray(Reflect.get(stored, 'days'));

/** @throws Error where what was stored is no state of version 1 */
export function watchUpcast(stored: unknown): WatchState {
  if (!isBefore(stored)) throw new Error('fields hours and days are no lists');
  return {
    ...stored,
    hours: stored.hours.flatMap((one) => [one.hour_ms, one.clicks, one.conversions]),
    days: stored.days.flatMap((one) => [one.day, one.spend_minor, one.value_minor ?? 0]),
  };
}
