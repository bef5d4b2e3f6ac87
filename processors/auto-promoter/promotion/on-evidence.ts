/** Evidence of one experiment changed: what its family may announce, or must take back. */
import { discoveries, threshold } from '../../../learning/evidence/e-bh.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { EvidenceChanged, WinnerDetected, WinnerWithdrawn } from '../../../schemas/index.ts';
import { detected, peakOf, withdrawn } from './announce.ts';
import { mayBeAnnounced } from './gate.ts';
import { joinFamily } from './join-family.ts';
import { familyNamed, withFamily, type AccountState, type Entry, type Family, type Member } from './state.ts';

export interface Decided {
  readonly state: AccountState;
  readonly members: ReadonlyMap<string, Member>;
  readonly detected: readonly WinnerDetected[];
  readonly withdrawn: readonly WinnerWithdrawn[];
}

const without = (entries: readonly Entry[], experiment_id: string): readonly Entry[] =>
  entries.some((entry) => entry.experiment_id === experiment_id)
    ? entries.filter((entry) => entry.experiment_id !== experiment_id)
    : entries;

/** Restated data took the evidence away: at no moment, on the data as they are now, did it reach what was needed. */
const isTakenBack = ({ announced }: Member, evidence: EvidenceChanged): boolean =>
  announced !== null && evidence.restated && peakOf(evidence, announced.ad_id) < announced.threshold;

/** `members` holds that of the experiment, where it has one, and those of its family's candidates. */
export function takeEvidence(
  before: AccountState,
  evidence: EvidenceChanged,
  members: ReadonlyMap<string, Member>,
  policy: Policy,
): Decided {
  const known = members.get(evidence.experiment_id);
  const joined =
    known === undefined ? joinFamily(before, evidence.start_ms, policy.evidence) : { state: before, member: known };
  const family = familyNamed(joined.state, joined.member.family);
  if (family === undefined) throw new Error(`the account has no family ${joined.member.family}`);
  const changed = new Map<string, Member>(known === undefined ? [[evidence.experiment_id, joined.member]] : []);
  const taken: WinnerWithdrawn[] = [];
  let { member } = joined;
  let next = family;
  if (isTakenBack(member, evidence)) {
    taken.push(withdrawn(evidence, member, policy));
    next = { ...next, announced: without(next.announced, evidence.experiment_id) };
    member = { ...member, announced: null };
    changed.set(evidence.experiment_id, member);
  }
  if (member.announced === null) next = withCandidate(next, member, evidence, policy.evidence, changed);
  const found = announceIn(next, members, changed, policy);
  const state = found.family === family && joined.state === before ? before : withFamily(joined.state, found.family);
  return { state, members: changed, detected: found.detected, withdrawn: taken };
}

/** Every family looked at again: whoever could be announced and was not is announced. `members` holds the candidates'. */
export function checkAll(before: AccountState, members: ReadonlyMap<string, Member>, policy: Policy): Decided {
  const changed = new Map<string, Member>();
  const found = before.families.map((family) => announceIn(family, members, changed, policy));
  const detections = found.flatMap(({ detected: some }) => some);
  const state = detections.length === 0 ? before : { families: found.map(({ family }) => family) };
  return { state, members: changed, detected: detections, withdrawn: [] };
}

/** The family with the experiment among its candidates, or not. */
function withCandidate(
  family: Family,
  member: Member,
  evidence: EvidenceChanged,
  policy: EvidencePolicy,
  changed: Map<string, Member>,
): Family {
  const { experiment_id, e_value } = evidence;
  const strong = e_value >= 1 / family.alpha && mayBeAnnounced(evidence, policy);
  if (strong || member.evidence !== null) changed.set(experiment_id, { ...member, evidence: strong ? evidence : null });
  const others = without(family.candidates, experiment_id);
  const candidates = strong ? [...others, { experiment_id, e_value }] : others;
  return candidates === family.candidates ? family : { ...family, candidates };
}

/** Announces whom e-BH allows over those announced, their evidence frozen, and the candidates. */
function announceIn(
  family: Family,
  members: ReadonlyMap<string, Member>,
  changed: Map<string, Member>,
  policy: Policy,
): { readonly family: Family; readonly detected: readonly WinnerDetected[] } {
  const { announced, candidates, planned, alpha } = family;
  const k = discoveries(
    [...announced, ...candidates].map(({ e_value }) => e_value),
    planned,
    alpha,
  );
  const needed = threshold(planned, alpha, k);
  const strong = k === 0 ? [] : candidates.filter(({ e_value }) => e_value >= needed);
  const winners = strong.sort((a, b) => b.e_value - a.e_value);
  if (winners.length === 0) return { family, detected: [] };
  const detections = winners.map((winner, i) => {
    const member = changed.get(winner.experiment_id) ?? members.get(winner.experiment_id);
    if (member === undefined || member.evidence === null)
      throw new Error(`candidate ${winner.experiment_id} has no evidence`);
    const { event, announced: as } = detected(member.evidence, {
      family,
      threshold: needed,
      before: announced.length + i,
      policy,
    });
    changed.set(winner.experiment_id, { ...member, evidence: null, announced: as });
    return event;
  });
  const left = candidates.filter((candidate) => !winners.includes(candidate));
  return { family: { ...family, announced: [...announced, ...winners], candidates: left }, detected: detections };
}
