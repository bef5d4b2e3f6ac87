/**
 * What the loop remembers of an account: whose totals it has, and in parts the totals by day, what its ads are called, the
 * desk with what is open and what people are still to be told, and what digests are made of.
 */
import type { AlertScope, Severity } from '../../policy/alerts.ts';
import type { DigestAccuracy, DigestWinner, EvidenceChanged, NotificationRequested } from '../../schemas/index.ts';
import { partOf } from '../parts.ts';
import type { Course } from './course.ts';

/** Something that totals are of, and the days that it has any for, days since the epoch. */
export interface Entity {
  readonly scope: AlertScope;
  /** Empty for the account. */
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

export interface AccountState {
  /** Empty before the first totals. */
  readonly currency: string;
  /** End of the newest window whose totals are whole, UTC epoch milliseconds; 0 before the first. */
  readonly complete_ms: number;
  /** Length of the longest window, hours. */
  readonly grain_hours: number;
  readonly entities: readonly Entity[];
}

export const initialAccount = (): AccountState => ({ currency: '', complete_ms: 0, grain_hours: 0, entities: [] });

/** Totals of one thing on one day, by window: start, `as_of` and the totals, in rows of numbers (snapshots/book.ts). */
export interface HoursPart {
  readonly kind: 'hours';
  readonly rows: readonly number[];
}

export interface NamePart {
  readonly kind: 'name';
  readonly name: string;
}

/** An alert that is open, as it was raised. */
export interface OpenAlert {
  readonly alert_id: string;
  readonly severity: Severity;
  readonly entity_name: string | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly threshold: number | null;
  readonly reason: string;
  readonly acknowledged: Said | null;
}

export interface Said {
  readonly by: string;
  readonly reason: string;
  readonly at_ms: number;
}

/** A rule and what it is about. */
export interface Entry {
  readonly rule_id: string;
  readonly scope: AlertScope;
  readonly entity_id: string;
  readonly course: Course;
  readonly open: OpenAlert | null;
  /** What was said of it last, for rules about states: whether the condition holds. */
  readonly holds: boolean;
}

/** An alert that is over. */
export interface PastAlert extends OpenAlert {
  readonly rule_id: string;
  readonly scope: AlertScope;
  readonly entity_id: string;
  readonly raised_ms: number;
  readonly resolved_ms: number;
  readonly how: 'ended' | 'person' | 'unknown' | 'off';
  readonly by: string | null;
  readonly why: string;
}

/** Something that people are to be told. */
export interface Queued {
  readonly rule_id: string;
  readonly kind: 'raised' | 'resolved';
  readonly alert_id: string;
  readonly severity: Severity;
  readonly text: string;
  readonly path: string;
}

/** A message that its channel has not taken yet. */
export interface Sent {
  readonly message: NotificationRequested;
  /** How often it was asked for. */
  readonly tries: number;
  /** Whether the channel refused it, or only did not answer; null where nothing was heard yet. */
  readonly outcome: 'refused' | 'failed' | null;
  readonly why: string | null;
}

export interface DeskPart {
  readonly kind: 'desk';
  /** The latest time that anything was of, UTC epoch milliseconds. */
  readonly now_ms: number;
  readonly entries: readonly Entry[];
  /** Oldest first. */
  readonly past: readonly PastAlert[];
  readonly queue: readonly Queued[];
  /** When people were told of a rule last, by rule and kind. */
  readonly told: Readonly<Record<string, number>>;
  readonly sent: readonly Sent[];
  /** Commands that were taken, the newest last. */
  readonly commands: readonly string[];
  /** What the account's daily budgets summed to when they were read last. */
  readonly budget: { readonly daily_minor: number; readonly at_ms: number } | null;
  /** Dead letters by group and hour, the last two days. */
  readonly letters: readonly { readonly group: string; readonly hour_ms: number; readonly count: number }[];
}

/** How often something was or was not done in an hour. `code` and `reason` are null where it was done. */
export interface TallyRow {
  readonly hour_ms: number;
  readonly what: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly count: number;
}

export interface TallyPart {
  readonly kind: 'tally';
  readonly rows: readonly TallyRow[];
  readonly winners: readonly (DigestWinner & { readonly at_ms: number })[];
  readonly accuracy: readonly DigestAccuracy[];
  /** Dates of the last digests, in the account's zone. */
  readonly daily: string;
  readonly weekly: string;
}

/** An experiment as its evidence was last heard of. */
export interface UndecidedRow {
  readonly experiment_id: string;
  readonly status: EvidenceChanged['status'];
  /** Impressions of its smallest arm, and those that each must have. */
  readonly has: number;
  readonly needs: number;
  readonly start_ms: number;
  readonly at_ms: number;
  /** Empty where only its winner was heard of. */
  readonly reason: string;
  /** Whether a winner of it stands. */
  readonly won: boolean;
}

export interface UndecidedPart {
  readonly kind: 'undecided';
  readonly rows: readonly UndecidedRow[];
}

export type Part = HoursPart | NamePart | DeskPart | TallyPart | UndecidedPart;

export const newDesk: DeskPart = {
  kind: 'desk',
  now_ms: 0,
  entries: [],
  past: [],
  queue: [],
  told: {},
  sent: [],
  commands: [],
  budget: null,
  letters: [],
};

export const newTally: TallyPart = { kind: 'tally', rows: [], winners: [], accuracy: [], daily: '', weekly: '' };

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const desk_name = 'desk';
export const tally_name = 'tally';
export const undecided_name = 'undecided';
export const adNamed = (ad_id: string): string => `name${separator}${ad_id}`;
export const hoursName = ({ scope, id }: Pick<Entity, 'scope' | 'id'>, day: number): string =>
  `hours${separator}${scope}${separator}${id}${separator}${day}`;

export type Parts = ReadonlyMap<string, Part>;
export const deskOf = (parts: Parts): DeskPart => partOf(parts, desk_name, 'desk') ?? newDesk;
export const tallyOf = (parts: Parts): TallyPart => partOf(parts, tally_name, 'tally') ?? newTally;
export const undecidedOf = (parts: Parts): UndecidedPart =>
  partOf(parts, undecided_name, 'undecided') ?? { kind: 'undecided', rows: [] };
export const nameIn = (parts: Parts, ad_id: string): string | null =>
  partOf(parts, adNamed(ad_id), 'name')?.name ?? null;
export const rowsOf = (parts: Parts, entity: Pick<Entity, 'scope' | 'id'>, day: number): readonly number[] =>
  partOf(parts, hoursName(entity, day), 'hours')?.rows ?? [];
