/** What operations on variations answer, as schemas. */
import { z } from 'zod';
import type { VariationDecided } from '../../../schemas/index.ts';
import type { VariationQueue } from './variation-view.ts';

const text = z.string();
const maybe = text.nullable();
const num = z.number();

const row = z.object({
  variation_id: text,
  status: z.enum(['open', 'approved', 'skipped', 'made', 'testing', 'withdrawn']),
  place: num.nullable(),
  winner: z.object({ ad_id: text, experiment_id: text, lift: num }),
  winner_name: text,
  ...{ trait: text, from: maybe, to: maybe },
  ...{ effect: num, low: num, high: num, experiments: num, score: num, information: num },
  words: text,
  decided: z.object({ by: maybe, reason: maybe, at_ms: num }).nullable(),
  made_ad_id: maybe,
  experiment_id: maybe,
  proposed_ms: num,
  made_from: z.object({
    ...{ ad_id: text, trait: text, from: maybe, to: maybe },
    suggested_by: z.literal('score'),
    decision_id: z.null(),
  }),
});

export const variationQueue: z.ZodType<VariationQueue> = z.object({
  account_id: text,
  rows: z.array(row),
  waiting: num,
  words: text,
});

export const variationDecision: z.ZodType<VariationDecided> = z.object({
  account_id: text,
  variation_id: text,
  action: z.enum(['approve', 'skip', 'reopen', 'move']),
  before_variation_id: maybe,
  decided_by: maybe,
  reason: maybe,
  at_ms: num,
});
