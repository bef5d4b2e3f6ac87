/** What operations answer of creatives, as schemas: another process's answer is checked before it is believed. */
import { z } from 'zod';
import { isTrait } from '../../../learning/dna/taxonomy.ts';
import type { ApplicationsView } from '../../../processors/creative-dna/applications.ts';
import type { ScoreView, WhyView } from '../../../processors/creative-dna/views.ts';

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

const span = z.object({ low: num, high: num });
const verdict = z.enum(['better', 'worse', 'not_told_apart', 'waiting']);
const madeFrom = z.object({
  ad_id: text,
  trait: text.nullable(),
  from: text.nullable(),
  to: text.nullable(),
  suggested_by: z.enum(['score', 'fatigue', 'playbook', 'person', 'unknown']),
  decision_id: text.nullable(),
});
const outcome = z.object({
  experiment_id: text,
  against: z.enum(['source', 'rivals']),
  ...effect,
  impressions: num,
  clicks: num,
  predicted: span.nullable(),
  at_ms: num,
});

export const applicationsShape: z.ZodType<ApplicationsView> = z.object({
  account_id: text,
  applications: num,
  verdicts: z.record(verdict, num),
  holding: z.object({
    judged: num,
    status: z.enum(['told', 'too_few']),
    inside: span.extend({ share: num }).nullable(),
    expected: num.nullable(),
    observed: z.object(effect).nullable(),
  }),
  words: text,
  rows: z.array(
    z.object({
      ad_id: text,
      made_from: madeFrom,
      expected: z.object({ ...effect, differs: z.array(text) }).nullable(),
      expected_ms: num,
      outcome: outcome.nullable(),
      verdict,
      inside: z.boolean().nullable(),
    }),
  ),
});
