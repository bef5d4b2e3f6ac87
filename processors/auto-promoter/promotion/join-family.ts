/** Which family an experiment counts in: that of its start while it has room, else the next that has. */
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import { familyOf, nextFamily } from '../family.ts';
import { familyNamed, withFamily, type AccountState, type Family, type Member } from './state.ts';

const newFamily = (name: string, policy: EvidencePolicy): Family => ({
  name,
  planned: policy.planned_experiments,
  alpha: policy.alpha,
  members: 0,
  announced: [],
  candidates: [],
});

/** The state with one experiment more, and its membership. */
export function joinFamily(
  state: AccountState,
  start_ms: number,
  policy: EvidencePolicy,
): { readonly state: AccountState; readonly member: Member } {
  let name = familyOf(start_ms, policy.family);
  let family = familyNamed(state, name) ?? newFamily(name, policy);
  while (family.members >= family.planned) {
    name = nextFamily(name);
    family = familyNamed(state, name) ?? newFamily(name, policy);
  }
  const member = { family: name, announced: null, evidence: null };
  return { state: withFamily(state, { ...family, members: family.members + 1 }), member };
}
