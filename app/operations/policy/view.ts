/** Policies as people see them: the one in force, those that were, those that are proposed. */
import type { PolicyChange } from '../../../policy/changes.ts';

export interface PolicyView {
  readonly version: string;
  readonly in_force: boolean;
  /** Whose policy `document` is; null: of all accounts, with what single ones have otherwise in `accounts`. */
  readonly account_id: string | null;
  /** Every field by section, those at their default too. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** One line of the history of policies. */
export interface PolicyStep {
  readonly kind: 'activated' | 'proposed';
  readonly version: string;
  /** Whether it is the one in force; of a version that came into force several times, the last of them. */
  readonly in_force: boolean;
  /** What its changes are against: the version in force before, or when it was proposed; null for the first. */
  readonly against: string | null;
  readonly changes: readonly PolicyChange[];
  readonly by: string | null;
  readonly reason: string | null;
  readonly at_ms: number;
}

/** Who wants it and why, for the history. */
export interface Signed {
  readonly by?: string;
  readonly reason?: string;
}

export interface ProposedPolicy {
  readonly version: string;
  /** Version in force that it was compared with. */
  readonly against: string;
  readonly changes: readonly PolicyChange[];
  /** False where it is in force already, or was proposed before on the same ground: nothing was published. */
  readonly published: boolean;
}

export interface ActivatedPolicy {
  readonly version: string;
  /** Version that it replaces. */
  readonly against: string;
  readonly changes: readonly PolicyChange[];
  /** False where it was in force already. */
  readonly published: boolean;
}
