import { describe, expect, it } from 'vitest';
import { processors, topology } from '../processors/index.ts';
import { topics } from '../schemas/index.ts';
import { toy } from '../testing/toy/topology.ts';
import { check, type Finding } from './check.ts';
import { fold, graphOf } from './fold.ts';
import { everyKey, noState, type AnyProcessor } from './processor.ts';
import { table, topic, type Topic } from './topic.ts';
import type { Topology } from './topology.ts';

const made = (name: string, more: Partial<Topic> = {}): Topic => ({
  ...topic<{ account_id: string }>()({
    name,
    partitionKey: 'account_id',
    version: 1,
    retention: { keep_ms: 'forever', compactBy: [] },
    description: 'for tests',
    check: () => undefined,
  }),
  ...more,
});
const first = made('a.happened', { writtenBy: 'a source' });
const second = made('b.happened');
const kept = table({ name: 'kept', description: 'for tests', of: second, orderBy: [] });

interface Wired {
  readonly reads?: readonly Topic[];
  readonly emits?: readonly Topic[];
  readonly group?: string;
  readonly writes?: AnyProcessor['wiring']['writes'];
  readonly handled?: readonly string[];
  readonly stateless?: boolean;
}
function group({ reads = [], emits = [], group = 'g', writes = [], handled, stateless }: Wired): AnyProcessor {
  const names = handled ?? reads.map(({ name }) => name);
  return {
    wiring: {
      group,
      description: 'for tests',
      partitionBy: 'account_id',
      reads,
      emits,
      writes,
      state: stateless === true ? noState : { version: 1, initial: () => 0 },
      stateKey: Object.fromEntries(names.map((name) => [name, everyKey])),
    },
    decide: Object.fromEntries(names.map((name) => [name, () => ({ state: 0 })])),
  };
}
const whole = [
  group({ group: 'one', reads: [first], emits: [second] }),
  group({ group: 'two', reads: [second], writes: [kept] }),
];
const codes = (found: readonly Finding[]): readonly string[] => found.map(({ code, place }) => `${code} at ${place}`);
const checked = (processors: readonly AnyProcessor[], topics: readonly Topic[] = [first, second]): readonly string[] =>
  codes(check(fold(processors, topics)));

