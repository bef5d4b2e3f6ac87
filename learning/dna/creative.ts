/** What an extraction is given: the copy, and the facts where they are known. `ad.created` has these fields. */

export interface Tag {
  readonly trait: string;
  readonly value: string;
  readonly confidence: number;
  readonly source: string;
}

export interface Creative {
  readonly headline: string | null;
  readonly primary_text: string | null;
  /** Meta `call_to_action.type`. */
  readonly call_to_action: string | null;
  readonly call_to_action_text: string | null;
  readonly format: string;
  /** ISO 639-1. */
  readonly language: string | null;
  readonly width_px: number | null;
  readonly height_px: number | null;
  readonly duration_ms: number | null;
  readonly shots: number | null;
  readonly first_shot_ms: number | null;
  readonly shots_in_3_s: number | null;
  readonly shots_in_5_s: number | null;
  readonly brand_first_seen_ms: number | null;
  readonly transcript: string | null;
  readonly audio: readonly string[];
  readonly sound_off_legible: boolean | null;
  readonly people: readonly string[];
  readonly speaker: string;
  readonly text_overlay: string;
  readonly overlay_text: string | null;
  readonly overlay_first_ms: number | null;
  readonly tags: readonly Tag[];
}

/** A creative of which nothing is known but this headline. */
export const headlineOnly = (headline: string): Creative => ({
  headline,
  primary_text: null,
  call_to_action: null,
  call_to_action_text: null,
  format: 'unknown',
  language: null,
  width_px: null,
  height_px: null,
  duration_ms: null,
  shots: null,
  first_shot_ms: null,
  shots_in_3_s: null,
  shots_in_5_s: null,
  brand_first_seen_ms: null,
  transcript: null,
  audio: [],
  sound_off_legible: null,
  people: [],
  speaker: 'unknown',
  text_overlay: 'unknown',
  overlay_text: null,
  overlay_first_ms: null,
  tags: [],
});
