/** What operations answer of memory and fatigue, as schemas: another process's answer is checked before it is believed. */
import { z } from 'zod';
import type { FatigueReport, MemoryView } from './view.ts';

const text = z.string();
const num = z.number();

export const memory: z.ZodType<MemoryView> = z.object({
  accounts: z.array(z.object({ account_id: text, winners: num })),
  account_id: text.nullable(),
  model: text,
  dimensions: num,
  standing: num,
  withdrawn: num,
  formats: z.array(text),
  winners: z.array(
    z.object({
      ad_id: text,
      name: text,
      text,
      format: text,
      traits: z.array(text),
      score: num.nullable(),
      experiment_id: text,
      experiment_name: text,
      decision_id: text.nullable(),
      rate: num,
      lift: num,
      lift_low: num,
      lift_high: num,
      impressions: num,
      won_at_ms: num,
    }),
  ),
  matching: num,
  failure: text.nullable(),
});

const change = z.object({
  trait: text,
  from: text.nullable(),
  to: text.nullable(),
  expected_effect: num,
  low: num,
  high: num,
  experiments: num,
});

export const fatigue: z.ZodType<FatigueReport> = z.object({
  accounts: z.array(z.object({ account_id: text, ads: num, tired: num })),
  account_id: text.nullable(),
  baseline_days: num,
  baseline_clicks: num,
  critical_loss: num,
  ads: z.array(
    z.object({
      ad_id: text,
      name: text,
      campaign_id: text,
      status: z.enum(['insufficient_data', 'healthy', 'fatiguing', 'saturated', 'audience_exhausted']),
      days: num,
      baseline_clicks: num,
      last_day_ms: num,
      evidence: num,
      threshold: num,
      change: num.nullable(),
      change_low: num.nullable(),
      change_high: num.nullable(),
      since_ms: num.nullable(),
      days_to_critical: num.nullable(),
      days_to_critical_low: num.nullable(),
      days_to_critical_high: num.nullable(),
      frequency: num.nullable(),
      cost_per_click_minor: num.nullable(),
      currency: text.nullable(),
      cost_change: num.nullable(),
      proposal: z.enum(['none', 'refresh_creative', 'widen_audience', 'rotate']),
      refresh: text.nullable(),
      no_refresh: text.nullable(),
      like_ad_id: text.nullable(),
      like_name: text.nullable(),
      like_lift: num.nullable(),
      changes: z.array(change),
      reason: text,
    }),
  ),
});
