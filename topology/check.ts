/** Whether a topology holds together. What the compiler can refuse it has refused; here is what only the whole shows. */
import { graphOf, tablesOf, type Graph, type TopicNode } from './fold.ts';
import { nearest } from './nearest.ts';
import { noState, type AnyProcessor } from './processor.ts';
import type { Topology } from './topology.ts';

export type FindingCode =
  | 'topic.no_writer'
  | 'topic.no_reader'
  | 'topic.stale_reason'
  | 'topic.duplicate'
  | 'topic.short_retention'
  | 'table.two_writers'
  | 'table.unknown_topic'
  | 'group.duplicate'
  | 'group.mixed_keys'
  | 'group.unknown_topic'
  | 'group.unknown_handler'
  | 'group.missing_handler'
  | 'name.rule'
  | 'folder.impure';

/** Something that does not fit, where it is, and what to do. */
export interface Finding {
  readonly code: FindingCode;
  /** For example `group auto-promoter` or `topic ad.metrics`. */
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
}

const day_ms = 86_400_000;
/** Platforms restate for 28 days: what a rebuild needs beside its snapshot must still be in the log. */
const restated_ms = 28 * day_ms;

/** Everything that does not fit together; empty when all does. */
export function check(topology: Topology): readonly Finding[] {
  const graph = graphOf(topology);
  return [
    ...graph.topics.flatMap(checkEnds),
    ...topology.topics.flatMap((topic) => checkRetention(topic.name, topic.retention.keep_ms, topology)),
    ...duplicates('topic.duplicate', 'topic', namesOf(topology.topics), 'declare each topic once'),
    ...duplicates('group.duplicate', 'group', namesOf(graph.groups), 'a consumer group has one processor: rename one'),
    ...checkTables(topology, graph),
    ...topology.processors.flatMap((processor) => checkGroup(processor, topology)),
    ...checkNames(graph),
  ];
}

const namesOf = (things: readonly { readonly name: string }[]): readonly string[] => things.map(({ name }) => name);

/** A topic has a writer and a reader, or says who outside is. */
function checkEnds(topic: TopicNode): readonly Finding[] {
  const place = `topic ${topic.name}`;
  const found: Finding[] = [];
  if (topic.writers.length === 0 && topic.writtenBy === null)
    found.push({
      code: 'topic.no_writer',
      place,
      message: 'no group emits it',
      remedy: 'let a group emit it, or say in its topic.ts who outside does: writtenBy',
    });
  if (topic.readers.length === 0 && topic.readBy === null)
    found.push({
      code: 'topic.no_reader',
      place,
      message: 'no group reads it',
      remedy: 'let a group read it, or say in its topic.ts why none does: readBy',
    });
  if (topic.readers.length > 0 && topic.readBy !== null)
    found.push({
      code: 'topic.stale_reason',
      place,
      message: `it says why no group reads it, but ${topic.readers.join(', ')} does`,
      remedy: 'take readBy out of its topic.ts',
    });
  return found;
}

function checkRetention(topic: string, keep_ms: number | 'forever', { processors }: Topology): readonly Finding[] {
  if (keep_ms === 'forever' || keep_ms >= restated_ms) return [];
  const folded = processors.filter(({ wiring }) => wiring.state !== noState && namesOf(wiring.reads).includes(topic));
  if (folded.length === 0) return [];
  return [
    {
      code: 'topic.short_retention',
      place: `topic ${topic}`,
      message: `it is kept ${keep_ms / day_ms} days, and ${folded.map(({ wiring }) => wiring.group).join(', ')} folds it into state`,
      remedy: `keep it at least ${restated_ms / day_ms} days: data are restated that long, and a rebuild needs them`,
    },
  ];
}

function duplicates(code: FindingCode, kind: string, names: readonly string[], remedy: string): readonly Finding[] {
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  return [...new Set(twice)].map((name) => ({
    code,
    place: `${kind} ${name}`,
    message: `there are ${names.filter((other) => other === name).length} of this name`,
    remedy,
  }));
}

