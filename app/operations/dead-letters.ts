/** The list of dead letters, and sending them back. */
import { FlywheelError } from '../../topology/errors.ts';
import { deadLetters, redrive as redriveLetters, redriven } from '../../engine/redrive.ts';
import type { OperationsContext } from './context.ts';
import { deadLetterRow, deadLetterShape, engineDeadLetter } from './dead-letter-shape.ts';
import { parsePlace } from './decision-id.ts';
import { bounded } from './events.ts';
import type { DeadLetterRow } from './operations.ts';

interface Filter {
  readonly group?: string;
  readonly topic?: string;
}

const wanted = (filter: Filter, letter: { readonly group: string; readonly topic: string }): boolean =>
  (filter.group === undefined || letter.group === filter.group) &&
  (filter.topic === undefined || letter.topic === filter.topic);

/** The newest dead letters that match, newest first, and how many match. */
export async function listDeadLetters(
  { engine }: OperationsContext,
  filter: Filter & { readonly limit?: number },
): Promise<{ readonly rows: readonly DeadLetterRow[]; readonly total: number }> {
  const limit = bounded(filter.limit);
  const back = await redriven(engine);
  let rows: DeadLetterRow[] = [];
  let total = 0;
  for await (const { partition, offset, letter, value } of deadLetters(engine, engineDeadLetter)) {
    if (!wanted(filter, letter)) continue;
    total++;
    rows.push(deadLetterRow({ partition, offset }, deadLetterShape.parse(value), back.has(`${partition}/${offset}`)));
    if (rows.length > 4 * limit) rows = newestRows(rows, limit);
  }
  return { rows: newestRows(rows, limit), total };
}

const newestRows = (rows: readonly DeadLetterRow[], limit: number): DeadLetterRow[] =>
  [...rows].sort((a, b) => b.at_ms - a.at_ms || compareIds(b.id, a.id)).slice(0, limit);

function compareIds(a: string, b: string): number {
  const [x, y] = [parsePlace(a), parsePlace(b)];
  return (x?.partition ?? 0) - (y?.partition ?? 0) || (x?.offset ?? 0) - (y?.offset ?? 0);
}

/** Sends back what matches, in order within a key; what went back before is left out. */
export async function redrive(
  { engine }: OperationsContext,
  filter: Filter & { readonly ids?: readonly string[] },
): Promise<{ readonly redriven: number; readonly keys: number }> {
  const ids = filter.ids === undefined ? undefined : new Set(filter.ids.map(placeKey));
  return redriveLetters(
    engine,
    engineDeadLetter,
    ({ partition, offset, letter }) =>
      wanted(filter, letter) && (ids === undefined || ids.has(`${partition}/${offset}`)),
  );
}

function placeKey(id: string): string {
  const place = parsePlace(id);
  if (place !== undefined) return `${place.partition}/${place.offset}`;
  throw new FlywheelError('dead_letter.unknown', { id });
}
