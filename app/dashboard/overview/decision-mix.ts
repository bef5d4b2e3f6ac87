/** Decisions from several lists as one, newest first, each once. */
import type { DecisionRow } from '../../operations/operations.ts';

export type DecisionKind = 'winner.detected' | 'winner.withdrawn' | 'budget.change.progressed' | 'allocation.proposed';
export type Wanted = 'announcements' | 'budget.change.progressed' | 'allocation.proposed' | 'all';

const announcements: readonly DecisionKind[] = ['winner.detected', 'winner.withdrawn'];

/** Topics of what is wanted. */
export function kindsOf(wanted: Wanted): readonly DecisionKind[] {
  if (wanted === 'all') return [...announcements, 'budget.change.progressed', 'allocation.proposed'];
  return wanted === 'announcements' ? announcements : [wanted];
}

const matches = (topic: string, wanted: Wanted): boolean => kindsOf(wanted).some((kind) => kind === topic);

/** The `most` newest of the wanted kind by when they were appended; equal times keep the order of the lists. */
export function newestOf(
  lists: readonly (readonly DecisionRow[])[],
  wanted: Wanted,
  most: number,
): readonly DecisionRow[] {
  const byId = new Map<string, DecisionRow>();
  for (const list of lists)
    for (const row of list) if (matches(row.topic, wanted) && !byId.has(row.id)) byId.set(row.id, row);
  return [...byId.values()].sort((a, b) => b.appended_ms - a.appended_ms || b.at_ms - a.at_ms).slice(0, most);
}
