/** What each decoder says of the same bytes: the first thing to look at in a record that was refused. */
import type { Codec } from '../../../engine/ports.ts';
import { frame_bytes } from '../../../schemas/codec.ts';
import { checkedInIds } from '../../../schemas/ids.ts';
import { plain } from '../events/view.ts';
import type { DeadLetterDetail } from '../operations.ts';

type Report = Pick<DeadLetterDetail, 'magic_byte' | 'schema_id' | 'schema_name' | 'decoders'>;
type Said = DeadLetterDetail['decoders'][number];

/** The frame's parts, and what the topic's Avro schema, JSON and text make of the bytes. */
export function decodeReport(codec: Codec, topic: string, bytes: Uint8Array, appended_ms: number): Report {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const framed = bytes.length >= frame_bytes;
  const schema_id = framed ? view.getInt32(1) : null;
  const writer = schema_id === null ? undefined : checkedInIds.schemaOf(schema_id);
  return {
    magic_byte: bytes[0] ?? null,
    schema_id,
    schema_name: writer === undefined ? null : `${writer.topic} v${writer.version}`,
    decoders: [
      asTopic(codec, topic, bytes, appended_ms),
      ...asWriter(codec, topic, writer?.topic, bytes, appended_ms),
      asJson(bytes),
      asText(bytes),
    ],
  };
}

function asTopic(codec: Codec, topic: string, bytes: Uint8Array, appended_ms: number): Said {
  const decoded = codec.decode(topic, bytes, appended_ms);
  const decoder = `Avro, ${topic}`;
  if (decoded.ok) return { decoder, ok: true, said: 'reads and keeps its rules', value: plain(decoded.value) };
  return { decoder, ok: false, said: decoded.message, value: null };
}

/** Where the frame names another topic's schema: what that one makes of the bytes. */
function asWriter(
  codec: Codec,
  topic: string,
  writer: string | undefined,
  bytes: Uint8Array,
  appended_ms: number,
): readonly Said[] {
  return writer === undefined || writer === topic ? [] : [asTopic(codec, writer, bytes, appended_ms)];
}

function asJson(bytes: Uint8Array): Said {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return { decoder: 'JSON', ok: true, said: 'the producer wrote JSON instead of framed Avro', value };
  } catch (error) {
    return { decoder: 'JSON', ok: false, said: error instanceof Error ? error.message : String(error), value: null };
  }
}

function asText(bytes: Uint8Array): Said {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const control = [...text].filter((char) => char < ' ' && !'\n\r\t'.includes(char)).length;
    if (control > 0) return { decoder: 'text', ok: false, said: `${control} control characters`, value: null };
    return { decoder: 'text', ok: true, said: `${text.length} characters`, value: text.slice(0, 400) };
  } catch {
    return { decoder: 'text', ok: false, said: 'is not UTF-8', value: null };
  }
}
