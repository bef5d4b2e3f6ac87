/**
 * The policy: one versioned document that says what a winner is and how budgets follow evidence. It reaches
 * processors as an event (`policy.changed`), never as process configuration, so that a redo decides the same. A decider
 * gets the policy of the account that its event is about.
 */
import type { AccuracyPolicy } from './accuracy.ts';
import type { AlertsPolicy } from './alerts.ts';
import type { AllocationPolicy } from './allocation.ts';
import type { DnaPolicy } from './dna.ts';
import type { EvidencePolicy } from './evidence.ts';
import type { FatiguePolicy } from './fatigue.ts';
import type { MemoryPolicy } from './memory.ts';
import type { MoneyLimits, MoneyPolicy } from './money.ts';
import type { NichePolicy } from './niche.ts';
import type { PredictionPolicy } from './prediction.ts';
import type { PromotionPolicy } from './promotion.ts';
import type { TrainingPolicy } from './training.ts';

export interface Policy {
  /** Hash of the canonical document; every decision carries it. */
  readonly version: string;
  readonly evidence: EvidencePolicy;
  readonly allocation: AllocationPolicy;
  readonly dna: DnaPolicy;
  readonly prediction: PredictionPolicy;
  readonly accuracy: AccuracyPolicy;
  readonly fatigue: FatiguePolicy;
  readonly memory: MemoryPolicy;
  readonly niche: NichePolicy;
  readonly training: TrainingPolicy;
  readonly money: MoneyPolicy;
  readonly promotion: PromotionPolicy;
  readonly alerts: AlertsPolicy;
}

export type SectionName = Exclude<keyof Policy, 'version'>;

/** Sections that hold for all accounts alike: what a niche learns and how it hides its members is one agreement. */
export const shared_sections = ['niche'] as const satisfies readonly SectionName[];

/** Sections that a single account may have otherwise. */
export type AccountSection = Exclude<SectionName, (typeof shared_sections)[number]>;

/** Any of the fields of a section. */
export type Fields<T> = { readonly [F in keyof T]?: T[F] | undefined };

/** Limits of money that one account has otherwise, by currency and field. */
export type OwnLimits = Readonly<Record<string, Fields<MoneyLimits>>>;

/** Sections whose fields are whole values. */
export type PlainSection = Exclude<AccountSection, 'money'>;
export type PlainOverrides = { readonly [S in PlainSection]?: Fields<Policy[S]> | undefined };

/** Fields that one account has otherwise than the document, by section. */
export type Overrides = PlainOverrides & {
  readonly money?: (Fields<Omit<MoneyPolicy, 'limits'>> & { readonly limits?: OwnLimits | undefined }) | undefined;
};

/** What a document asks for: a policy for all accounts, and what single ones have otherwise. */
export interface WholePolicy extends Policy {
  /** By account; only fields that differ from the document's own. Empty where none does. */
  readonly accounts: Readonly<Record<string, Overrides>>;
  /**
   * The whole policy of each of those accounts, worked out once, so that a decider gets its own by one look-up. It
   * carries the version of the document: a version names what holds for everybody. Left out where there is none.
   */
  readonly overrides?: {
    readonly partitionBy: 'account_id';
    readonly of: ReadonlyMap<string, Policy>;
    /** What all others have: without the accounts, which are not theirs to read. */
    readonly others: Policy;
  };
}

/** The policy that holds for an account; without one, for all that have no field of their own. */
export const policyOf = (policy: WholePolicy, account_id?: string): Policy =>
  (account_id === undefined ? undefined : policy.overrides?.of.get(account_id)) ?? policy.overrides?.others ?? policy;
