/** The first event of a new log: the policy that holds until another one is published. */
import type { Runtime } from '../engine/runtime.ts';
import { parsePolicy, policyText } from '../policy/document.ts';
import { policyChanged } from '../schemas/index.ts';

/**
 * Writes the built-in policy, with what the source has to say, into a log that has none, so that every decision names a
 * policy that the log holds, and a later release with other defaults decides an old log as it was decided.
 */
export async function declarePolicy(engine: Runtime, now_ms: number, document: object = {}): Promise<void> {
  const { end } = await engine.log.range(policyChanged.name, 0);
  if (end > 0) return;
  const policy = policyText(parsePolicy(document));
  const value = { ...policy, activated_ms: now_ms, activated_by: null, reason: null };
  await engine.publish({
    source: 'built-in policy',
    position: value.version,
    events: [{ topic: policyChanged.name, value }],
  });
}
