/** What the group `latest` must have made of totals and ticks: each newer total once, each hour once. */
import { z } from 'zod';
import { keyOf, type Found, type Input } from './judge.ts';
import { grouped, type Tally } from './tally.ts';
import type { StoredAt } from './view.ts';

/** What is known of an ad; zero and -1 where nothing is. */
interface Known {
  as_of: number;
  total: number;
  /** Newer totals so far. */
  totals: number;
  hour: number;
}

interface Expected {
  readonly changes: Map<string, unknown>;
  readonly states: Map<string, Known>;
}

type Said = Partial<Known>;

/** What each version of a state and of a part may look like; by a model of its own, as all that is expected. */
const shapes: Readonly<Record<StoredAt['kind'], ReadonlyMap<number, z.ZodType<Said>>>> = {
  state: new Map<number, z.ZodType<Said>>([
    [1, z.strictObject({ as_of: z.number(), hour: z.number(), totals: z.number() })],
    [
      2,
      z
        .strictObject({ as_of: z.number().nullable(), hour: z.number().nullable(), totals: z.number() })
        .transform(({ as_of, hour, totals }) => ({ as_of: as_of ?? 0, hour: hour ?? -1, totals })),
    ],
  ]),
  part: new Map<number, z.ZodType<Said>>([
    [1, z.number().transform((total) => ({ total }))],
    [2, z.strictObject({ total: z.number() })],
  ]),
};

/** What is said in whichever shape; as it lies there where it is none. */
const saidBy = ({ kind, version, value }: StoredAt): object =>
  shapes[kind].get(version)?.safeParse(value).data ?? { [kind]: [version, value] };

/** What states and their parts say together, by ad. */
function saidOf(stored: readonly StoredAt[]): ReadonlyMap<string, object> {
  const said = new Map<string, object>();
  for (const one of stored) {
    const key = one.kind === 'state' ? one.key : one.key.slice(0, one.key.lastIndexOf('\u0000'));
    const [before, now] = [said.get(key) ?? {}, saidBy(one)];
    // One of another partition is not to hide behind it.
    const twice = Object.keys(now).some((name) => name in before) ? { twice: one.partition } : {};
    said.set(key, { ...before, ...now, ...twice });
  }
  return said;
}

/** @param stored the states of the group, and their parts */
export function judgeLatest(found: Found, stored: readonly StoredAt[], tally: Tally): void {
  const changes = found.changes.flat();
  const expected = expectedOf(found);
  for (const [key, own] of grouped(changes, ({ value }) => keyOf(value))) hours(key, own, found, expected);
  tally.compare(
    'change',
    expected.changes,
    changes.map((change) => [identityOf(change), change.value]),
  );
  tally.compare('state of latest', expected.states, [...saidOf(stored)]);
}

const identityOf = ({ record: { name }, value }: Input): string =>
  of(name?.topic, name?.partition, name?.offset, keyOf(value));

const of = (topic = '', partition = -1, offset = -1, key = ''): string =>
  `${topic}/${partition}/${offset} for ${key.replace('\u0000', '/')}`;

/** Totals are of one topic, so what is newer is known whatever came between. */
function expectedOf({ inputs }: Found): Expected {
  const expected: Expected = { changes: new Map(), states: new Map() };
  for (const { topic, record, value } of (inputs.get('toy.snapshot') ?? []).flat()) {
    if (value === undefined) continue;
    const key = keyOf(value);
    const { account_id, ad_id } = value;
    const [as_of, total] = [Number(value['as_of']), Number(value['total'])];
    const state = expected.states.get(key) ?? { as_of: 0, total: 0, totals: 0, hour: -1 };
    if (as_of > state.as_of)
      expected.changes.set(of(topic, record.partition, record.offset, key), {
        account_id,
        ad_id,
        by: total - state.total,
        as_of,
        hour: null,
      });
    expected.states.set(key, as_of > state.as_of ? { ...state, as_of, total, totals: state.totals + 1 } : state);
  }
  return expected;
}

/** From the first hour on that an ad met, each that is later than all before. */
function hours(key: string, own: readonly Input[], { inputs }: Found, { changes, states }: Expected): void {
  const met = own.filter(({ record }) => record.name?.topic === 'toy.tick').map(({ record }) => record.name);
  const first = Math.min(...met.map((name) => name?.offset ?? 0));
  const partition = own[0]?.record.partition ?? 0;
  const state = states.get(key);
  for (const { topic, record, value } of inputs.get('toy.tick')?.[partition] ?? []) {
    const hour = Number(value?.['hour']);
    if (state === undefined || record.offset < first || hour <= state.hour) continue;
    state.hour = hour;
    const [account_id, ad_id] = key.split('\u0000');
    changes.set(of(topic, partition, record.offset, key), { account_id, ad_id, by: 0, as_of: null, hour });
  }
}
