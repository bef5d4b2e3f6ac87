/** Traits that are given, not read: format, length, cuts, sound, people, what lies over the picture. */
import type { Creative } from './creative.ts';
import { wordsOf } from './text.ts';
import { found, specOf, type Trait, type TraitName } from './taxonomy.ts';

/** The last value whose lower limit is reached; limits and values are in the same order. */
function bucket(trait: TraitName, amount: number, from: readonly number[]): Trait {
  const { values } = specOf(trait);
  let at = 0;
  for (const [i, least] of from.entries()) if (amount >= least) at = i + 1;
  return { trait, value: values[at] ?? 'other', confidence: 1, source: 'fact' };
}

const bucketOf = (trait: TraitName, amount: number | null, from: readonly number[]): readonly Trait[] =>
  amount === null ? [] : [bucket(trait, amount, from)];

/** A value as it was given: `other` where the vocabulary does not have it, nothing where it is not known. */
function given(trait: TraitName, value: string): readonly Trait[] {
  if (value === 'unknown' || value === '') return [];
  const known = specOf(trait).values.includes(value);
  return [{ trait, value: known ? value : 'other', confidence: 1, source: 'fact' }];
}

/** Of a list given as facts, a symbol of a newer release arrives as `unknown`: something is known, not what. */
const each = (trait: TraitName, values: readonly string[]): readonly Trait[] =>
  [...new Set(values)].flatMap((value) => given(trait, value === 'unknown' ? 'other' : value));

const ratios = [
  ['9_16', 9 / 16],
  ['4_5', 4 / 5],
  ['1_1', 1],
  ['16_9', 16 / 9],
  ['191_100', 1.91],
] as const;
/** Crops are a few pixels off; 16:9 and 1.91:1 are 7 % apart. */
const ratio_tolerance = 0.03;

function aspectRatio(width: number | null, height: number | null): readonly Trait[] {
  if (width === null || height === null) return [];
  const near = ratios.find(([, ratio]) => Math.abs(width / height / ratio - 1) <= ratio_tolerance);
  return [found('aspect_ratio', near?.[0] ?? 'other', 1, 'fact')];
}

/** Cuts a second: above .5 is fast, above .2 medium. A video of one shot has no cuts. */
function tempo(duration_ms: number | null, shots: number | null): readonly Trait[] {
  if (duration_ms === null || shots === null) return [];
  const cuts_per_s = (shots - 1) / (duration_ms / 1_000);
  return [found('tempo', cuts_per_s > 0.5 ? 'fast' : cuts_per_s > 0.2 ? 'medium' : 'slow', 1, 'fact')];
}

/** Words a minute: people read aloud at about 150; below 110 is slow, above 180 fast. */
function speechRate(transcript: string | null, duration_ms: number | null): readonly Trait[] {
  const words = wordsOf(transcript ?? '').length;
  if (words === 0 || duration_ms === null) return [];
  return bucketOf('speech_rate', words / (duration_ms / 60_000), [110, 180]);
}

/** As given; else, where the overlay's words are known, none, light (up to 12 words) or heavy. */
function overlay({ text_overlay, overlay_text }: Creative): readonly Trait[] {
  if (text_overlay !== 'unknown') return given('text_overlay', text_overlay);
  if (overlay_text === null) return [];
  const words = wordsOf(overlay_text).length;
  return [found('text_overlay', words === 0 ? 'none' : words <= 12 ? 'light' : 'heavy', 0.8)];
}

const soundOff = (legible: boolean | null): readonly Trait[] =>
  legible === null ? [] : [found('sound_off', legible ? 'legible' : 'needs_sound', 1, 'fact')];

/** All that follows from the facts; a trait of which nothing is given is not there. */
export const factTraits = (creative: Creative): readonly Trait[] => [
  ...given('call_to_action', (creative.call_to_action ?? '').toLowerCase()),
  ...given('format', creative.format),
  ...each('people', creative.people),
  ...overlay(creative),
  ...bucketOf('overlay_timing', creative.overlay_first_ms, [3_000]),
  ...bucketOf('brand_first_seen', creative.brand_first_seen_ms, [3_000, 5_000]),
  ...aspectRatio(creative.width_px, creative.height_px),
  ...bucketOf('duration', creative.duration_ms, [6_500, 15_500, 30_500, 60_500]),
  ...bucketOf('shots', creative.shots, [2, 5, 10]),
  ...bucketOf('first_shot', creative.first_shot_ms, [1_000, 2_000, 3_000]),
  ...bucketOf('shots_in_3_s', creative.shots_in_3_s, [2, 3]),
  ...bucketOf('shots_in_5_s', creative.shots_in_5_s, [2, 3, 5]),
  ...tempo(creative.duration_ms, creative.shots),
  ...each('audio', creative.audio),
  ...soundOff(creative.sound_off_legible),
  ...given('speaker', creative.speaker),
  ...speechRate(creative.transcript, creative.duration_ms),
  ...given('language', creative.language ?? ''),
];
