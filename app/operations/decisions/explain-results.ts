/** What operations answer of why a decision was made and what came of an event, as schemas. */
import { z } from 'zod';
import type * as op from '../operations.ts';
import { eventView } from '../results.ts';

const text = z.string();
const num = z.number();
const object = z.record(z.string(), z.unknown());

export const explanation: z.ZodType<op.Explanation | null> = z
  .object({
    decision: eventView,
    group: text,
    entity: text,
    state_key: text,
    cause: eventView,
    chain: z.array(eventView),
    inputs: z.array(eventView),
    inputs_total: num,
    state_before: z.unknown(),
    parts_before: object,
    state_version: num,
    part_version: num,
    policy_version: text,
    policy: z.unknown(),
    numbers: z.record(z.string(), z.union([num, text, z.null()])),
    words: text,
    reproduced: z.boolean(),
  })
  .nullable();

export const followNode: z.ZodType<op.FollowNode> = z.lazy(() =>
  z.object({
    event: eventView,
    words: text.nullable(),
    caused: z.array(followNode),
    pending: z.array(text),
    kept: z.array(text),
  }),
);
