/** What the group `latest` must have made of totals and ticks: each newer total once, each hour once. */
import type { Runtime } from '../../../engine/runtime.ts';
import { keyOf, statesOf, type Found, type Input } from './judge.ts';
import { grouped, type Tally } from './tally.ts';

interface Expected {
  readonly changes: Map<string, unknown>;
  readonly states: Map<string, { as_of: number; total: number; hour: number }>;
}

export async function judgeLatest(found: Found, engine: Runtime, tally: Tally): Promise<void> {
  const changes = found.changes.flat();
  const expected = expectedOf(found);
  for (const [key, own] of grouped(changes, ({ value }) => keyOf(value))) hours(key, own, found, expected);
  tally.compare(
    'change',
    expected.changes,
    changes.map((change) => [identityOf(change), change.value]),
  );
  tally.compare('state of latest', expected.states, await statesOf(engine, 'latest'));
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
