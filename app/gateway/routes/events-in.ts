/** `POST /api/events`: one event as JSON or Avro, or any number of them as JSON lines. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Topic } from '../../../topology/topic.ts';
import { valueCheck } from '../../../ports/sources/ndjson/check-line.ts';
import { avroValue, takeEvent, topicFor, takeLines, type IntakeReport } from '../../operations/events/intake.ts';
import { marksBehind, untilPassed } from '../../operations/events/passed.ts';
import { Reply, route, type Call, type Place, type Route } from '../route.ts';
import { list, num, text, word } from '../loops/shapes.ts';

const rejected = z.object({ line: num, field: text.nullable(), message: text });
const report = z
  .object({
    status: z.enum(['accepted', 'partial']),
    accepted: num,
    rejected_total: num,
    rejected: list(rejected).describe('The first hundred'),
    waits_for: list(text).describe('Groups of `wait_for` that have not passed them yet'),
  })
  .meta({ id: 'Intake' });

const takes = z.strictObject({
  topic: word,
  wait_for: z.array(word).min(1).max(20).exactOptional(),
});
type Given = z.output<typeof takes>;

/** A record of Avro that is taken at most, bytes. */
const most_bytes = 1024 * 1024;
const wait_ms = 5_000;

const none = { rejected_total: 0, rejected: [] };

async function take(
  place: Place,
  { topic }: Given,
  call: Call,
): Promise<IntakeReport & { readonly key: string | null }> {
  const { body, content_type = '', principal } = call;
  const known = topicFor(place.context, topic, principal);
  if (content_type.startsWith('application/x-ndjson')) {
    const stream = streamOf(body);
    return { ...(await takeLines(place.context, principal, { topic, stream })), key: null };
  }
  const value = content_type.startsWith('application/avro')
    ? avroValue(place.context, topic, await wholeOf(streamOf(body)))
    : jsonValue(place, known, body);
  const { partitionKey } = await takeEvent(place.context, principal, { topic, value });
  const key: unknown = partitionKey === null ? null : Reflect.get(value, partitionKey);
  return { accepted: 1, ...none, key: typeof key === 'string' ? key : null };
}

function streamOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new FlywheelError('request.body', { why: 'there is none' });
}

async function wholeOf(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    const part: unknown = piece;
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > most_bytes) throw new FlywheelError('request.too_large', { limit: most_bytes });
    pieces.push(part);
  }
  return Buffer.concat(pieces);
}

/** One event, checked as a line of it would be. */
function jsonValue({ context: { now_ms } }: Place, topic: Topic, body: unknown): object {
  const checked = valueCheck(topic)(body ?? null, 1, now_ms());
  if (checked.kind === 'event') return checked.value;
  const { field, message } = checked.kind === 'rejected' ? checked.rejected : { field: null, message: 'there is none' };
  throw new FlywheelError('request.event', {
    topic: topic.name,
    field: field ?? 'the event',
    value: (
      JSON.stringify(field === null || body === null ? body : Reflect.get(Object(body), field)) ?? 'absent'
    ).slice(0, 120),
    rule: message.replace(/^line 1: /, ''),
    what_to_do: 'send what docs/topics.md says of the topic',
  });
}

/** Groups of `wait_for` that have not passed what was taken. */
async function behind(place: Place, { topic, wait_for }: Given, key: string | null): Promise<readonly string[]> {
  if (wait_for === undefined) return [];
  const { engine } = place.context;
  for (const group of wait_for) engine.processor(group);
  const partitions = Array.from({ length: engine.options.partitions }, (_, partition) => partition);
  const marks =
    key !== null
      ? await marksBehind(engine, [topic], key)
      : await Promise.all(
          partitions.map(async (partition) => ({
            topic,
            partition,
            end: (await engine.log.range(topic, partition)).end,
          })),
        );
  return untilPassed(engine, marks, { groups: wait_for }, wait_ms);
}

const events: Route = route({
  id: 'publish_events',
  method: 'POST',
  path: '/api/events',
  tag: 'Log',
  words:
    'Appends events to a topic from outside: one as JSON or Avro, or any number as JSON lines, which are taken as they arrive. A line that is refused is reported and left out. `wait_for` names groups that the answer waits for.',
  role: 'operator',
  account: 'own',
  limit: 'events',
  // The log itself says who sent an event.
  changes: false,
  takes,
  answer: report,
  also: { 202: report, 207: report },
  problems: [404, 413, 422],
  example: { topic: 'ad.metrics' },
}).by(async (place, given, call) => {
  const { key, ...taken } = await take(place, given, call);
  const waits_for = await behind(place, given, key);
  const status = taken.rejected_total > 0 ? 'partial' : 'accepted';
  const code = taken.rejected_total > 0 ? 207 : waits_for.length > 0 ? 202 : 200;
  return new Reply(code, { status, ...taken, waits_for } satisfies z.input<typeof report>);
});

export const eventRoutes: readonly Route[] = [
  {
    ...events,
    bodies: {
      'application/json': 'One event, as docs/topics.md has it',
      'application/x-ndjson': 'One event a line',
      'application/avro': 'One event: a zero byte, the schema id (int32, big-endian), the Avro body',
    },
  },
];
