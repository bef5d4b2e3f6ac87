/** Dead letters as their topic carries them, checked, and in the engine's terms. */
import type { DeadLetter as EngineDeadLetter } from '../../../engine/dead-letters/redrive.ts';
import type { Settled } from '../../../engine/dead-letters/sent-back.ts';
import { z } from 'zod';
import type { DeadLetterRow } from '../operations.ts';

const bytes = z.instanceof(Uint8Array);

export const deadLetterShape = z.object({
  account_id: z.string(),
  group: z.string(),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  stage: z.enum(['decode', 'check', 'key', 'decide', 'parked']),
  code: z.string(),
  message: z.string(),
  field: z.string().nullable(),
  state_key: z.string().nullable(),
  record_key: bytes.nullable(),
  record_value: bytes.nullable(),
  headers: z.record(z.string(), bytes),
  appended_ms: z.number(),
  at_ms: z.number(),
});
export type DeadLetterValue = z.infer<typeof deadLetterShape>;

const text = new TextDecoder();

/** What the engine needs to send a dead letter back. */
export function engineDeadLetter(value: object): EngineDeadLetter {
  const { group, topic, partition, offset, state_key, record_key, record_value } = deadLetterShape.parse(value);
  return {
    group,
    topic,
    partition,
    offset,
    state_key,
    record_key: record_key === null ? '' : text.decode(record_key),
    record_value: record_value ?? new Uint8Array(),
  };
}

/** The row of a list. `place` is where the letter lies in the dead-letter topic. */
export function deadLetterRow(
  place: { readonly partition: number; readonly offset: number },
  value: DeadLetterValue,
  settled: Settled | undefined,
): DeadLetterRow {
  const { group, topic, partition, offset, stage, code, message, field, at_ms } = value;
  const id = `${place.partition}:${place.offset}`;
  return { id, group, topic, partition, offset, stage, code, message, field, at_ms, settled: settled ?? null };
}
