/**
 * What is remembered of an account: its families of experiments, a few numbers for each experiment that has strong
 * evidence. What an experiment said last is a part, kept only while it may be announced or was.
 */
import type { EvidenceChanged } from '../../../schemas/index.ts';

/** An experiment of a family with enough evidence to matter. */
export interface Entry {
  readonly experiment_id: string;
  /** Frozen where the winner is announced. */
  readonly e_value: number;
}

export interface Family {
  readonly name: string;
  /** K of e-BH and its α: the policy's when the family got its first experiment. */
  readonly planned: number;
  readonly alpha: number;
  readonly members: number;
  readonly announced: readonly Entry[];
  /** Those that could be announced if enough others are: e at least 1/α. */
  readonly candidates: readonly Entry[];
}

export interface AccountState {
  readonly families: readonly Family[];
}

export const initialAccount = (): AccountState => ({ families: [] });

export interface Announced {
  readonly ad_id: string;
  readonly e_value: number;
  readonly threshold: number;
}

export interface Member {
  /** The family it counts in: that of its start, or a later one where that was full. */
  readonly family: string;
  readonly announced: Announced | null;
  /** What it said last, while it is a candidate. */
  readonly evidence: EvidenceChanged | null;
}

export const emptyMember = (): Member => ({ family: '', announced: null, evidence: null });

export const familyNamed = ({ families }: AccountState, name: string): Family | undefined =>
  families.find((family) => family.name === name);

export const withFamily = (state: AccountState, family: Family): AccountState => ({
  families: state.families.some(({ name }) => name === family.name)
    ? state.families.map((known) => (known.name === family.name ? family : known))
    : [...state.families, family],
});
