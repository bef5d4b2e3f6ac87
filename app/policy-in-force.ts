/** The policy in force: the last that the log has, or the built-in one. */
import type { Runtime } from '../engine/runtime.ts';
import { defaultPolicy, policyOfEvent } from '../policy/document.ts';
import { policyOf, type Policy, type WholePolicy } from '../policy/policy.ts';
import { z } from 'zod';

const policyEvent = z.object({ version: z.string(), document: z.string() });
type PolicyEvent = z.infer<typeof policyEvent>;

/** The last document that was read of each engine: it is asked for every second and changes hardly ever. */
const last = new WeakMap<Runtime, { readonly event: PolicyEvent; readonly policy: WholePolicy }>();

function parsedOnce(engine: Runtime, event: PolicyEvent): WholePolicy {
  const known = last.get(engine);
  if (known?.event.version === event.version && known.event.document === event.document) return known.policy;
  const policy = policyOfEvent(event);
  last.set(engine, { event, policy });
  return policy;
}

/** The policy that the log has last, told apart from the built-in one; null before the first. */
export async function announcedPolicy(engine: Runtime): Promise<WholePolicy | null> {
  const { topic } = engine.options.policy;
  const { start, end } = await engine.log.range(topic, 0);
  const event = end <= start ? undefined : await engine.event(topic, 0, end - 1);
  const parsed = policyEvent.safeParse(event?.value);
  return parsed.success ? parsedOnce(engine, parsed.data) : null;
}

/** The whole document, with what single accounts have otherwise. */
export const wholePolicyInForce = async (engine: Runtime): Promise<WholePolicy> =>
  (await announcedPolicy(engine)) ?? defaultPolicy;

/** As an account has it; without one, for all that have no field of their own. */
export const policyInForce = async (engine: Runtime, account_id?: string): Promise<Policy> =>
  policyOf(await wholePolicyInForce(engine), account_id);
