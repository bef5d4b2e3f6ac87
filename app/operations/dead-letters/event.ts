/** A refused record as an event of the dead-letter topic, its bytes as they were. */
import type { Refusal } from '../../../engine/options.ts';
import { letterKey } from '../../../engine/commit-path/refusals.ts';
import { deadLetter } from '../../../schemas/index.ts';

const encoder = new TextEncoder();

/**
 * The event and its record key. A record without a key (a broadcast) is kept under the account it was refused for, or
 * the group's name where it was refused as a whole.
 */
export function deadLetterEvent(refusal: Refusal): { readonly key: string; readonly value: object } {
  const { group, record, stage, code, message, field, state_key, at_ms } = refusal;
  const account_id = letterKey(refusal);
  const event = deadLetter.event({
    account_id,
    group,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    stage,
    code,
    message,
    field,
    state_key,
    record_key: encoder.encode(record.key),
    record_value: record.value,
    headers: record.headers ?? {},
    appended_ms: record.appended_ms,
    at_ms,
  });
  return { key: account_id, value: event.value };
}
