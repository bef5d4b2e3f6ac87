/**
 * The oracle: it knows what every input must have caused, and counts what is lost, what is there twice or without a cause,
 * and what is not as it must be. It reads topics, rows and state, and leans on nothing that the engine wrote down.
 */
import { EngineError } from '../../../engine/errors.ts';
import { rebuild } from '../../../engine/state/rebuild.ts';
import { nameOf, type LogRecord } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { judgeChain } from './judge-chain.ts';
import { judgeLatest } from './judge-latest.ts';
import { faultOptions } from './options.ts';
import { Tally } from './tally.ts';
import { rowsIn, type View } from './view.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Input {
  readonly topic: string;
  readonly record: LogRecord;
  /** Undefined where it cannot be decoded. */
  readonly value: Fields | undefined;
}

/** What was found in the topics, each by partition. */
export interface Found {
  readonly inputs: ReadonlyMap<string, readonly (readonly Input[])[]>;
  readonly links: readonly (readonly Input[])[];
  readonly changes: readonly (readonly Input[])[];
  readonly letters: readonly Input[];
}

export const sources = ['toy.measured', 'toy.noted', 'toy.hour', 'toy.snapshot', 'toy.tick', 'toy.policy'] as const;

function inputOf(topic: string, record: LogRecord): Input {
  const decoded = faultOptions.codec.decode(topic, record.value, record.appended_ms);
  return { topic, record, value: decoded.ok ? (decoded.value as Fields) : undefined };
}

async function foundIn(view: View): Promise<Found> {
  const read = async (topic: string): Promise<readonly (readonly Input[])[]> =>
    (await view.taken(topic)).map((records) => records.map((record) => inputOf(topic, record)));
  const inputs = new Map<string, readonly (readonly Input[])[]>();
  for (const topic of sources) inputs.set(topic, await read(topic));
  const [links, changes, letters] = [await read('toy.link'), await read('toy.change'), await read('toy.refused')];
  return { inputs, links, changes, letters: letters.flat() };
}

export interface Judged {
  readonly view: View;
  readonly folder: string;
  /** Ids of events whose append was confirmed. */
  readonly published: ReadonlySet<string>;
  /** Ids of events that their producer gave up. */
  readonly given_up: ReadonlySet<string>;
  /** Whether state made again from the journal is compared as well. */
  readonly rebuilt: boolean;
}

export async function judge({ view, folder, published, given_up, rebuilt }: Judged): Promise<Tally> {
  const tally = new Tally();
  const engine = view.engine();
  const found = await foundIn(view);
  judgeSources(found, { published, given_up }, tally);
  await judgeChain(found, engine, tally);
  judgeLatest(found, await view.stored('latest'), tally);
  await judgeCheck(found, engine, tally);
  judgeRows(found, folder, tally);
  judgeUnread(found, tally);
  if (rebuilt) await judgeJournal(engine, tally);
  return tally;
}

/** State made again from the log, in the order of the journal, is the state that is stored. */
async function judgeJournal(engine: Runtime, tally: Tally): Promise<void> {
  for (const { wiring } of engine.topology.processors)
    try {
      for (const difference of (await rebuild(engine, wiring.group)).differences)
        tally.add('wrong', `${wiring.group}, made again from the log: ${JSON.stringify(difference)}`);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      tally.add('wrong', `${wiring.group} cannot be made again from the log: ${error.message}`);
    }
}

/** What was confirmed to its producer is read from the log, and what the producer gave up is not. */
function judgeSources(
  { inputs }: Found,
  { published, given_up }: Pick<Judged, 'published' | 'given_up'>,
  tally: Tally,
): void {
  const there = new Set([...inputs.values()].flat(2).map(({ value }) => value?.['id']));
  for (const id of published) if (!there.has(id)) tally.add('lost', `the event ${id}`);
  for (const id of given_up) if (there.has(id)) tally.add('wrong', `the event ${id}, which was given up, counts`);
}

/** State of the group that follows the links: the last one of each key, with no break in between. */
async function judgeCheck({ links }: Found, engine: Runtime, tally: Tally): Promise<void> {
  const expected = new Map<string, unknown>();
  for (const { value } of links.flat())
    expected.set(keyOf(value), { n: value?.['n'], hash: value?.['hash'], breaks: 0 });
  tally.compare('state of check', expected, await statesOf(engine, 'check'));
}

export const keyOf = (value: Fields | undefined): string =>
  `${String(value?.['account_id'])}\u0000${String(value?.['ad_id'])}`;

export async function statesOf(engine: Runtime, group: string): Promise<readonly (readonly [string, unknown])[]> {
  const found: (readonly [string, unknown])[] = [];
  for await (const { key, stateKey, state } of engine.scan(group)) found.push([`${key}\u0000${stateKey}`, state]);
  return found;
}

/** A row for each link by the group that follows them, and for each amount by the group without state. */
function judgeRows({ links, inputs }: Found, folder: string, tally: Tally): void {
  const expected = new Map<string, unknown>();
  const expect = (table: string, group: string, { record, topic, value }: Input): void => {
    const { partition, offset } = record;
    const name = nameOf({ group, run: 1, topic, partition, offset, ordinal: 0 });
    if (value !== undefined) expected.set(`${table} ${name}`, value);
  };
  for (const link of links.flat()) expect('links', 'check', link);
  for (const amount of (inputs.get('toy.measured') ?? []).flat()) expect('amounts', 'mirror', amount);
  const rows = rowsIn(folder).map(({ table, name, value }) => [`${table} ${nameOf(name)}`, value] as const);
  tally.compare('row', expected, rows);
}

const readers: Readonly<Record<string, readonly string[]>> = {
  'toy.measured': ['chain', 'mirror'],
  'toy.noted': ['chain'],
  'toy.snapshot': ['latest'],
};

/** A dead letter of each reading group for each record that cannot be decoded, with the record's own bytes. */
function judgeUnread({ inputs, letters }: Found, tally: Tally): void {
  const expected = new Map<string, unknown>();
  for (const [topic, groups] of Object.entries(readers))
    for (const { record, value } of (inputs.get(topic) ?? []).flat())
      for (const group of value === undefined ? groups : []) {
        const { partition, offset } = record;
        const name = nameOf({ group, run: 1, topic, partition, offset, ordinal: 0 });
        expected.set(name, Buffer.from(record.value).toString('base64'));
      }
  const found = letters.filter(({ value }) => value?.['stage'] === 'decode');
  tally.compare(
    'dead letter',
    expected,
    found.map(({ record, value }) => [record.name === undefined ? '' : nameOf(record.name), value?.['bytes']]),
  );
}
