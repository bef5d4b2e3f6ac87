/**
 * What is remembered of an experiment. One state per experiment; each day of an ad is a part, and so is each closed
 * block, so that an event touches few bytes and a restatement finds what it changes.
 */
import type { Course, CourseRule } from '../../../learning/evidence/course.ts';
import type { Dispersion } from '../../../learning/evidence/srm.ts';
import type { Metric } from '../../../learning/evidence/metrics.ts';
import { hour_ms } from '../../../schemas/values.ts';
import type { ExperimentDeclared } from '../../../schemas/index.ts';
import type { AdEntry } from '../../snapshots/ads.ts';

/** The declaration, as far as it decides. */
export interface Declared {
  readonly campaign_id: string;
  readonly design: ExperimentDeclared['design'];
  readonly guardrails: readonly Metric[];
  readonly arms: readonly { readonly ad_id: string; readonly adset_id: string; readonly planned_share: number }[];
  readonly start_ms: number;
  readonly planned_days: number;
  readonly provenance: ExperimentDeclared['provenance'];
}

/** Fixed with the declaration, so that no later policy moves a goal that data have begun to reach. */
export interface Rule extends CourseRule {
  /** Hours after a window's end at which its totals may enter. */
  readonly maturity_hours: number;
}

export interface Following {
  readonly declared: Declared;
  readonly rule: Rule;
  /** Start of the course's first hour; null before there are data. UTC epoch milliseconds. */
  readonly origin_ms: number | null;
  readonly course: Course;
  /** Hours of the course at which the closed blocks began that have a part; the newest last. */
  readonly block_starts: readonly number[];
  /** How the arms' shares vary from day to day, where users are assigned but an auction delivers; else null. */
  readonly dispersion: Dispersion | null;
  /** Whether data that had been counted were restated since the last event. */
  readonly restated: boolean;
  /** What the last event said; null before the first. */
  readonly told: { readonly status: string; readonly hours: number } | null;
}

export interface ExperimentState {
  /** Null until the experiment is declared: metrics may come first. */
  readonly following: Following | null;
  readonly ads: readonly AdEntry[];
  /** Start of the first and the last window there are data for, UTC epoch milliseconds; 0 before any. */
  readonly first_window_ms: number;
  readonly last_window_ms: number;
}

export const initialExperiment = (): ExperimentState => ({
  following: null,
  ads: [],
  first_window_ms: 0,
  last_window_ms: 0,
});

/** One day of one ad in one breakdown: a book of snapshots, whose totals are the counters of an arm. */
export interface BookPart {
  readonly kind: 'book';
  readonly rows: readonly number[];
}

/** A closed block: counters of each arm. */
export interface BlockPart {
  readonly kind: 'block';
  readonly totals: readonly number[];
}

export type Part = BookPart | BlockPart;

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const bookName = (ad_id: string, day: number, context: string): string =>
  `book${separator}${ad_id}${separator}${day}${separator}${context}`;

/** The block that began at this hour of the course. */
export const blockName = (start: number): string => `block${separator}${start}`;

/** The hour of the course that a time falls in; negative before its origin. */
export const hourOfCourse = (origin_ms: number, time_ms: number): number => Math.floor((time_ms - origin_ms) / hour_ms);

/**
 * Where the closed block is that an hour of the course belongs to: its position in `block_starts`. −1 where the hour is
 * in the open block, in no block, or in one that is too old to be restated.
 */
export function closedBlockAt({ course, block_starts }: Following, hour: number): number {
  if (hour >= course.block.start) return -1;
  let at = block_starts.length - 1;
  while (at >= 0 && (block_starts[at] ?? 0) > hour) at--;
  return at;
}
