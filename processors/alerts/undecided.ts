/** Experiments without a winner, for digests: where each stood when it was last heard of, and what it still needs. */
import type { DigestUndecided, EvidenceChanged } from '../../schemas/index.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { undecidedOf, type Parts, type UndecidedPart, type UndecidedRow } from './state.ts';

/** Evidence changes with every total; a digest of a day needs it no fresher. */
const fresh_ms = 6 * hour_ms;
/** A week, and the day that it ends in. */
const kept_ms = 9 * day_ms;
const most_rows = 200;
/** Of a reason: it is kept of every experiment. */
const most_letters = 400;

type Heard = Pick<
  EvidenceChanged,
  'experiment_id' | 'status' | 'arms' | 'needed_impressions' | 'start_ms' | 'reason' | 'at_ms'
>;

/** What is kept after evidence; null where nothing changes: it is fresh enough, or older than what is known. */
export function withEvidence(parts: Parts, event: Heard): UndecidedPart | null {
  const { experiment_id, status, arms, needed_impressions, start_ms, reason, at_ms } = event;
  const part = undecidedOf(parts);
  const known = part.rows.find((row) => row.experiment_id === experiment_id);
  if (known !== undefined) {
    if (at_ms < known.at_ms) return null;
    if (known.status === status && at_ms < known.at_ms + fresh_ms) return null;
  }
  const least = arms.length === 0 ? 0 : Math.min(...arms.map(({ impressions }) => impressions));
  return withRow(part, {
    ...{ experiment_id, status, has: least, needs: needed_impressions, start_ms, at_ms },
    ...{ reason: reason.slice(0, most_letters), won: known?.won ?? false },
  });
}

/** What is kept once a winner of an experiment was announced, or taken back. */
export function withOutcome(parts: Parts, experiment_id: string, won: boolean, at_ms: number): UndecidedPart {
  const part = undecidedOf(parts);
  const known = part.rows.find((row) => row.experiment_id === experiment_id);
  // Before anything was heard of its evidence there is nothing to tell of it, only that it is over.
  const unheard = { experiment_id, status: 'separated', has: 0, needs: 0, start_ms: at_ms, at_ms, reason: '' } as const;
  return withRow(part, { ...(known ?? unheard), won });
}

function withRow({ kind, rows }: UndecidedPart, row: UndecidedRow): UndecidedPart {
  const others = rows.filter(
    ({ experiment_id, at_ms }) => experiment_id !== row.experiment_id && at_ms > row.at_ms - kept_ms,
  );
  return { kind, rows: [...others, row].slice(-most_rows) };
}

/** Who must be looked at comes first: what stands still by itself, then what is nearest to its end. */
const order: readonly UndecidedRow['status'][] = ['blocked', 'separated', 'deciding', 'collecting', 'leader'];

/** Experiments without a winner that were heard of since `from_ms`. */
export function undecidedSince({ rows }: UndecidedPart, from_ms: number): readonly DigestUndecided[] {
  return rows
    .filter(({ won, reason, at_ms }) => !won && reason !== '' && at_ms >= from_ms)
    .map(told)
    .sort(
      (a, b) =>
        order.findIndex((status) => status === a.status) - order.findIndex((status) => status === b.status) ||
        a.needs_impressions - b.needs_impressions ||
        (a.experiment_id < b.experiment_id ? -1 : 1),
    );
}

/** Days are told at the mean pace of its smallest arm since it began. */
function told({ experiment_id, status, has, needs, start_ms, at_ms, reason }: UndecidedRow): DigestUndecided {
  const needs_impressions = Math.max(0, needs - has);
  const days = (at_ms - start_ms) / day_ms;
  const days_left = needs_impressions > 0 && has > 0 && days > 0 ? needs_impressions / (has / days) : null;
  return { experiment_id, status, needs_impressions, days_left, reason, at_ms };
}

const count = (value: number): string => value.toLocaleString('en-US');

/** "exp_1: … 605 more impressions of its smallest arm are needed, about 2 days at its pace." */
export function undecidedWords({ experiment_id, needs_impressions, days_left, reason }: DigestUndecided): string {
  const days = days_left === null ? '' : `, ${daysWords(days_left)} at its pace`;
  const needed =
    needs_impressions === 0
      ? ''
      : ` Its smallest arm needs ${count(needs_impressions)} more impressions before anything is decided${days}.`;
  return `Undecided: ${experiment_id}: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}${needed}`;
}

const daysWords = (days: number): string =>
  days < 1 ? 'less than a day' : `about ${count(Math.round(days))} day${Math.round(days) === 1 ? '' : 's'}`;
