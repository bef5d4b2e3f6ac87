/**
 * What the group remembers of an account: sums over its experiments, in a part of its own because it is large; of each
 * experiment what of it is in the sums, so that it can be taken out; of each ad its DNA; of
 * each ad that was made from another one what was expected of it and what came of it.
 */
import type { Expected, Result } from '../../../learning/dna/formula/application.ts';
import type { Arm, Working } from '../../../learning/dna/formula/contrast.ts';
import type { PriorEffect } from '../../../learning/dna/formula/posterior.ts';
import { noSums, type Sums } from '../../../learning/dna/formula/sums.ts';
import type { MadeFrom } from '../../../schemas/index.ts';

/** The DNA that an ad was last read with. */
export interface AdPart {
  readonly kind: 'ad';
  readonly extractor_version: number;
  readonly fingerprint: string;
  /** What the formula weighs of it, `trait=value`. */
  readonly values: readonly string[];
}

export interface ReadArm extends Arm {
  readonly ad_id: string;
  readonly extractor_version: number;
  readonly fingerprint: string;
}

export interface ExperimentPart {
  readonly kind: 'experiment';
  /** The ads of the last evidence whose DNA is known. */
  readonly arms: readonly ReadArm[];
  /**
   * What is in the sums, with the settings that it was put in with; null where nothing is. It is taken out by working it
   * out again: a change of `contrastOf` needs a new version of the group's parts, whose upcast forgets the sums.
   */
  readonly counted: { readonly arms: readonly Arm[]; readonly working: Working } | null;
  /** An ad was changed while the experiment ran: its numbers belong to two creatives, and are never counted again. */
  readonly changed: boolean;
}

export interface SumsPart {
  readonly kind: 'sums';
  readonly sums: Sums;
}

/** Effects as last told, by `trait=value`. */
export interface ToldPart {
  readonly kind: 'told';
  readonly effects: Readonly<Record<string, number>>;
}

/** What the account's niche says of effects: where its own experiments say little, effects are drawn to these. */
export interface NichePart {
  readonly kind: 'niche';
  readonly niche: string;
  /** By `trait=value`. */
  readonly effects: Readonly<Record<string, PriorEffect>>;
}

/** What came of an application, by the data of one experiment. */
export interface Outcome extends Result {
  readonly experiment_id: string;
  /** Whom it is compared with: the ad it was made from, or all its rivals where that one did not run beside it. */
  readonly against: 'source' | 'rivals';
  /** Where the outcome should lie by what was expected; null against rivals, of which nothing was expected. */
  readonly predicted: { readonly low: number; readonly high: number } | null;
  readonly at_ms: number;
}

/** An ad that was made from another one: what was expected of the change, and what came of it. */
export interface ApplicationPart {
  readonly kind: 'application';
  readonly ad_id: string;
  readonly made_from: MadeFrom;
  /** By the formula of that time; null where the DNA of the ad that it was made from was not known, or read by other rules. */
  readonly expected: Expected | null;
  readonly expected_ms: number;
  /** Null as long as no experiment that can be counted compared it. */
  readonly outcome: Outcome | null;
}

export type Part = AdPart | ExperimentPart | SumsPart | ToldPart | NichePart | ApplicationPart;

/** A winner that was announced. */
export interface Winning {
  readonly ad_id: string;
  readonly experiment_id: string;
  /** Over its best rival when it won, shrunken, fraction. */
  readonly lift: number;
}

export interface AccountState {
  /** Newest version of the rules that any ad was read with; 0 before the first. */
  readonly extractor_version: number;
  /** Impressions that were in the sums when effects were last worked out; 0 before the first time. */
  readonly worked_out_at: number;
  /** Winners of which no change was known to go with more clicks when they won. */
  readonly waiting: readonly Winning[];
}

export const initialAccount = (): AccountState => ({ extractor_version: 0, worked_out_at: 0, waiting: [] });

/** Version 1 proposed nothing. */
export function accountUpcast(stored: unknown): AccountState {
  const field = (name: string): number => {
    const found: unknown = typeof stored === 'object' && stored !== null ? Reflect.get(stored, name) : undefined;
    if (typeof found !== 'number') throw new Error(`field ${name} is no number`);
    return found;
  };
  return { extractor_version: field('extractor_version'), worked_out_at: field('worked_out_at'), waiting: [] };
}
export const initialSums = (): Part => ({ kind: 'sums', sums: noSums });

/** Ids hold no control characters, so names made with one are unambiguous. */
const separator = '\u001f';

export const adName = (ad_id: string): string => `ad${separator}${ad_id}`;
export const applicationName = (ad_id: string): string => `application${separator}${ad_id}`;
export const experimentName = (experiment_id: string): string => `experiment${separator}${experiment_id}`;
export const sums_name = 'sums';
export const told_name = 'told';
export const niche_name = 'niche';

type Parts = ReadonlyMap<string, Part>;

export function adOf(parts: Parts, ad_id: string): AdPart | null {
  const part = parts.get(adName(ad_id));
  return part?.kind === 'ad' ? part : null;
}

export function applicationOf(parts: Parts, ad_id: string): ApplicationPart | null {
  const part = parts.get(applicationName(ad_id));
  return part?.kind === 'application' ? part : null;
}

export function experimentOf(parts: Parts, experiment_id: string): ExperimentPart | null {
  const part = parts.get(experimentName(experiment_id));
  return part?.kind === 'experiment' ? part : null;
}

export function sumsOf(parts: Parts): Sums {
  const part = parts.get(sums_name);
  return part?.kind === 'sums' ? part.sums : noSums;
}

export function toldOf(parts: Parts): ToldPart['effects'] {
  const part = parts.get(told_name);
  return part?.kind === 'told' ? part.effects : {};
}

/** What the niche says of effects; nothing where it says nothing. */
export function nicheEffects(parts: Parts): ReadonlyMap<string, PriorEffect> {
  const part = parts.get(niche_name);
  return new Map(part?.kind === 'niche' ? Object.entries(part.effects) : []);
}
