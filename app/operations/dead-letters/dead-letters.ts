/** The list of dead letters, sending them back, giving them up. */
import { FlywheelError } from '../../../topology/errors.ts';
import { planRedrive, type PlannedLetter } from '../../../engine/dead-letters/redrive-plan.ts';
import {
  deadLetters,
  redrive as settleLetters,
  settledLetters,
  type StoredDeadLetter,
} from '../../../engine/dead-letters/redrive.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { schemaTopicOf, type Settled } from '../../../engine/dead-letters/sent-back.ts';
import type { OperationsContext } from '../context.ts';
import { deadLetterRow, deadLetterShape, engineDeadLetter } from './shape.ts';
import { parsePlace } from '../decisions/id.ts';
import { bounded } from '../events/events.ts';
import type { DeadLetterRow } from '../operations.ts';
import type { PlannedLetterRow, RedrivePlan } from './redrive-view.ts';

interface Filter {
  readonly group?: string;
  readonly topic?: string;
}

const wanted = (filter: Filter, letter: { readonly group: string; readonly topic: string }): boolean =>
  (filter.group === undefined || letter.group === filter.group) &&
  (filter.topic === undefined || letter.topic === filter.topic);

/** A name that does not exist would match nothing, which reads like good news. */
function refuseUnknown(engine: Runtime, { group, topic }: Filter): void {
  if (group !== undefined) engine.processor(group);
  const known = engine.topology.topics.map(({ name }) => name);
  if (topic !== undefined && !known.includes(schemaTopicOf(topic)))
    throw new FlywheelError('topic.unknown', { topic, known: known.join(', ') });
}

/** The newest dead letters that match, newest first, and how many match. */
export async function listDeadLetters(
  { engine }: OperationsContext,
  filter: Filter & { readonly limit?: number },
): Promise<{ readonly rows: readonly DeadLetterRow[]; readonly total: number }> {
  refuseUnknown(engine, filter);
  const limit = bounded(filter.limit);
  const settled = await settledLetters(engine);
  let rows: DeadLetterRow[] = [];
  let total = 0;
  for await (const { partition, offset, letter, value } of deadLetters(engine, engineDeadLetter)) {
    if (!wanted(filter, letter)) continue;
    total++;
    const how = settled.get(`${partition}/${offset}`);
    rows.push(deadLetterRow({ partition, offset }, deadLetterShape.parse(value), how));
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

interface Choice extends Filter {
  readonly ids?: readonly string[];
}

/** Sends back what matches, in order within a key; what was settled before is left out. */
export async function redrive(
  context: OperationsContext,
  choice: Choice,
): Promise<{ readonly redriven: number; readonly keys: number }> {
  const { settled, keys } = await settle(context, choice, 'redriven');
  return { redriven: settled, keys };
}

/** Gives up what is named: it is never decided, and its keys no longer wait for it. */
export async function discard(
  context: OperationsContext,
  choice: { readonly ids: readonly string[] },
): Promise<{ readonly discarded: number; readonly keys: number }> {
  const { settled, keys } = await settle(context, choice, 'discarded');
  return { discarded: settled, keys };
}

async function settle(
  { engine }: OperationsContext,
  choice: Choice,
  how: Settled,
): Promise<{ readonly settled: number; readonly keys: number }> {
  return settleLetters(engine, engineDeadLetter, await chosenBy(engine, choice), how);
}

/** Whether a letter matches. @throws FlywheelError where a name is known to nobody */
async function chosenBy(engine: Runtime, choice: Choice): Promise<(stored: StoredDeadLetter) => boolean> {
  refuseUnknown(engine, choice);
  const ids = choice.ids === undefined ? undefined : new Set(choice.ids.map(placeKey));
  for (const id of choice.ids ?? []) {
    const place = parsePlace(id);
    const { topic } = engine.options.deadLetters;
    if (place === undefined || (await engine.event(topic, place.partition, place.offset)) === undefined)
      throw new FlywheelError('dead_letter.unknown', { id });
  }
  return ({ partition, offset, letter }) =>
    wanted(choice, letter) && (ids === undefined || ids.has(`${partition}/${offset}`));
}

/** What `redrive` of the same choice would do. */
export async function planLetters(
  { engine }: OperationsContext,
  choice: Choice & { readonly limit?: number },
): Promise<RedrivePlan> {
  const planned = await planRedrive(engine, engineDeadLetter, await chosenBy(engine, choice));
  const count = (of: PlannedLetter['outcome']): number => planned.filter(({ outcome }) => outcome === of).length;
  return {
    rows: planned.slice(0, bounded(choice.limit)).map(plannedRow),
    total: planned.length,
    decided: count('decided'),
    refused: count('refused'),
    nothing: count('nothing'),
  };
}

function plannedRow({ partition, offset, letter, ...said }: PlannedLetter): PlannedLetterRow {
  const { group, topic, state_key, record_key } = letter;
  const record = { topic, partition: letter.partition, offset: letter.offset };
  return { id: `${partition}:${offset}`, group, ...record, key: state_key ?? record_key, ...said };
}

function placeKey(id: string): string {
  const place = parsePlace(id);
  if (place !== undefined) return `${place.partition}/${place.offset}`;
  throw new FlywheelError('dead_letter.unknown', { id });
}
