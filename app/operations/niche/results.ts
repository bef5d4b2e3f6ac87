/** What the operations on niches answer, as schemas. */
import { z } from 'zod';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import type { AccountChanged } from '../../../schemas/index.ts';
import type { NicheStanding } from './view.ts';

const text = z.string();
const num = z.number();
const status = z.enum(['released', 'too_few_businesses', 'left']);
const effect = { trait: text, value: text, effect: num, low: num, high: num };

export const nicheView: z.ZodType<NicheView> = z.object({
  account_id: text,
  business_id: text.nullable(),
  shares: z.boolean(),
  niche: z.object({ niche: text, confidence: num, source: z.enum(['people', 'creatives']) }).nullable(),
  votes: z.array(z.object({ niche: text, creatives: num })),
  given: z
    .object({
      ads: num,
      impressions: num,
      rate: num.nullable(),
      effects: z.array(z.object({ trait: text, value: text, effect: num, experiments: num })),
    })
    .nullable(),
  pattern: z
    .object({
      niche: text,
      release: num,
      status,
      businesses: num,
      needed: num,
      traits: z.array(z.object({ ...effect, status: z.enum(['released', 'too_few_accounts']) })),
      mean_rate: num.nullable(),
      mean_rate_log_sd: num.nullable(),
      accounts_log_sd: num.nullable(),
      at_ms: num,
      policy_version: text,
    })
    .nullable(),
  benchmarks: z.object({ p25: num, p50: num, p75: num, p90: num, standing: num.nullable() }).nullable(),
  playbook: z.array(z.object({ ...effect, businesses: num, own_experiments: num })),
  words: text,
});

export const nicheStandings: z.ZodType<readonly NicheStanding[]> = z.array(
  z.object({
    niche: text,
    accounts: num,
    businesses: num,
    releases: num,
    status: status.nullable(),
    needed: num.nullable(),
  }),
);

export const accountChanged: z.ZodType<AccountChanged> = z.object({
  account_id: text,
  business_id: text,
  shares: z.boolean(),
  niche: text.nullable(),
  changed_ms: num,
});
