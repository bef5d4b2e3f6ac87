/**
 * Cases: decisions that were explained and kept (`flywheel explain ID --save`), to be made again by the processor's
 * test. A case is the explanation as JSON; of it the cause, what the handler met, the policy and the decision count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { Decider } from '../engine/decider.ts';
import { MemoryTaskLedger } from '../engine/driver/memory-ledger.ts';
import { Effects } from '../engine/effects.ts';
import { keyDecided } from '../engine/explain.ts';
import { separator } from '../engine/ledger.ts';
import { ActiveKeys, StateCache } from '../engine/state-cache.ts';
import { stateCodec } from '../engine/state-codec.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import type { Topic } from '../topology/topic.ts';

const object = z.record(z.string(), z.unknown());

const savedCase = z.object({
  decision: z.object({ topic: z.string(), key: z.string(), value: object }),
  cause: z.object({
    topic: z.string(),
    partition: z.int(),
    offset: z.int(),
    appended_ms: z.number(),
    key: z.string(),
    value: object,
  }),
  state_key: z.string(),
  state_before: z.unknown(),
  parts_before: object,
  policy: z.looseObject({ version: z.string() }),
});

export type SavedCase = z.output<typeof savedCase>;

/** A case as it stands in its file. Throws naming the field that is missing or wrong. */
export const parseCase = (json: unknown): SavedCase => savedCase.parse(json);

/** The cases in a folder, by file name. */
export function casesIn(folder: URL): readonly (readonly [string, SavedCase])[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file, parseCase(JSON.parse(readFileSync(new URL(file, folder), 'utf8')))]);
}

/** Events that the processor emits when it meets again what it met then: the same seed, state, parts and policy. */
export async function decidedAgain(
  processor: AnyProcessor,
  topics: readonly Topic[],
  { decision, cause, state_key, state_before, parts_before, policy }: SavedCase,
): Promise<readonly { readonly topic: string; readonly value: object }[]> {
  const { wiring } = processor;
  const key = keyDecided(wiring.partitionBy, decision, cause) + separator + state_key;
  const ledger = new MemoryTaskLedger();
  const cacheOf = (kind: 'state' | 'part', spec: typeof wiring.state): StateCache =>
    new StateCache(kind, ledger, stateCodec(wiring.group, spec), Infinity);
  const states = cacheOf('state', wiring.state);
  const parts = cacheOf('part', wiring.part ?? wiring.state);
  // JSON has no undefined: a key that had no state yet is null.
  if (state_before !== null && state_before !== undefined) states.set(key, state_before);
  for (const [name, part] of Object.entries(parts_before)) parts.set(key + separator + name, part);
  const emitted: { readonly topic: string; readonly value: object }[] = [];
  const codec = {
    encode: (topic: string, value: object): Uint8Array => {
      emitted.push({ topic, value });
      return new Uint8Array();
    },
    decode: () => ({ ok: false, stage: 'decode', code: '', message: 'nothing is decoded here' }) as const,
  };
  const effects = new Effects({
    group: wiring.group,
    run: 0,
    partitions: 1,
    codec,
    partitionOf: () => 0,
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    record_bytes: Infinity,
  });
  const record = { ...cause, value: new Uint8Array() };
  const decider = new Decider(processor);
  const item = { record, topic: cause.topic, value: cause.value, key: cause.key === '' ? null : key };
  await decider.decide(item, key, { states, parts, active: new ActiveKeys() }, policy, effects, 0);
  return emitted;
}
