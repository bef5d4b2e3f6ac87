/**
 * The policy: one versioned document that says what a winner is and how budgets follow evidence. It reaches
 * processors as an event (`policy.changed`), never as process configuration, so that a redo decides the same.
 */
import type { AccuracyPolicy } from './accuracy.ts';
import type { AllocationPolicy } from './allocation.ts';
import type { DnaPolicy } from './dna.ts';
import type { EvidencePolicy } from './evidence.ts';
import type { FatiguePolicy } from './fatigue.ts';
import type { MemoryPolicy } from './memory.ts';
import type { MoneyPolicy } from './money.ts';
import type { NichePolicy } from './niche.ts';
import type { PredictionPolicy } from './prediction.ts';
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
}
