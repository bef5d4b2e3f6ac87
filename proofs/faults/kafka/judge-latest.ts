/** What the group `latest` must have made of totals and ticks: each newer total once, each hour once. */
import { z } from 'zod';
import { keyOf, type Found, type Input } from './judge.ts';
import { grouped, type Tally } from './tally.ts';
import type { StoredAt } from './view.ts';

/** What is known of an ad; zero and -1 where nothing is. */
interface Known {
  as_of: number;
  total: number;
  hour: number;
}

interface Expected {
  readonly changes: Map<string, unknown>;
  readonly states: Map<string, Known>;
}

/** What each version of the state may look like; by a model of its own, as all that is expected. */
const shapes: ReadonlyMap<number, z.ZodType<Known>> = new Map<number, z.ZodType<Known>>([
  [1, z.strictObject({ as_of: z.number(), total: z.number(), hour: z.number() })],
  [
    2,
    z
      .strictObject({
        newest: z.strictObject({ as_of: z.number(), total: z.number() }).nullable(),
        hour: z.number().nullable(),
      })
      .transform(({ newest, hour }) => ({ ...(newest ?? { as_of: 0, total: 0 }), hour: hour ?? -1 })),
  ],
]);

/** What a state says, in whichever shape it says it; as it lies there where it is none. */
const saidBy = ({ version, value }: StoredAt): unknown =>
  shapes.get(version)?.safeParse(value).data ?? [version, value];

/** @param stored the states of the group */
export function judgeLatest(found: Found, stored: readonly StoredAt[], tally: Tally): void {
  const changes = found.changes.flat();
  const expected = expectedOf(found);
  for (const [key, own] of grouped(changes, ({ value }) => keyOf(value))) hours(key, own, found, expected);
  tally.compare(
    'change',
    expected.changes,
    changes.map((change) => [identityOf(change), change.value]),
  );
  tally.compare(
    'state of latest',
    expected.states,
    stored.map((state) => [state.key, saidBy(state)]),
  );
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
    const state = expected.states.get(key) ?? { as_of: 0, total: 0, hour: -1 };
    if (as_of > state.as_of)
      expected.changes.set(of(topic, record.partition, record.offset, key), {
        account_id,
        ad_id,
        by: total - state.total,
        as_of,
        hour: null,
      });
    expected.states.set(key, as_of > state.as_of ? { ...state, as_of, total } : state);
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
