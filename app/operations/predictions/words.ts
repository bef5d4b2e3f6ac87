/** A prediction in words: what is expected, what led to it, and who had nothing to say. */
import { z } from 'zod';
import { percent } from '../format/numbers.ts';

const prediction = z.object({
  account_id: z.string(),
  ad_id: z.string(),
  stage: z.enum(['cold', 'day_1', 'day_3']),
  rate: z.number(),
  rate_low: z.number(),
  rate_high: z.number(),
  baseline_rate: z.number(),
  causes: z.array(z.string()),
  /** Predictions of before it was told have none. */
  missing: z.array(z.string()).default([]),
  experts: z.array(z.object({ expert: z.string(), absent: z.string().nullable() })),
});

const ages = { cold: 'before its first impression', day_1: 'after its first day', day_3: 'after three days' } as const;

/** Null where the value is no prediction. */
export function predictionWords(
  value: unknown,
): { readonly account_id: string; readonly ad_id: string; readonly words: string } | null {
  const { success, data } = prediction.safeParse(value);
  if (!success) return null;
  const { account_id, ad_id, stage, rate, rate_low, rate_high, baseline_rate, causes, missing, experts } = data;
  const expected = `${ad_id} is expected to get ${percent(rate)} (${percent(rate_low)} to ${percent(rate_high)}) clicks an impression ${ages[stage]}, where the account's mean is ${percent(baseline_rate)}`;
  const why = causes.length === 0 ? 'nothing known sets it apart from the account' : causes.join('; ');
  const silent = experts
    .filter(({ absent }) => absent !== null)
    .map(({ expert, absent }) => `${expert} (${absent ?? ''})`);
  const without = silent.length === 0 ? '' : ` Without ${silent.join(', ')}.`;
  const lacking = missing.map((one) => ` ${one.charAt(0).toUpperCase()}${one.slice(1)}.`).join('');
  return { account_id, ad_id, words: `${expected}: ${why}.${without}${lacking}` };
}
