/** Engine options for the toy topology: JSON as its codec, refusals kept whole. */
import type { EngineOptions, Refusal, Versioned } from '../../engine/options.ts';
import type { Codec, Decoded } from '../../engine/ports.ts';
import type { DeadLetter } from '../../engine/dead-letters/redrive.ts';
import { letterKey } from '../../engine/commit-path/refusals.ts';
import { z } from 'zod';
import { refused, policy, toy } from './topology.ts';

const object = z.record(z.string(), z.unknown());

export const jsonCodec: Codec = {
  encode: (_topic, value) => Buffer.from(JSON.stringify(value)),
  decode(_topic, bytes): Decoded {
    try {
      return { ok: true, value: object.parse(JSON.parse(Buffer.from(bytes).toString())) };
    } catch (error) {
      return { ok: false, stage: 'decode', code: 'not_json', message: String(error) };
    }
  },
};

const named = z.object({ version: z.string(), accounts: z.array(z.string()).optional() });

/** `accounts` have a policy of their own, whose version says so. */
function policyOf(value: object): Versioned {
  const { version, accounts = [] } = named.parse(value);
  const of = new Map(accounts.map((account_id) => [account_id, { version: `${version}of${account_id}` }]));
  return accounts.length === 0
    ? { version }
    : { version, overrides: { partitionBy: 'account_id', of, others: { version } } };
}

const letter = z.object({
  group: z.string(),
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  state_key: z.string().nullable(),
  key: z.string(),
  bytes: z.string(),
});

/** A toy dead letter in the engine's terms. */
export function parseLetter(value: object): DeadLetter {
  const { key: record_key, bytes, ...place } = letter.parse(value);
  return { ...place, record_key, record_value: Buffer.from(bytes, 'base64') };
}

function refusalEvent(refusal: Refusal): { key: string; value: object } {
  const { group, record, stage, code, message, state_key } = refusal;
  const account_id = letterKey(refusal);
  const value = {
    account_id,
    group,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    stage,
    code,
    message,
    state_key,
    key: record.key,
    bytes: Buffer.from(record.value).toString('base64'),
  };
  return { key: account_id, value };
}

export const toyOptions: Omit<EngineOptions, 'clock'> = {
  topology: toy,
  codec: jsonCodec,
  partitions: 2,
  code: 'toy-1',
  policy: { topic: policy.name, parse: policyOf, initial: { version: 'none' } },
  deadLetters: { topic: refused.name, event: refusalEvent },
  limits: {
    batch_records: 7,

    slice_records: 3,
    tick_keys: 3,
    cache_entries: 5,
    failure_count: 1_000_000,
  },
};
