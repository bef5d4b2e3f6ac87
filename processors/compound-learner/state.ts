/**
 * What the loop remembers of an account. Its state is small: how much each expert counts, and which ads are due. What it
 * knows of traits, of the niche and of each ad are parts.
 */
import { equalWeights, type Weights } from '../../learning/ensemble/fixed-share.ts';
import { identity, type Calibration } from '../../learning/ensemble/recalibration.ts';
import { no_agreement, type Agreement } from '../../learning/memory/trust.ts';
import type { TreeArrays } from '../../learning/trees/trees.ts';
import type { Day } from '../../learning/improvement/trajectory.ts';
import type { DnaFormulaUpdated, NichePatternUpdated, PredictionMade, PredictionStage } from '../../schemas/index.ts';
import { emptyRegistry, type Registry } from './registry.ts';
import { storedPart } from '../parts.ts';

/** In the order of all weights and votes. */
export const experts = [
  'bandit',
  'trees',
  'dna',
] as const satisfies readonly PredictionMade['experts'][number]['expert'][];
export const stages = ['cold', 'day_1', 'day_3'] as const satisfies readonly PredictionStage[];

/** A prediction that is to be made, or an ad that is to be forgotten because it was never shown. */
export interface Due {
  readonly ad_id: string;
  readonly stage: PredictionStage | 'forgotten';
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
}

/** What is learned from the actuals of ads that were predicted at one age. */
export interface StageLearning {
  readonly weights: Weights;
  readonly actuals: number;
  /** Factor on the width of intervals. */
  readonly stretch: number;
}

/** What a predictor without any learning since would say: frozen once there is something to freeze. */
export interface Control {
  /** Mean click rate of the account, fraction. */
  readonly rate: number;
  readonly shape: number;
  readonly since_ms: number;
}

export interface AccountState {
  readonly stages: { readonly [S in PredictionStage]: StageLearning };
  readonly calibration: Calibration;
  readonly control: Control | null;
  /** Which model of the trees is in use, and how it came to be. */
  readonly registry: Registry;
  readonly due: readonly Due[];
  /** Predictions made so far: the number of the next one. */
  readonly predictions: number;
}

export const initialAccount = (): AccountState => {
  const stage = { weights: equalWeights(experts.length), actuals: 0, stretch: 1 };
  return {
    stages: { cold: stage, day_1: stage, day_3: stage },
    calibration: identity,
    control: null,
    registry: emptyRegistry,
    due: [],
    predictions: 0,
  };
};

export type Recall = {
  readonly prior_log_lift: number | null;
  readonly nearest: { readonly ad_id: string; readonly score: number; readonly lift: number } | null;
};

/** An ad that is still to be predicted. */
export interface AdPart {
  readonly kind: 'ad';
  readonly campaign_id: string;
  readonly experiment_id: string | null;
  /** Its DNA, `trait=value`. */
  readonly traits: readonly string[];
  /** What memory said; null before it did. */
  readonly recall: Recall | null;
  /** Why memory could not answer, or only in part; absent where it did, or has not yet. */
  readonly recall_failure?: string;
  readonly impressions: number;
  readonly clicks: number;
  /** Start of its first window with impressions; null before. UTC epoch milliseconds. */
  readonly first_ms: number | null;
  /** Days with a book, since the epoch, by context. */
  readonly books: readonly { readonly day: number; readonly context: string }[];
}

/** Snapshots of one day of an ad in one context: impressions and link clicks. */
export interface BookPart {
  readonly kind: 'book';
  readonly rows: readonly number[];
}

/** What the ads of the account got while they were young, and what their traits lead to expect on average. */
export interface BaselinePart {
  readonly kind: 'baseline';
  readonly impressions: number;
  readonly clicks: number;
  /** Mean effect of the traits of the last ads, on the log scale: the account's mean has it in it already. */
  readonly trait_mean: number;
  readonly trait_ads: number;
}

export const empty_baseline: BaselinePart = {
  kind: 'baseline',
  impressions: 0,
  clicks: 0,
  trait_mean: 0,
  trait_ads: 0,
};

/** What memory led to expect of the last ads on average: winners only are remembered, so that it seldom expects less. */
export interface RecallsPart {
  readonly kind: 'recalls';
  /** Mean expected lift on the log scale; an ad that resembles no winner counts as 0. */
  readonly mean_log_lift: number;
  readonly ads: number;
  /** How far what it led to expect came true. */
  readonly agreement: Agreement;
}

export const empty_recalls: RecallsPart = { kind: 'recalls', mean_log_lift: 0, ads: 0, agreement: no_agreement };

export interface FormulaPart {
  readonly kind: 'formula';
  readonly experiments: number;
  readonly effects: DnaFormulaUpdated['traits'];
}

export interface NichePart {
  readonly kind: 'niche';
  readonly pattern: NichePatternUpdated;
}

/** A model of the trees. */
export interface ModelPart {
  readonly kind: 'model';
  readonly model_id: string;
  readonly features_version: number;
  readonly columns: number;
  readonly trees: TreeArrays;
}

/** The last actuals, oldest first, three numbers each: mixture before calibration, impressions, clicks. */
export interface MaturedPart {
  readonly kind: 'matured';
  readonly rows: readonly number[];
}

/** Losses of a day, sums over its actuals weighted by impressions. */
export interface DayLosses extends Day {
  readonly impressions: number;
  readonly live: number;
  readonly control: number;
  readonly baseline: number;
}

export interface DaysPart {
  readonly kind: 'days';
  readonly days: readonly DayLosses[];
}

export type Part =
  AdPart | BookPart | BaselinePart | RecallsPart | FormulaPart | NichePart | ModelPart | MaturedPart | DaysPart;

/** Version 1 did not know how far memory came true. */
export function partUpcast(stored: unknown): Part {
  const part = storedPart<Part>(stored);
  return part.kind === 'recalls' ? { ...part, agreement: no_agreement } : part;
}

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const adName = (ad_id: string): string => `ad${separator}${ad_id}`;
export const bookName = (ad_id: string, day: number, context: string): string =>
  `book${separator}${ad_id}${separator}${day}${separator}${context}`;
export const modelName = (model_id: string): string => `model${separator}${model_id}`;
export const baseline_name = 'baseline';
export const recalls_name = 'recalls';
export const formula_name = 'formula';
export const niche_name = 'niche';
export const matured_name = 'matured';
export const days_name = 'days';
