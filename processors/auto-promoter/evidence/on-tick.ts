/** The end of an hour: what is final enters, blocks close, and what has changed is told. */
import { passHour } from '../../../learning/evidence/course.ts';
import { impressionsOf } from '../../../learning/evidence/metrics.ts';
import { dispersedBy } from '../../../learning/evidence/srm.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { EvidenceChanged } from '../../../schemas/index.ts';
import { day_ms, hour_ms } from '../../../schemas/values.ts';
import { withoutOldDays } from '../../snapshots/ads.ts';
import { dueHours, totalsOfHour, type DueHours } from './due.ts';
import { keep_ms } from './on-metrics.ts';
import { plannedEnd } from './reason.ts';
import { report } from './report.ts';
import { statusOf } from './status.ts';
import { blockName, bookName, type ExperimentState, type Following, type Part } from './state.ts';

/** Hours after which progress is told though nothing else changed. */
const tell_hours = 6;

export interface Tick {
  readonly account_id: string;
  readonly experiment_id: string;
  readonly hour_ms: number;
  readonly policy: Policy;
}

export interface Ticked {
  readonly state: ExperimentState | null;
  readonly dormant: boolean;
  readonly parts: ReadonlyMap<string, Part | null>;
  readonly told: EvidenceChanged | null;
}

/** State and parts after an hour; `parts` holds the books that `dueHours` needs. */
export function takeTick(before: ExperimentState, parts: ReadonlyMap<string, Part>, tick: Tick): Ticked {
  const changed = new Map<string, Part | null>();
  const due = dueHours(before, tick.hour_ms);
  const entered =
    due === null || before.following === null
      ? before
      : { ...before, following: passed(before.following, before, due, parts, changed) };
  const state = forgotten(entered, tick, changed);
  const { following } = state;
  if (following === null) {
    const gone = before.last_window_ms !== 0 && state.ads.every(({ days }) => days === null);
    return { state: gone ? null : state, dormant: gone, parts: changed, told: null };
  }
  const dormant = isOver(state, following, tick);
  // Most experiments that are awake only wait for the end of their restatements.
  if (due === null && !following.restated && !endsNow(following, tick))
    return { state, dormant, parts: changed, told: null };
  const told = toldBy(following, tick);
  if (told === null) return { state, dormant, parts: changed, told };
  const next = { ...following, restated: false, told: { status: told.status, hours: following.course.hours } };
  return { state: { ...state, following: next }, dormant, parts: changed, told };
}

/** The experiment after the due hours. Closed blocks go to `changed`. */
function passed(
  following: Following,
  { ads }: ExperimentState,
  { origin_ms, from, to }: DueHours,
  parts: ReadonlyMap<string, Part>,
  changed: Map<string, Part | null>,
): Following {
  const { rule, declared } = following;
  let { course, dispersion } = following;
  const starts = [...following.block_starts];
  const hourly = ads.every(({ grain_hours }) => grain_hours <= 1);
  for (let hour = from; hour < to; hour++) {
    const start = course.block.start;
    const totals = totalsOfHour(following, ads, parts, origin_ms + hour * hour_ms);
    const result = passHour(rule, course, totals, hourly);
    course = result.course;
    if (dispersion !== null)
      dispersion = dispersedBy(
        dispersion,
        declared.arms.map((_, arm) => impressionsOf(totals, arm)),
      );
    if (result.closed === null) continue;
    starts.push(start);
    changed.set(blockName(start), { kind: 'block', totals: result.closed });
  }
  return { ...following, origin_ms, course, block_starts: starts, dispersion };
}

/** The state without books and blocks that are no longer restated; their deletions go to `changed`. */
function forgotten(state: ExperimentState, tick: Tick, changed: Map<string, Part | null>): ExperimentState {
  const oldest_ms = tick.hour_ms + hour_ms - keep_ms;
  const gone = new Map<string, null>();
  const ads = withoutOldDays(state.ads, Math.floor(oldest_ms / day_ms), bookName, gone);
  const following = state.following === null ? null : withoutOldBlocks(state.following, oldest_ms, gone);
  for (const name of gone.keys()) changed.set(name, null);
  return ads === state.ads && following === state.following ? state : { ...state, ads, following };
}

function withoutOldBlocks(following: Following, oldest_ms: number, gone: Map<string, null>): Following {
  const { origin_ms, block_starts: starts, course } = following;
  if (origin_ms === null) return following;
  let old = 0;
  while (old < starts.length && origin_ms + (starts[old + 1] ?? course.block.start) * hour_ms < oldest_ms) old++;
  if (old === 0) return following;
  for (const start of starts.slice(0, old)) gone.set(blockName(start), null);
  return { ...following, block_starts: starts.slice(old) };
}

/** Nothing can change it any more but an event of its own. */
function isOver(state: ExperimentState, { declared, block_starts }: Following, tick: Tick): boolean {
  if (state.ads.some(({ days }) => days !== null) || block_starts.length > 0) return false;
  return tick.hour_ms >= declared.start_ms + declared.planned_days * day_ms;
}

/** Whether this is the hour in which its planned days end: what was said of what may still come is wrong from now on. */
const endsNow = ({ declared }: Following, tick: Tick): boolean =>
  tick.hour_ms < plannedEnd(declared) && tick.hour_ms + hour_ms >= plannedEnd(declared);

/** What is to be told: a closed block, another status, restated evidence, its planned end, or progress after a while. */
function toldBy(following: Following, tick: Tick): EvidenceChanged | null {
  const { told, restated, course } = following;
  if (course.hours === 0) return null;
  const status = statusOf(following, tick.policy.evidence);
  const news =
    told === null ||
    restated ||
    (endsNow(following, tick) && (status === 'collecting' || status === 'deciding')) ||
    told.status !== status ||
    (course.hours > told.hours && (course.block.start > told.hours || course.hours - told.hours >= tell_hours));
  return news ? report(following, status, tick) : null;
}
