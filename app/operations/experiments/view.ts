/** Experiments as they are listed and shown. */
import type { ExperimentDeclared, Provenance } from '../../../schemas/index.ts';

type Design = ExperimentDeclared['design'];
type Metric = ExperimentDeclared['primary_metric'];

/** A goal that is not reached yet: `have` of `need` hours of calibration, closed blocks, or impressions of each ad. */
export interface WaitsFor {
  readonly what: 'calibration' | 'blocks' | 'impressions';
  readonly have: number;
  readonly need: number;
}

/** One experiment as a row of a list: where it stands, in numbers and words. */
export interface ExperimentRow {
  readonly account_id: string;
  readonly experiment_id: string;
  readonly campaign_id: string;
  readonly name: string;
  readonly provenance: Provenance;
  readonly design: Design;
  readonly primary_metric: Metric;
  /** Of its evidence. */
  readonly status: string;
  readonly announced: 'winner' | 'withdrawn' | null;
  /** When it was announced or taken back; null while neither. `reason` is as of then. */
  readonly announced_ms: number | null;
  /** In a word, and what a list is filtered by: `announced`, else `ended` where its plan is over, else `status`. */
  readonly standing: string;
  readonly leading_ad_id: string | null;
  readonly leading_name: string | null;
  readonly e_value: number;
  /** What a winner was held against; else what it needs now, which falls with each winner of its family. */
  readonly threshold: number;
  readonly impressions: number;
  readonly smallest_arm_impressions: number;
  readonly needed_impressions: number;
  /** What it still has to collect before it may be decided, where that is several things the slowest. */
  readonly waits_for: WaitsFor | null;
  /** Days until it has that at its pace; 0 where it waits for nothing, null where that cannot be said. */
  readonly days_left: number | null;
  readonly reason: string;
  /** Its evidence is as of this time. */
  readonly at_ms: number;
}

export interface SeriesPoint {
  readonly at_ms: number;
  readonly [line: string]: number;
}

/** Which experiments are asked for; all where left out. */
export interface ExperimentFilter {
  readonly account_id?: string;
  readonly status?: string;
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

/** Some of the experiments, and how many there are. */
export interface ExperimentPage {
  readonly rows: readonly ExperimentRow[];
  readonly total: number;
  /** What to ask for the next ones `after`; null at the end. */
  readonly next: string | null;
}

export interface ExperimentDetail extends ExperimentRow {
  readonly decision_id: string | null;
  readonly arms: readonly {
    readonly ad_id: string;
    readonly adset_id: string;
    readonly name: string;
    readonly headline: string | null;
    readonly impressions: number;
    /** Successes of `primary_metric`: link clicks for `link_ctr`, conversions for all others. */
    readonly clicks: number;
    /** `primary_metric` itself: link clicks per impression for `link_ctr`. */
    readonly rate: number;
    readonly e_value: number;
    /** Share of the budget proposed last, and the probability of being best; null before the first proposal. */
    readonly share: number | null;
    readonly p_best: number | null;
    /** True link click rate of a simulated ad now, fatigue and drift included; null for all others. */
    readonly true_rate: number | null;
  }[];
  /** e-value of each arm over time (log10). */
  readonly evidence: readonly SeriesPoint[];
  /** Proposed share of each arm's ad set over time. */
  readonly shares: readonly SeriesPoint[];
  /** P(best) of each arm's ad set over time. */
  readonly p_best: readonly SeriesPoint[];
  /** `loss`: what the proposed split was expected to lose against showing the best alone, in clicks per impression. */
  readonly expected_loss: readonly SeriesPoint[];
  /** What the last proposal held of each ad set's click rate; null before the first. */
  readonly posteriors: { readonly at_ms: number; readonly arms: readonly Posterior[] } | null;
}

/** What is thought of an ad set's rate: mean and 95 % interval, fractions. */
export interface Posterior {
  readonly adset_id: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly p_best: number;
  readonly share: number;
  /** Clicks per impression that showing it alone is expected to lose. */
  readonly expected_loss: number;
}
