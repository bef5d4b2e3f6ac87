/** What the operations on models answer, as schemas. */
import { z } from 'zod';
import type { AccountModels, AskedRollback } from './models-view.ts';

const text = z.string();
const num = z.number();

const model = z.object({
  model_id: text,
  status: text,
  why: text,
  in_use: z.boolean(),
  kept: z.boolean(),
  features_version: num,
  rows: num,
  held_back_rows: num,
  held_back_ads: num,
  challenger_loss: num.nullable(),
  champion_loss: num.nullable(),
  baseline_loss: num.nullable(),
  difference: num.nullable(),
  difference_low: num.nullable(),
  difference_high: num.nullable(),
  from_ms: num,
  to_ms: num,
  at_ms: num,
});

export const accountModels: z.ZodType<AccountModels> = z.object({
  account_id: text,
  champion: text.nullable(),
  lineage: z.array(
    z.object({
      model_id: text.nullable(),
      replaced: text.nullable(),
      how: z.enum(['trained', 'rollback']),
      at_ms: num,
    }),
  ),
  needed_rows: num,
  trained: z.array(model),
});

export const askedRollback: z.ZodType<AskedRollback> = z.object({
  account_id: text,
  to_model_id: text.nullable(),
  reason: text,
  request_id: text,
});
