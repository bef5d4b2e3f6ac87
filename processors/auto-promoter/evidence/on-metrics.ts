/** A snapshot of an ad's window: kept in its book, and where its hour has entered already, counted by its difference. */
import { restatedClosed, restatedOpen } from '../../../learning/evidence/course.ts';
import { counters } from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { AdMetrics } from '../../../schemas/index.ts';
import { day_ms } from '../../../schemas/values.ts';
import { contextName, withWindow } from '../../snapshots/ads.ts';
import { dayOf, entered } from '../../snapshots/book.ts';
import {
  blockName,
  bookName,
  closedBlockAt,
  hourOfCourse,
  type ExperimentState,
  type Following,
  type Part,
} from './state.ts';

/** Platforms restate for 28 days; two more for what arrives late. */
export const keep_ms = 30 * day_ms;

/** Ads that an experiment may have metrics of before it is declared. */
const most_undeclared_ads = 64;

/** The parts an event needs: the book of its day, and the closed block that its hour is in. */
export function partsOf(event: AdMetrics, { following }: ExperimentState): readonly string[] {
  const book = bookName(event.ad_id, dayOf(event.window_start_ms), contextName(event.context));
  if (following === null || following.origin_ms === null) return [book];
  const at = closedBlockAt(following, hourOfCourse(following.origin_ms, event.window_start_ms));
  const start = following.block_starts[at];
  return start === undefined ? [book] : [book, blockName(start)];
}

export interface Taken {
  readonly state: ExperimentState;
  readonly parts: ReadonlyMap<string, Part>;
}

/** Counters of a snapshot, the value of conversions clipped. */
function countersOf(event: AdMetrics, { conversion_value_cap_minor: cap }: EvidencePolicy): readonly number[] {
  const value =
    cap > 0 ? Math.min(event.conversion_value_minor, cap * event.conversions) : event.conversion_value_minor;
  return [event.impressions, event.link_clicks, event.conversions, value, event.spend_minor];
}

/** State and parts after a snapshot; null where it says nothing new. Throws where its window overlaps others. */
export function takeMetrics(
  state: ExperimentState,
  event: AdMetrics,
  parts: ReadonlyMap<string, Part>,
  policy: EvidencePolicy,
): Taken | null {
  const { following, last_window_ms } = state;
  const arm = following === null ? 0 : following.declared.arms.findIndex(({ ad_id }) => ad_id === event.ad_id);
  if (arm < 0 || (following === null && isTooMany(state, event.ad_id))) return null;
  // Its book may be gone: taken again, it would count twice.
  if (event.window_end_ms < last_window_ms - keep_ms) return null;
  const context = contextName(event.context);
  const ads = withWindow(state.ads, event, context);
  const name = bookName(event.ad_id, dayOf(event.window_start_ms), context);
  const book = parts.get(name);
  const taken = entered(book?.kind === 'book' ? book.rows : [], event, countersOf(event, policy));
  if (taken === null) return null;
  const changed = new Map<string, Part>([[name, { kind: 'book', rows: taken.rows }]]);
  const counted =
    following === null ? null : count(following, arm, event.window_start_ms, taken.differences, parts, changed);
  const known = withTimes(state, event.window_start_ms);
  return {
    state: counted === following && ads === state.ads ? known : { ...known, ads, following: counted },
    parts: changed,
  };
}

const isTooMany = ({ ads }: ExperimentState, ad_id: string): boolean =>
  ads.length >= most_undeclared_ads && !ads.some((ad) => ad.ad_id === ad_id);

function withTimes(state: ExperimentState, window_start_ms: number): ExperimentState {
  const { first_window_ms, last_window_ms } = state;
  if (window_start_ms <= last_window_ms && window_start_ms >= first_window_ms) return state;
  return {
    ...state,
    first_window_ms: first_window_ms === 0 ? window_start_ms : Math.min(first_window_ms, window_start_ms),
    last_window_ms: Math.max(last_window_ms, window_start_ms),
  };
}

/** Counts a difference where its hour has entered already; the changed block goes to `changed`. */
function count(
  following: Following,
  arm: number,
  window_start_ms: number,
  differences: readonly number[],
  parts: ReadonlyMap<string, Part>,
  changed: Map<string, Part>,
): Following {
  // Said again without a change, it is no restatement.
  if (following.origin_ms === null || differences.every((value) => value === 0)) return following;
  const hour = hourOfCourse(following.origin_ms, window_start_ms);
  if (hour < 0 || hour >= following.course.hours) return following;
  const difference = new Array<number>(following.declared.arms.length * counters).fill(0);
  differences.forEach((value, i) => (difference[arm * counters + i] = value));
  const at = closedBlockAt(following, hour);
  const start = following.block_starts[at];
  const block = start === undefined ? undefined : parts.get(blockName(start));
  if (start === undefined || block?.kind !== 'block')
    return {
      ...following,
      course: restatedOpen(following.rule, following.course, hour, difference),
      restated: restatesCounts(following),
    };
  const index = following.course.blocks - following.block_starts.length + at;
  const restated = restatedClosed(following.rule, following.course, { hour, index }, block.totals, difference);
  changed.set(blockName(start), { kind: 'block', totals: restated.block });
  return { ...following, course: restated.course, restated: true };
}

/** Of counts every hour is evidence; of blocks an open one is not yet. */
const restatesCounts = ({ rule, restated }: Following): boolean => restated || rule.evidence === 'counts';
