/**
 * What each party may do on the brokers, as little as it works with. Names of events travel in headers that any writer
 * can set, so the rights to write are what they rest on: only Flywheel writes the topics that its groups emit.
 */
import { gateway_writes } from '../../../topology/topic.ts';
import type { Topology } from '../../../topology/topology.ts';
import { journalTopic } from '../../options.ts';
import { redriveTopic } from '../../dead-letters/sent-back.ts';

export type Operation = 'read' | 'write' | 'describe' | 'create';

export interface Permission {
  readonly resource: 'topic' | 'group';
  readonly name: string;
  /** Whether it is of this name, or of all that begin with it. */
  readonly pattern: 'literal' | 'prefixed';
  readonly operations: readonly Operation[];
}

export interface PermissionOptions {
  readonly topology: Topology;
  /** Topics of the engine itself: of policies and of dead letters. */
  readonly policy_topic: string;
  readonly dead_letter_topic: string;
  readonly topic_prefix?: string;
  readonly namespace: string;
}

/** Topics that somebody outside writes: those that no group of ours emits, and that the gateway does not write. */
export function sourceTopics({ topology, dead_letter_topic }: PermissionOptions): readonly string[] {
  const ours = new Set(topology.processors.flatMap(({ wiring }) => wiring.emits.map(({ name }) => name)));
  return topology.topics
    .filter(({ name, writtenBy }) => !ours.has(name) && name !== dead_letter_topic && writtenBy !== gateway_writes)
    .map(({ name }) => name);
}

/** The engine: all of its topics to read and write, its journals and redrive topics, and membership of its groups. */
export function enginePermissions(options: PermissionOptions): readonly Permission[] {
  const { topology, policy_topic, dead_letter_topic, topic_prefix = '', namespace } = options;
  const names = new Set([policy_topic, dead_letter_topic, ...topology.topics.map(({ name }) => name)]);
  for (const { wiring } of topology.processors) names.add(journalTopic(wiring.group));
  const topics = [...names].map((name) => topic(topic_prefix + name, ['read', 'write', 'describe']));
  // Made with the first record that is sent back to a group.
  const read = new Set(topology.processors.flatMap(({ wiring }) => wiring.reads.map(({ name }) => name)));
  const redrives = [...read].map((name): Permission => ({
    ...topic(topic_prefix + redriveTopic(name, ''), ['create', 'read', 'write', 'describe']),
    pattern: 'prefixed',
  }));
  const groups: Permission = {
    resource: 'group',
    name: `${namespace}.`,
    pattern: 'prefixed',
    operations: ['read', 'describe'],
  };
  return [...topics, ...redrives, groups];
}

/** A producer: to write what comes from outside, and nothing else. */
export const producerPermissions = (options: PermissionOptions): readonly Permission[] =>
  sourceTopics(options).map((name) => topic((options.topic_prefix ?? '') + name, ['write', 'describe']));

const topic = (name: string, operations: readonly Operation[]): Permission => ({
  resource: 'topic',
  name,
  pattern: 'literal',
  operations,
});
