import { describe, expect, it } from 'vitest';
import { parseSchema } from '../schemas/avro/schema.ts';
import { schemaFile } from '../schemas/ids.ts';
import { topology } from './index.ts';

/** What groups say that no field of the policy has a say in, and what is told of it instead. */
const no_decision: Readonly<Record<string, string>> = {
  'dna.extracted': 'read by the rules of the extractor, whose version it carries',
  'actuals.fetched': 'counts what came of a prediction, which it names',
  'actuals.returned': 'what the platform answered to a request, which it names',
  'memory.recalled': 'what was found for a request, which carries the version',
  'winner.indexed': 'that a request was met, which carries the version',
  'budget.call.requested': 'a call that a change makes, which carries the version and is named by it',
  'budget.call.returned': 'what the platform answered to such a call',
  'notification.settled': 'what a channel made of a message, which carries the version',
  'budget.pool.requested': 'room that such a change asks for',
  'cycle.step.requested': 'a step that a person or the hour asked for',
  'cycle.step.finished': 'how such a step ended',
  'cycle.progressed': 'how far a cycle is',
};

const emitted = [...new Set(topology.processors.flatMap(({ wiring }) => wiring.emits.map(({ name }) => name)))].sort();

const fieldsOf = (topic: string, version: number): readonly string[] =>
  parseSchema(schemaFile(topic, version)).fields.map(({ name }) => name);

describe('the version of the policy', () => {
  it.each(emitted.filter((topic) => no_decision[topic] === undefined))('is carried by every %s', (topic) => {
    const { version } = topology.topics.find(({ name }) => name === topic) ?? { version: 0 };
    expect(fieldsOf(topic, version)).toContain('policy_version');
  });

  it('is left out only of what is emitted and decides nothing', () => {
    expect(Object.keys(no_decision).filter((topic) => !emitted.includes(topic))).toEqual([]);
  });
});
