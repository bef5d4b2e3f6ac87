/** The policy in force: the last that the log has, or the built-in one. */
import type { Runtime } from '../engine/runtime.ts';
import { defaultPolicy, policyOfEvent } from '../policy/document.ts';
import type { Policy } from '../policy/policy.ts';
import { z } from 'zod';

const policyEvent = z.object({ version: z.string(), document: z.string() });

export async function policyInForce(engine: Runtime): Promise<Policy> {
  const { topic } = engine.options.policy;
  const { end } = await engine.log.range(topic, 0);
  const event = end === 0 ? undefined : await engine.event(topic, 0, end - 1);
  const parsed = policyEvent.safeParse(event?.value);
  return parsed.success ? policyOfEvent(parsed.data) : defaultPolicy;
}
