/**
 * The closed vocabulary of creatives (`docs/dna.md`). Every trait also has `unknown`, where nothing is known, and
 * `other`, where something is known that the vocabulary has no word for. A change here raises the extractor's version.
 */
import { hook_families, hook_tactic_names } from './hooks.ts';
import { meta_calls } from './meta-calls.ts';

/** What a trait speaks of; similarity gives each aspect the same weight, however many traits it has. */
export type Aspect = 'hook' | 'psychology' | 'offer' | 'picture' | 'pacing' | 'sound' | 'wording';

export interface TraitSpec {
  readonly aspect: Aspect;
  /** A creative may have several of its values at once. */
  readonly many?: true;
  /** The values are in order, so neighbours are alike. */
  readonly ordered?: true;
  readonly values: readonly string[];
}

const yesOrNo = { aspect: 'wording', values: ['no', 'yes'] } as const;
const noneToSeveral = { aspect: 'wording', ordered: true, values: ['none', 'one', 'several'] } as const;

export const taxonomy = {
  hook: { aspect: 'hook', many: true, values: hook_tactic_names },
  hook_family: { aspect: 'hook', many: true, values: hook_families },
  trigger: {
    aspect: 'psychology',
    many: true,
    values: [
      'curiosity_gap',
      'pain_agitation',
      'social_proof',
      'identity',
      'urgency_stakes',
      'pattern_interrupt',
      'aspiration',
      'myth_busting',
    ],
  },
  emotion: {
    aspect: 'psychology',
    many: true,
    values: ['joy', 'fear', 'surprise', 'trust', 'anger', 'sadness', 'anticipation', 'neutral'],
  },
  awareness: {
    aspect: 'psychology',
    ordered: true,
    values: ['unaware', 'problem_aware', 'solution_aware', 'product_aware', 'most_aware'],
  },
  sentiment: { aspect: 'psychology', ordered: true, values: ['negative', 'neutral', 'positive'] },
  offer: {
    aspect: 'offer',
    many: true,
    values: ['percent', 'amount', 'free', 'free_trial', 'free_shipping', 'bogo', 'guarantee', 'none'],
  },
  call_to_action: { aspect: 'offer', values: meta_calls },
  call_wording: {
    aspect: 'offer',
    values: ['buy', 'learn', 'sign_up', 'try', 'claim', 'book', 'download', 'contact', 'watch', 'join'],
  },
  format: { aspect: 'picture', values: ['image', 'video', 'carousel', 'text'] },
  visual: {
    aspect: 'picture',
    many: true,
    values: [
      'asmr',
      'before_after',
      'behind_scenes',
      'billboard',
      'case_study',
      'cinematic_broll',
      'comment_response',
      'demo',
      'expert_explainer',
      'feature_benefit_callout',
      'founder',
      'greenscreen',
      'grid_swap',
      'how_to',
      'letter',
      'lifestyle',
      'listicle',
      'meme',
      'native_text_overlay',
      'nostalgia',
      'notes_app',
      'one_shot',
      'product_only',
      'talking_head',
      'testimonial',
      'ugc',
      'unboxing',
    ],
  },
  people: { aspect: 'picture', many: true, values: ['none', 'face', 'hands', 'group'] },
  text_overlay: { aspect: 'picture', ordered: true, values: ['none', 'light', 'heavy'] },
  overlay_timing: { aspect: 'picture', ordered: true, values: ['first_3_s', 'later'] },
  brand_first_seen: { aspect: 'picture', ordered: true, values: ['first_3_s', '3_to_5_s', 'later'] },
  aspect_ratio: { aspect: 'picture', ordered: true, values: ['9_16', '4_5', '1_1', '16_9', '191_100'] },
  duration: {
    aspect: 'pacing',
    ordered: true,
    values: ['up_to_6_s', '7_to_15_s', '16_to_30_s', '31_to_60_s', 'over_60_s'],
  },
  shots: { aspect: 'pacing', ordered: true, values: ['1', '2_to_4', '5_to_9', '10_or_more'] },
  first_shot: { aspect: 'pacing', ordered: true, values: ['under_1_s', '1_to_2_s', '2_to_3_s', '3_s_or_more'] },
  shots_in_3_s: { aspect: 'pacing', ordered: true, values: ['1', '2', '3_or_more'] },
  shots_in_5_s: { aspect: 'pacing', ordered: true, values: ['1', '2', '3_to_4', '5_or_more'] },
  tempo: { aspect: 'pacing', ordered: true, values: ['slow', 'medium', 'fast'] },
  audio: { aspect: 'sound', many: true, values: ['none', 'music', 'voice_over', 'dialogue', 'sound_effects', 'asmr'] },
  sound_off: { aspect: 'sound', values: ['legible', 'needs_sound'] },
  speaker: {
    aspect: 'sound',
    values: ['none', 'customer', 'creator', 'founder', 'expert', 'celebrity', 'actor', 'animated'],
  },
  speech_rate: { aspect: 'sound', ordered: true, values: ['slow', 'medium', 'fast'] },
  language: {
    aspect: 'wording',
    values: ['en', 'es', 'de', 'fr', 'it', 'pt', 'nl', 'ja', 'zh', 'ko', 'ar', 'ru'],
  },
  words: { aspect: 'wording', ordered: true, values: ['1_to_5', '6_to_9', '10_to_13', '14_to_17', '18_or_more'] },
  characters: {
    aspect: 'wording',
    ordered: true,
    values: ['up_to_40', '41_to_60', '61_to_80', '81_to_100', 'over_100'],
  },
  sentences: { aspect: 'wording', ordered: true, values: ['1', '2', '3_or_more'] },
  body_words: { aspect: 'wording', ordered: true, values: ['none', '1_to_20', '21_to_60', 'over_60'] },
  readability: { aspect: 'wording', ordered: true, values: ['hard', 'medium', 'easy'] },
  casing: { aspect: 'wording', values: ['lower', 'sentence', 'title', 'upper'] },
  question: yesOrNo,
  number: yesOrNo,
  second_person: yesOrNo,
  first_person: yesOrNo,
  negation: yesOrNo,
  quote: yesOrNo,
  listicle: yesOrNo,
  exclamation: yesOrNo,
  ellipsis: yesOrNo,
  emphasis: yesOrNo,
  emoji: noneToSeveral,
  power_words: noneToSeveral,
} as const satisfies Record<string, TraitSpec>;

export type TraitName = keyof typeof taxonomy;
export type ValueOf<T extends TraitName> = (typeof taxonomy)[T]['values'][number] | 'other' | 'unknown';

export const isTrait = (name: string): name is TraitName => Object.hasOwn(taxonomy, name);
/** In the order in which a DNA lists them. */
export const trait_names: readonly TraitName[] = Object.keys(taxonomy).filter(isTrait);
export const specOf = (trait: TraitName): TraitSpec => taxonomy[trait];

/** human: somebody said so; fact: it was measured or given; model: a model said so; rule: read from the copy. */
export type Source = 'human' | 'fact' | 'model' | 'rule';

/** One value of one trait. */
export interface Trait {
  readonly trait: TraitName;
  readonly value: string;
  /** How often such a value is right, fraction in [0, 1]; 0 for unknown. */
  readonly confidence: number;
  readonly source: Source;
}

/** A value of a trait; the compiler holds it to the vocabulary. */
export const found = <T extends TraitName>(
  trait: T,
  value: ValueOf<T>,
  confidence: number,
  source: Source = 'rule',
): Trait => ({ trait, value, confidence, source });
