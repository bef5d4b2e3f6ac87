/**
 * Cases: decisions that were explained and kept (`flywheel explain ID --save`), to be made again by the processor's
 * test. A case is the explanation as JSON; of it the cause, what the handler met, the policy and the decision count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { decideAgain, type Emitted } from '../engine/explain/decide-again.ts';
import { parsePolicy } from '../policy/document.ts';
import { policyOf, type Policy } from '../policy/policy.ts';
import { parseSchema } from '../schemas/avro/schema.ts';
import { fit } from '../schemas/fit.ts';
import { newestVersion, schemaFile } from '../schemas/ids.ts';
import type { AnyProcessor } from '../topology/processor.ts';
import type { Topic } from '../topology/topic.ts';

const object = z.record(z.string(), z.unknown());

const savedCase = z.object({
  decision: z.object({ topic: z.string(), key: z.string(), value: object }).transform(asToday),
  cause: z
    .object({
      topic: z.string(),
      partition: z.int(),
      offset: z.int(),
      appended_ms: z.number(),
      key: z.string(),
      value: object,
    })
    .transform(asToday),
  state_key: z.string(),
  state_before: z.unknown(),
  parts_before: object,
  // Cases of before they were kept are of the versions that were named by hand, or of the code's.
  state_version: z.int().optional(),
  part_version: z.int().optional(),
  policy: z.looseObject({ version: z.string() }).transform(whole),
});

/** An event with the fields that its schema got since, which have their defaults. */
function asToday<E extends { readonly topic: string; readonly value: Record<string, unknown> }>(event: E): E {
  const { topic, value } = event;
  const fitted = fit(value, parseSchema(schemaFile(topic, newestVersion(topic))));
  if (!fitted.ok) throw new Error(fitted.problems.map(({ field, rule }) => `${field}: ${rule}`).join('; '));
  return { ...event, value: fitted.value };
}

/** The policy with what was added since it was kept, which has its default, and under its own version. */
function whole({ version, ...document }: { readonly version: string }): Policy {
  return { ...policyOf(parsePolicy(document)), version };
}

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
export const decidedAgain = (
  processor: AnyProcessor,
  topics: readonly Topic[],
  saved: SavedCase,
): Promise<readonly Emitted[]> => decideAgain(processor, topics, saved);