describe('check', () => {
  it('has nothing to say of a topology that fits', () => {
    expect(checked(whole)).toEqual([]);
  });

  it('has nothing to say of this program', () => {
    expect(check(topology)).toEqual([]);
  });

  it('asks for a writer of every topic, or who outside writes it', () => {
    const orphan = made('c.happened', { readBy: 'nobody: for tests' });
    expect(checked(whole, [first, second, orphan])).toEqual(['topic.no_writer at topic c.happened']);
    expect(checked(whole, [first, second, { ...orphan, writtenBy: 'a source' }])).toEqual([]);
  });

  it('asks for a reader of every topic, or why there is none', () => {
    const orphan = made('c.happened', { writtenBy: 'a source' });
    expect(checked(whole, [first, second, orphan])).toEqual(['topic.no_reader at topic c.happened']);
  });

  it('refuses a reason for having no reader where there is one', () => {
    expect(checked(whole, [first, { ...second, readBy: 'nobody' }])).toEqual([
      'topic.stale_reason at topic b.happened',
    ]);
  });

  it('refuses two groups that write one table', () => {
    const third = group({ group: 'three', reads: [second], writes: [kept] });
    expect(checked([...whole, third])).toEqual(['table.two_writers at table kept']);
  });

  it('refuses a table whose topic is unknown', () => {
    const strange = table({ name: 'strange', description: 'for tests', of: made('d.happened'), orderBy: [] });
    expect(checked([...whole, group({ group: 'three', reads: [second], writes: [strange] })])).toEqual([
      'table.unknown_topic at table strange',
    ]);
  });

  it('refuses inputs that are not co-partitioned, and takes broadcast ones', () => {
    const byNiche = made('c.happened', { partitionKey: 'niche', writtenBy: 'a source' });
    const tick = made('tick.happened', { partitionKey: null, writtenBy: 'a clock' });
    const third = group({ group: 'three', reads: [second, byNiche, tick] });
    const [found, ...more] = check(fold([...whole, third], [first, second, byNiche, tick]));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ code: 'group.mixed_keys', place: 'group three' });
    expect(found?.message).toBe('it is partitioned by account_id, but reads c.happened, which is keyed by niche');
  });

  it('names unknown topics with the one that was meant', () => {
    const misspelt = made('b.hapened');
    const [found] = check(fold([...whole, group({ group: 'three', reads: [misspelt] })], [first, second]));
    expect(found).toMatchObject({ code: 'group.unknown_topic', remedy: 'did you mean b.happened?' });
  });

  it('refuses handlers of topics that are not read, and topics without a handler', () => {
    const third = group({ group: 'three', reads: [second], handled: ['a.happened'] });
    expect(checked([...whole, third])).toEqual([
      'group.unknown_handler at group three',
      'group.unknown_handler at group three',
      'group.missing_handler at group three',
      'group.missing_handler at group three',
    ]);
  });

  it('refuses two groups and two topics of one name', () => {
    const twin = group({ group: 'two', reads: [second] });
    expect(checked([...whole, twin], [first, second, second])).toEqual([
      'topic.duplicate at topic b.happened',
      'group.duplicate at group two',
    ]);
  });

  it.each([
    ['group', 'Two.Parts', 'b.happened', 'kept'],
    ['group', 'loop.part.more', 'b.happened', 'kept'],
    ['topic', 'two', 'happened', 'kept'],
    ['table', 'two', 'b.happened', 'Kept-Rows'],
  ])('refuses a %s outside the naming rule', (kind, name, topicName, tableName) => {
    const named = made(topicName);
    const rows = table({ name: tableName, description: 'for tests', of: named, orderBy: [] });
    const found = checked(
      [group({ group: 'one', reads: [first], emits: [named] }), group({ group: name, reads: [named], writes: [rows] })],
      [first, named],
    );
    const wrong = { group: name, topic: topicName, table: tableName }[kind] ?? '';
    expect(found).toEqual([`name.rule at ${kind} ${wrong}`]);
  });

  it('refuses a retention below the 28 days that data are restated, where state is folded from it', () => {
    const brief = { ...first, retention: { keep_ms: 7 * 86_400_000, compactBy: [] } };
    const [reader, ...others] = whole;
    expect(checked([group({ group: 'one', reads: [brief], emits: [second] }), ...others], [brief, second])).toEqual([
      'topic.short_retention at topic a.happened',
    ]);
    const stateless = group({ group: 'one', reads: [brief], emits: [second], stateless: true });
    expect(checked([stateless, ...others], [brief, second])).toEqual([]);
    expect(reader).toBeDefined();
  });
});

describe('the graph', () => {
  it('finds a circle of groups and the topics it runs by', () => {
    const third = group({ group: 'three', reads: [second], emits: [first] });
    expect(graphOf(fold([...whole, third], [first, second])).cycles).toEqual([
      { groups: ['one', 'three'], topics: ['b.happened', 'a.happened'] },
    ]);
  });

  it('finds a group that hears of itself', () => {
    const own = group({ group: 'own', reads: [second], emits: [second] });
    expect(graphOf(fold([own], [second])).cycles).toEqual([{ groups: ['own'], topics: ['b.happened'] }]);
  });

  it('lists the writers and readers of each topic', () => {
    const { topics: nodes } = graphOf(toy);
    expect(nodes.find(({ name }) => name === 'toy.link')).toMatchObject({ writers: ['chain'], readers: ['check'] });
    expect(nodes.find(({ name }) => name === 'toy.measured')).toMatchObject({
      writers: [],
      readers: ['chain', 'mirror'],
    });
  });

  it('gives every topic of accounts a table of its own', () => {
    const written = graphOf(topology).tables.map(({ of }) => of);
    const ofAccounts = topics.filter(({ partitionKey }) => partitionKey !== 'niche' && partitionKey !== 'pool_id');
    expect(written).toEqual(ofAccounts.map(({ name }) => name));
    expect(new Set(processors.map(({ wiring }) => wiring.group)).size).toBe(processors.length);
  });

  it('takes no processor to be wrong because of another', () => {
    const alone: Topology = { topics: [first], processors: [] };
    expect(codes(check(alone))).toEqual(['topic.no_reader at topic a.happened']);
  });
});