function checkTables(topology: Topology, graph: Graph): readonly Finding[] {
  const topics = namesOf(topology.topics);
  const owned = graph.tables
    .filter(({ writers }) => writers.length > 1)
    .map(({ name, writers }) => ({
      code: 'table.two_writers' as const,
      place: `table ${name}`,
      message: `${writers.join(' and ')} write it`,
      remedy: 'give each group its own table: rows are named by the group that causes them',
    }));
  const strange = tablesOf(topology)
    .filter(({ of }) => !topics.includes(of.name))
    .map((table) => ({
      code: 'table.unknown_topic' as const,
      place: `table ${table.name}`,
      message: `its columns come from ${table.of.name}, which is no topic of the topology`,
      remedy: suggestion(table.of.name, topics),
    }));
  return [...owned, ...strange];
}

function suggestion(name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  return close === undefined ? `use one of: ${known.join(', ')}` : `did you mean ${close}?`;
}

function checkGroup({ wiring, decide, call }: AnyProcessor, topology: Topology): readonly Finding[] {
  const place = `group ${wiring.group}`;
  const topics = namesOf(topology.topics);
  const reads = namesOf(wiring.reads);
  const unknown = [...new Set([...reads, ...namesOf(wiring.emits)])]
    .filter((name) => !topics.includes(name))
    .map((name) => ({
      code: 'group.unknown_topic' as const,
      place,
      message: `it names ${name}, which is no topic of the topology`,
      remedy: suggestion(name, topics),
    }));
  const maps = { stateKey: wiring.stateKey, decide: call?.answer ?? decide, partKeys: wiring.partKeys ?? {} };
  const handlers = Object.entries(maps).flatMap(([map, entries]) =>
    Object.keys(entries)
      .filter((name) => !reads.includes(name))
      .map((name) => ({
        code: 'group.unknown_handler' as const,
        place,
        message: `${map} has an entry for ${name}, which it does not read`,
        remedy: suggestion(name, reads),
      })),
  );
  return [...unknown, ...handlers, ...missingHandlers(place, reads, maps), ...checkKeys(place, wiring)];
}

function missingHandlers(
  place: string,
  reads: readonly string[],
  maps: { readonly stateKey: object; readonly decide: object },
): readonly Finding[] {
  return (['stateKey', 'decide'] as const).flatMap((map) =>
    reads
      .filter((name) => !(name in maps[map]))
      .map((name) => ({
        code: 'group.missing_handler' as const,
        place,
        message: `${map} has no entry for ${name}, which it reads`,
        remedy: `add '${name}' to ${map}`,
      })),
  );
}

/** All that a group reads has its record key, or reaches every partition: else two of its instances share a key. */
const checkKeys = (place: string, { reads, partitionBy }: AnyProcessor['wiring']): readonly Finding[] =>
  reads
    .filter(({ partitionKey }) => partitionKey !== null && partitionKey !== partitionBy)
    .map(({ name, partitionKey }) => ({
      code: 'group.mixed_keys' as const,
      place,
      message: `it is partitioned by ${partitionBy}, but reads ${name}, which is keyed by ${String(partitionKey)}`,
      remedy: `read a topic keyed by ${partitionBy}, or let a group of its own repartition ${name}`,
    }));

const rules = {
  group: { pattern: /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)?$/, words: 'loop or loop.part in kebab-case' },
  topic: {
    pattern: /^[a-z][a-z0-9]*(\.[a-z][a-z0-9]*)+$/,
    words: 'words in lower case joined by dots: thing.happened',
  },
  table: { pattern: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/, words: 'words in lower case joined by underscores' },
} as const;

function checkNames({ groups, topics, tables }: Graph): readonly Finding[] {
  const named = [
    ...groups.map(({ name }) => ({ kind: 'group' as const, name })),
    ...topics.map(({ name }) => ({ kind: 'topic' as const, name })),
    ...tables.map(({ name }) => ({ kind: 'table' as const, name })),
  ];
  return named
    .filter(({ kind, name }) => !rules[kind].pattern.test(name))
    .map(({ kind, name }) => ({
      code: 'name.rule' as const,
      place: `${kind} ${name}`,
      message: `its name breaks the rule for a ${kind}`,
      remedy: `name it ${rules[kind].words}`,
    }));
}
