/** Appends events given as JSON lines: each line is checked by itself, a bad one is reported and left out. */
import { randomUUID } from 'node:crypto';
import type { SourceEvent } from '../../engine/engine.ts';
import { parseSchema, type RecordNode } from '../../schemas/avro/schema.ts';
import { fit } from '../../schemas/fit.ts';
import { schemaFile } from '../../schemas/ids.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { OperationsContext } from './context.ts';
import type { PublishReport } from './operations.ts';

type Rejection = PublishReport['rejected'][number];

/** Events appended at once. */
const batch_events = 2_000;

export async function publish(
  { engine, now_ms }: OperationsContext,
  { topic, ndjson, source }: { readonly topic: string; readonly ndjson: string; readonly source?: string },
): Promise<PublishReport> {
  const known = engine.topology.topics.map(({ name }) => name);
  const version = engine.topology.topics.find(({ name }) => name === topic)?.version;
  if (version === undefined) throw new FlywheelError('topic.unknown', { topic, known: known.join(', ') });
  const schema = parseSchema(schemaFile(topic, version));
  const rejected: Rejection[] = [];
  const events: SourceEvent[] = [];
  ndjson.split('\n').forEach((text, i) => {
    if (text.trim() === '') return;
    const read = readLine(text, i + 1, schema);
    if ('value' in read) {
      const refused = refusalOf(engine.options.codec, topic, read.value, i + 1, now_ms());
      if (refused === undefined) events.push({ topic, value: read.value });
      else rejected.push(refused);
    } else rejected.push(read);
  });
  const name = source ?? `publish:${randomUUID()}`;
  for (let at = 0; at < events.length; at += batch_events)
    await engine.publish({ source: name, position: `${now_ms()}:${at}`, events: events.slice(at, at + batch_events) });
  return { accepted: events.length, rejected };
}

/** A line as a value of the schema, or why it is none. */
function readLine(text: string, line: number, schema: RecordNode): { readonly value: object } | Rejection {
  let candidate: unknown;
  try {
    candidate = JSON.parse(text);
  } catch (error) {
    return { line, field: null, message: `is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const fitted = fit(candidate, schema);
  if (fitted.ok) return { value: fitted.value };
  const [first] = fitted.problems;
  const messages = fitted.problems.map(({ field, value, rule, remedy }) => `${field} is ${value}: ${rule}; ${remedy}`);
  return { line, field: first?.field ?? null, message: messages.join(' | ') };
}

type Codec = OperationsContext['engine']['options']['codec'];

function refusalOf(codec: Codec, topic: string, value: object, line: number, now_ms: number): Rejection | undefined {
  const decoded = codec.decode(topic, codec.encode(topic, value), now_ms);
  return decoded.ok ? undefined : { line, field: decoded.field ?? null, message: decoded.message };
}
