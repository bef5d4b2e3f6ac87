/** What operations on policies answer, as schemas. */
import { z } from 'zod';
import type { PolicyField } from './fields.ts';
import type { ActivatedPolicy, PolicyStep, PolicyView, ProposedPolicy } from './view.ts';

const version = z.string();
const changes = z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }));

export const policyView: z.ZodType<PolicyView> = z.object({
  version,
  in_force: z.boolean(),
  account_id: z.string().nullable(),
  document: z.record(z.string(), z.unknown()),
});

export const policySteps: z.ZodType<readonly PolicyStep[]> = z.array(
  z.object({
    kind: z.enum(['activated', 'proposed']),
    version,
    in_force: z.boolean(),
    against: version.nullable(),
    changes,
    by: z.string().nullable(),
    reason: z.string().nullable(),
    at_ms: z.number(),
  }),
);

export const proposedPolicy: z.ZodType<ProposedPolicy> = z.object({
  version,
  against: version,
  changes,
  published: z.boolean(),
});
export const activatedPolicy: z.ZodType<ActivatedPolicy> = proposedPolicy;

export const policyFields: z.ZodType<readonly PolicyField[]> = z.array(
  z.object({
    section: z.string(),
    name: z.string(),
    words: z.string(),
    default: z.unknown(),
    limits: z.string(),
    symbols: z.array(z.string()).nullable(),
    shared: z.boolean(),
  }),
);
