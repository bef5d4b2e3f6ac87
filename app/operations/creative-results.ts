/** What operations answer of creatives, as schemas: another process's answer is checked before it is believed. */
import { z } from 'zod';
import { isTrait } from '../../learning/dna/taxonomy.ts';
import type { ScoreView, WhyView } from '../../processors/creative-dna/views.ts';

const text = z.string();
const num = z.number();
const effect = { effect: num, low: num, high: num };
const standing = z.enum(['associated', 'unknown']);
const trait = z.string().refine(isTrait, 'is no trait of the taxonomy');

export const creativeScore: z.ZodType<ScoreView> = z.object({
  fingerprint: text,
  experiments: num,
  score: z.object({
    ...effect,
    parts: z.array(z.object({ name: text, ...effect, standing })),
    unknown: z.array(text),
  }),
  words: text,
  suggestions: z.array(
    z.object({ trait, from: text.nullable(), to: text.nullable(), ...effect, experiments: num, words: text }),
  ),
  unknown: z.array(text),
});

export const whyWon: z.ZodType<WhyView | null> = z
  .object({
    ad_id: text,
    ...effect,
    observed: num.nullable(),
    reasons: z.array(z.object({ trait, winner: z.array(text), rivals: z.array(text), ...effect, standing })),
    unknown: z.array(trait),
    words: z.array(text),
  })
  .nullable();
