/** Rules of the section `evidence`. */
import { z } from 'zod';
import type { EvidencePolicy } from './evidence.ts';
import type { Shape } from './shape.ts';

const fraction = z.number().min(0).max(1);

/** The rule of each field of `evidence`. */
export const evidence = {
  alpha: z.number().gt(0).max(0.2),
  planned_experiments: z.int().min(1).max(10_000),
  min_impressions_per_arm: z.int().min(0),
  min_blocks: z.int().min(2),
  block_expected_clicks: z.number().min(10),
  randomised_block_expected_clicks: z.number().min(10),
  log_ratio_sd: z.number().gt(0).max(2),
  safety_factor: z.number().min(1).max(100),
  correlated_safety_factor: z.number().min(1).max(100),
  conversion_value_cap_minor: z.int().min(0),
  t_mixture_c2: z.number().gt(0).max(1_000),
  maturity_hours: z
    .number()
    .min(0)
    .max(28 * 24),
  // Fewer hours than a day say nothing of how hours resemble each other.
  calibration_hours: z
    .int()
    .min(24)
    .max(28 * 24),
  conversion_maturity_hours: z
    .number()
    .min(0)
    .max(28 * 24),
  family: z.enum(['quarter', 'all']),
  lift_prior_sd: z.number().gt(0).max(2),
  guardrail_tolerance: fraction,
  srm_alpha: z.number().gt(0).max(0.05),
  min_lift: z.number().min(0).max(10),
  min_rate: fraction,
} satisfies Shape<EvidencePolicy>;
