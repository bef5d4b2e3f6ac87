/** Totals by window and day of ads, campaigns and the account: how a snapshot moves them, and sums over hours. */
import type { AdMetrics } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { added, dayOf, entered, grainOf, head_length } from '../snapshots/book.ts';
import { hoursName, rowsOf, type AccountState, type Entity, type Part, type Parts } from './state.ts';

export interface Totals {
  readonly impressions: number;
  readonly link_clicks: number;
  readonly spend_minor: number;
  readonly conversions: number;
  readonly value_minor: number;
  /** Windows that they are of. */
  readonly windows: number;
}

const width = 5;
const row_length = head_length + width;

/** Days of totals that are kept: the longest window, the time to settle, and the week before. */
export const kept_days = 12;
/** Days after its last totals that a thing is still looked at. */
export const active_days = 3;

export const isActive = ({ last }: Entity, now_ms: number): boolean => last >= dayOf(now_ms) - active_days;

/** Days of a thing that may be looked at now. */
export function daysOf({ first, last }: Entity, now_ms: number): readonly number[] {
  const from = Math.max(first, dayOf(now_ms) - kept_days + 1);
  return Array.from({ length: Math.max(0, last - from + 1) }, (_, i) => from + i);
}

/** What a snapshot is of: its ad, its campaign and the account. */
export const entitiesOf = ({ ad_id, campaign_id }: AdMetrics): readonly Pick<Entity, 'scope' | 'id'>[] => [
  { scope: 'ad', id: ad_id },
  { scope: 'campaign', id: campaign_id },
  { scope: 'account', id: '' },
];

export interface Moved {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part>;
}

/** State and parts after a snapshot; null where it says nothing new or is of a day that is forgotten. */
export function moved(state: AccountState, event: AdMetrics, parts: Parts): Moved | null {
  const day = dayOf(event.window_start_ms);
  if (day <= dayOf(state.complete_ms) - kept_days) return null;
  const [ad, ...wider] = entitiesOf(event);
  if (ad === undefined) return null;
  const { impressions, link_clicks, spend_minor, conversions, conversion_value_minor } = event;
  const totals = [impressions, link_clicks, spend_minor, conversions, conversion_value_minor];
  const taken = entered(rowsOf(parts, ad, day), event, totals);
  if (taken === null) return null;
  const start_ms = event.window_start_ms - (event.window_start_ms % hour_ms);
  return {
    state: withSnapshot(state, event, day),
    parts: new Map<string, Part>([
      [hoursName(ad, day), { kind: 'hours', rows: taken.rows }],
      ...wider.map(
        (one) =>
          [
            hoursName(one, day),
            { kind: 'hours', rows: added(rowsOf(parts, one, day), [start_ms, 0], taken.differences) },
          ] as const,
      ),
    ]),
  };
}

/** The same object where nothing changed. */
function withSnapshot(state: AccountState, event: AdMetrics, day: number): AccountState {
  const is_whole = event.as_of_ms >= event.window_end_ms;
  const complete_ms = is_whole ? Math.max(state.complete_ms, event.window_end_ms) : state.complete_ms;
  const grain_hours = Math.max(state.grain_hours, grainOf(event));
  const entities = entitiesOf(event).reduce((known, one) => withDay(known, one, day), state.entities);
  const { currency } = event;
  const same =
    complete_ms === state.complete_ms &&
    grain_hours === state.grain_hours &&
    entities === state.entities &&
    currency === state.currency;
  return same ? state : { currency, complete_ms, grain_hours, entities };
}

function withDay(
  known: readonly Entity[],
  { scope, id }: Pick<Entity, 'scope' | 'id'>,
  day: number,
): readonly Entity[] {
  const at = known.findIndex((one) => one.id === id && one.scope === scope);
  const found = known[at];
  if (found === undefined) return [...known, { scope, id, first: day, last: day }];
  if (day >= found.first && day <= found.last) return known;
  return known.with(at, { ...found, first: Math.min(found.first, day), last: Math.max(found.last, day) });
}

/** Totals of what begins in [`from_ms`, `to_ms`). A restatement may leave a sum below zero for a moment: it counts as 0. */
export function totalsIn(parts: Parts, entity: Pick<Entity, 'scope' | 'id'>, from_ms: number, to_ms: number): Totals {
  const sums = [0, 0, 0, 0, 0];
  let windows = 0;
  for (let day = dayOf(from_ms); day * day_ms < to_ms; day++) {
    const rows = rowsOf(parts, entity, day);
    for (let at = 0; at < rows.length; at += row_length) {
      const start_ms = rows[at] ?? 0;
      if (start_ms < from_ms || start_ms >= to_ms) continue;
      windows++;
      for (let i = 0; i < width; i++) sums[i] = (sums[i] ?? 0) + (rows[at + head_length + i] ?? 0);
    }
  }
  const [impressions = 0, link_clicks = 0, spend_minor = 0, conversions = 0, value_minor = 0] = sums.map((sum) =>
    Math.max(0, sum),
  );
  return { impressions, link_clicks, spend_minor, conversions, value_minor, windows };
}

/** State without what is too old, its parts marked as deletions in `gone`; the same object where nothing is. */
export function withoutOld(state: AccountState, now_ms: number, gone: Map<string, null>): AccountState {
  const oldest = dayOf(now_ms) - kept_days + 1;
  if (!state.entities.some(({ first }) => first < oldest)) return state;
  const entities = state.entities.flatMap((one): readonly Entity[] => {
    for (let day = one.first; day < Math.min(one.last + 1, oldest); day++) gone.set(hoursName(one, day), null);
    if (one.last < oldest) return [];
    return [one.first < oldest ? { ...one, first: oldest } : one];
  });
  return { ...state, entities };
}
