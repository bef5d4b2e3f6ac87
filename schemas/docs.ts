/** The contracts as a page: `docs/topics.md`, made from schemas, topics and examples. */
import type { Topic } from '../topology/topic.ts';
import { parseSchema, type FieldNode, type RecordNode, type SchemaNode } from './avro/schema.ts';
import { exampleFile } from './examples.ts';
import { checkedInIds, schemaFile } from './ids.ts';
import { clock_skew_ms, longest_window_ms } from './rules/index.ts';
import { day_ms, hour_ms } from './values.ts';

/** The name of a type as a producer writes it; records and enums are spelt out below the fields. */
function typeName(node: SchemaNode): string {
  switch (node.kind) {
    case 'optional':
      return `${typeName(node.of)} or null`;
    case 'array':
      return `list of ${typeName(node.items)}`;
    case 'map':
      return `map of ${typeName(node.values)}`;
    case 'record':
      return node.name;
    case 'enum':
      return node.symbols.join(' | ');
    default:
      return node.kind;
  }
}

const fieldLine = ({ name, node, doc, fallback }: FieldNode): string => {
  const left_out = fallback === undefined ? '' : ` Left out: \`${JSON.stringify(fallback.json)}\`.`;
  return `- \`${name}\` (${typeName(node)}): ${doc}.${left_out}`;
};

/** Records that fields of a record hold, each once. */
function innerRecords(node: SchemaNode): readonly RecordNode[] {
  switch (node.kind) {
    case 'record':
      return [node, ...node.fields.flatMap((field) => innerRecords(field.node))];
    case 'array':
      return innerRecords(node.items);
    case 'map':
      return innerRecords(node.values);
    case 'optional':
      return innerRecords(node.of);
    default:
      return [];
  }
}

function keptFor({ keep_ms, compactBy }: Topic['retention']): string {
  const newest = `of each ${compactBy.join(', ')} the newest is kept for ever`;
  if (keep_ms === 'forever') return compactBy.length === 0 ? 'kept for ever' : newest;
  const days = `kept ${keep_ms / day_ms} days`;
  return compactBy.length === 0 ? days : `${days}, ${newest}`;
}

/** How its records take each other's place, and where the newest of each stand. */
const restating = ({ name, restates }: Topic): readonly string[] =>
  restates === undefined
    ? []
    : [
        `Of records alike in ${restates.of.join(', ')} the one with the highest ${restates.by} counts: in the analytics those are \`${name.replaceAll('.', '_')}_newest\`.`,
      ];

function topicText(topic: Topic): string {
  const schema = parseSchema(schemaFile(topic.name, topic.version));
  const [, ...inner] = innerRecords(schema);
  const key = topic.partitionKey === null ? 'none: each partition gets a copy' : `\`${topic.partitionKey}\``;
  const records = inner.map((record) => `${record.name}:\n\n${record.fields.map(fieldLine).join('\n')}`);
  return [
    `## ${topic.name}`,
    topic.description,
    `Version ${topic.version}, schema id ${checkedInIds.idOf(topic.name, topic.version)}, key ${key}; ${keptFor(topic.retention)}.`,
    ...restating(topic),
    schema.fields.map(fieldLine).join('\n'),
    ...records,
    `\`\`\`json\n${exampleFile(topic.name)}\`\`\``,
  ].join('\n\n');
}

/** The whole page, in Markdown. */
export const describeTopics = (topics: readonly Topic[]): string => `# Topics

Made from \`schemas/\` by \`npx vitest run schemas/docs -u\`; do not edit.

Records are Avro in Confluent wire format: a zero byte, the schema id as four bytes big-endian, the Avro body. The record key is the field named as key, partitioned by murmur2 (librdkafka: \`partitioner=murmur2_random\`). Each example can be published as it stands: \`flywheel publish --example TOPIC\`.

What every value keeps, or it becomes a dead letter that names the field, its value, the rule and the repair:

- Ids have 1 to 128 characters, no control characters, no space at their ends.
- Money is whole minor units of an ISO 4217 currency; rates are fractions in [0, 1]; counts are whole numbers of at least 0.
- Times are UTC epoch milliseconds since 2000 and at most ${clock_skew_ms / 60_000} minutes after the record arrived.
- Windows begin on a quarter hour, last whole hours and at most ${longest_window_ms / day_ms} days (${longest_window_ms / hour_ms} hours); one that still runs holds the totals so far.
- Link clicks are at most clicks, clicks and reach at most impressions; shares sum to 1; an ad is one arm.

${topics.map(topicText).join('\n\n')}
`;
