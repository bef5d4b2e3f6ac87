import { topic } from '../../topology/topic.ts';
import type { PolicyChanged } from '../generated/types.ts';
import { type Rule, all, broken, ids, times } from '../rules/index.ts';

const jsonObject: Rule<Pick<PolicyChanged, 'document'>> = ({ document }) => {
  try {
    const parsed: unknown = JSON.parse(document);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return undefined;
  } catch {
    // Not JSON: refused below like JSON that is no object.
  }
  return broken('document', document, 'must be a JSON object', 'write the policy as canonical JSON');
};

export const policyChanged = topic<PolicyChanged>()({
  name: 'policy.changed',
  partitionKey: null,
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'A policy document came into force.',
  writtenBy: 'the operator',
  check: all<PolicyChanged>(ids('version'), jsonObject, times('activated_ms')),
});
