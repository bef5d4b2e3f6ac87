/** Two runs of the same events, compared: decisions, rows, points and states, each by its name. */
import { plain } from '../../app/operations/events/view.ts';
import { nameOf, type LogRecord, type Row } from '../../engine/ports.ts';
import type { VectorStore } from '../../ports/vectors/port.ts';
import type { CopiedLog } from './copied-log.ts';
import type { Redone, Written } from './redone.ts';
import type { States } from './states.ts';

const kinds = ['decisions', 'rows', 'points', 'states'] as const;
type Kind = (typeof kinds)[number];

export interface Comparison {
  /** How many there were of each in either run. */
  readonly counts: Readonly<Record<Kind, number>>;
  /** How many were in one run only, or otherwise there. */
  readonly different: Readonly<Record<Kind, number>>;
  /** The first differences, in words. */
  readonly examples: readonly string[];
}

type Named = ReadonlyMap<string, string>;

export interface Compared extends Written {
  readonly log: CopiedLog;
  readonly states: States;
}

/** @param redoing groups that did their work again */
export async function compared(run: Compared, again: Redone, redoing: ReadonlySet<string>): Promise<Comparison> {
  const accounts = accountsOf(run);
  const sides: Readonly<Record<Kind, readonly [Named, Named]>> = {
    decisions: [decisionsOf([...run.log.values()].flat(), redoing), decisionsOf(again.emitted, redoing)],
    rows: [rowsOf(run.rows), rowsOf(again.rows)],
    points: [await pointsOf(run.vectors, accounts), await pointsOf(again.vectors, accounts)],
    states: [run.states, again.states],
  };
  const differences = kinds.map((kind) => differencesOf(kind, ...sides[kind]));
  const perKind = (of: (at: number, kind: Kind) => number): Record<Kind, number> => ({
    decisions: of(0, 'decisions'),
    rows: of(1, 'rows'),
    points: of(2, 'points'),
    states: of(3, 'states'),
  });
  return {
    counts: perKind((_, kind) => new Set([...sides[kind][0].keys(), ...sides[kind][1].keys()]).size),
    different: perKind((at) => differences[at]?.length ?? 0),
    examples: differences.flatMap((found) => found.slice(0, most_examples)),
  };
}

const most_examples = 5;
const shown = (text: string | undefined): string => (text === undefined ? 'nothing' : text.slice(0, 300));

export function differencesOf(kind: Kind, ours: Named, theirs: Named): readonly string[] {
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names]
    .filter((name) => ours.get(name) !== theirs.get(name))
    .map((name) => `${kind} ${name}: on Kafka ${shown(ours.get(name))}, embedded ${shown(theirs.get(name))}`);
}

/** Events by topic and name: what was delivered twice is one. */
export function decisionsOf(records: readonly LogRecord[], groups: ReadonlySet<string>): Named {
  const found = new Map<string, string>();
  for (const { topic, name, key, value } of records)
    if (name !== undefined && groups.has(name.group))
      found.set(`${topic} ${nameOf(name)}`, `${key} ${Buffer.from(value).toString('base64')}`);
  return found;
}

const rowsOf = (rows: readonly Row[]): Named =>
  new Map(
    rows.map(({ table, name, at_ms, value }) => [`${table} ${nameOf(name)}`, JSON.stringify(plain({ at_ms, value }))]),
  );

const accountsOf = ({ rows }: Written): readonly string[] => [
  ...new Set(rows.flatMap(({ value }) => ('account_id' in value ? [String(value.account_id)] : []))),
];

/** Every point that can be found, by what a search says of it; servers keep fewer digits of a vector than we do. */
export async function pointsOf(store: VectorStore, accounts: readonly string[]): Promise<Named> {
  const found = new Map<string, string>();
  for (const account_id of accounts) {
    const limit = await store.count(account_id);
    if (limit === 0) continue;
    const vector = new Float32Array(store.dimensions).fill(1 / Math.sqrt(store.dimensions));
    for (const { ad_id, payload, vector: own } of await store.search({ account_id, vector, limit }))
      found.set(
        `${account_id} ${ad_id}`,
        JSON.stringify({ payload, vector: Array.from(own, (x) => Math.round(x * 1e5)) }),
      );
  }
  return found;
}
