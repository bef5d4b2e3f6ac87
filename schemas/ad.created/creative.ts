/** What is known of a creative beside its copy, for those who write `ad.created`. */
import type { AdCreated } from '../generated/types.ts';

export type CreativeFacts = Pick<
  AdCreated,
  | 'call_to_action_text'
  | 'language'
  | 'width_px'
  | 'height_px'
  | 'duration_ms'
  | 'shots'
  | 'first_shot_ms'
  | 'shots_in_3_s'
  | 'shots_in_5_s'
  | 'brand_first_seen_ms'
  | 'transcript'
  | 'audio'
  | 'sound_off_legible'
  | 'people'
  | 'speaker'
  | 'text_overlay'
  | 'overlay_text'
  | 'overlay_first_ms'
  | 'tags'
  | 'made_from'
>;

/** Nothing: a producer spreads it and overwrites what it truly knows. */
export const noCreativeFacts: CreativeFacts = {
  call_to_action_text: null,
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
  made_from: [],
};
