/** What memory and fatigue come to, as they are shown. */
import type { AdFatigue, FatigueView } from '../../../processors/fatigue-monitor/views.ts';

/** What winners are looked for by; without `text` the newest come first. */
export interface MemoryQuestion {
  readonly account_id?: string;
  /** Copy that winners are compared with, as that of a new creative is. */
  readonly text?: string;
  readonly format?: string;
  /** Niche of the account when they won. */
  readonly niche?: string;
  /** Won at or after this time, UTC epoch milliseconds. */
  readonly since_ms?: number;
  /** Least click rate when it won, fraction. */
  readonly min_rate?: number;
  /** Least cosine with the text. */
  readonly min_score?: number;
  readonly limit?: number;
}

export interface RememberedWinner {
  readonly ad_id: string;
  /** Its headline, else its name, else its id. */
  readonly name: string;
  readonly text: string;
  readonly format: string;
  /** Values of its DNA, `trait=value`. */
  readonly traits: readonly string[];
  /** Cosine with the text, exact; null without one. */
  readonly score: number | null;
  readonly experiment_id: string;
  readonly experiment_name: string;
  /** The decision that announced it; null where the log no longer has it. */
  readonly decision_id: string | null;
  /** Click rate when it won, and lift over its best rival with its 95 % interval, shrunken. Fractions. */
  readonly rate: number;
  readonly lift: number;
  readonly lift_low: number;
  readonly lift_high: number;
  /** Impressions of its experiment. */
  readonly impressions: number;
  readonly won_at_ms: number;
}

export interface MemoryView {
  /** Accounts with winners, those with most first. */
  readonly accounts: readonly { readonly account_id: string; readonly winners: number }[];
  readonly account_id: string | null;
  /** Who makes vectors, and of how many numbers. */
  readonly model: string;
  readonly dimensions: number;
  /** Winners that stand, and that were withdrawn. */
  readonly standing: number;
  readonly withdrawn: number;
  /** Formats that the standing ones have. */
  readonly formats: readonly string[];
  readonly winners: readonly RememberedWinner[];
  /** Standing ones that the filters leave. */
  readonly matching: number;
  /** What is missing from the answer and why; null where nothing is. */
  readonly failure: string | null;
}

export interface FatigueReport extends Omit<FatigueView, 'ads'> {
  /** Accounts with ads, those with most tired ones first. */
  readonly accounts: readonly { readonly account_id: string; readonly ads: number; readonly tired: number }[];
  readonly account_id: string | null;
  readonly ads: readonly (AdFatigue & { readonly name: string; readonly like_name: string | null })[];
}
