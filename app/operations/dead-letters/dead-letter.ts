/** One dead letter: why it was refused, its bytes, and what each decoder says of them. */
import { settledLetters } from '../../../engine/dead-letters/redrive.ts';
import { schemaTopicOf } from '../../../engine/dead-letters/sent-back.ts';
import type { OperationsContext } from '../context.ts';
import { deadLetterRow, deadLetterShape, type DeadLetterValue } from './shape.ts';
import { decodeReport } from './decode-report.ts';
import { parsePlace } from '../decisions/id.ts';
import type { DeadLetterDetail } from '../operations.ts';

/** Null when there is none at that place, or it is no longer kept. */
export async function deadLetterDetail(
  { engine }: OperationsContext,
  { id }: { readonly id: string },
): Promise<DeadLetterDetail | null> {
  const place = parsePlace(id);
  if (place === undefined || place.partition >= engine.options.partitions) return null;
  const event = await engine.event(engine.options.deadLetters.topic, place.partition, place.offset);
  const parsed = deadLetterShape.safeParse(event?.value);
  if (!parsed.success) return null;
  const settled = await settledLetters(engine);
  const letter = parsed.data;
  const { record_value: value } = letter;
  const topic = schemaTopicOf(letter.topic);
  return {
    ...deadLetterRow(place, letter, settled.get(`${place.partition}/${place.offset}`)),
    key: letter.record_key === null ? null : readable(letter.record_key),
    value_base64: value === null ? null : Buffer.from(value).toString('base64'),
    value_bytes: value?.length ?? 0,
    ...decodeReport(engine.options.codec, topic, value ?? new Uint8Array(), letter.appended_ms),
    headers: headersOf(letter),
  };
}

const headersOf = ({ headers }: DeadLetterValue): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, readable(bytes)]));

/** Bytes as text where they are UTF-8, else in base64. */
function readable(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return `base64:${Buffer.from(bytes).toString('base64')}`;
  }
}
