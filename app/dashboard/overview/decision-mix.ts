/** Decisions from several lists as one, newest first, each once. */
import type { DecisionRow } from '../../operations/operations.ts';

export type DecisionKind = 'winner.detected' | 'winner.withdrawn' | 'allocation.proposed';
export type Wanted = 'announcements' | 'allocation.proposed' | 'all';

const matches = (topic: string, wanted: Wanted): boolean =>
  wanted === 'all' || (wanted === 'announcements' ? topic !== 'allocation.proposed' : topic === wanted);

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
